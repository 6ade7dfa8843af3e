"""The caseload, the team's first page, and transferring patients."""

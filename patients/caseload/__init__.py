"""The list of patients, the team's first page, and the transfer of patients between clinicians."""

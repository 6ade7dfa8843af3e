"""One summary row per patient, kept for the caseload."""

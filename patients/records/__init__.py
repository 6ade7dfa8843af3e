"""Patient records: registration, corrections, the patient detail page and notes."""

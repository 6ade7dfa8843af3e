"""Registration, look-up, the patient page and notes."""

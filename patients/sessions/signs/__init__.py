"""The signs of danger that a patient can tell, as rows of the table of `patients.sessions.check_in`."""

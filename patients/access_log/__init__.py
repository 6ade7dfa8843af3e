"""The access log: looks at a patient's record and changes of it, for the patient and for the clinic admin."""

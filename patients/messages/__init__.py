"""Messages between a patient and the clinic."""

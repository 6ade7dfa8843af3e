"""The copy of a plan that a patient's own phone keeps, and the sessions that it sends."""

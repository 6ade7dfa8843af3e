"""The copy of the plan that a patient's own phone stores, and the sessions that it sends."""

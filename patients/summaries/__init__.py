"""Adherence, and the precomputed summary of each patient for the caseload."""

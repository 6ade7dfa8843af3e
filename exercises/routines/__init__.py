"""Routines of the catalogue, of clinics and of single clinicians."""

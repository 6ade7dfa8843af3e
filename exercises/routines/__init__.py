"""Routines, of the catalogue and of clinics."""

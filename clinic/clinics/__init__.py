"""Clinic details and opening hours."""

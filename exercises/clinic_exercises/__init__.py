"""Exercises that a clinic adds for itself."""

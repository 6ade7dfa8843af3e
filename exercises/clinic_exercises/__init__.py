"""Exercises that a clinic adds for its own patients."""

"""Handout, report, sign-in card and paper log."""

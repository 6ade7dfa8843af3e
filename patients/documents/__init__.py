"""Printed documents: handout, report for the referring doctor and sign-in card; and entry of the paper log."""

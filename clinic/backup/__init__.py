"""Backups of the database, restoring them into an empty one, and the drill that proves both."""

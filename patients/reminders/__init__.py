"""Reminders by e-mail and push, and the calendar feed."""

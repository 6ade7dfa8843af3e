"""Formats of dates and times in Spanish in Spain."""

from clinic.regions import list_formats

globals().update(list_formats("es", "ES"))

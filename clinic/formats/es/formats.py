"""Formats of dates and times in Spanish in the United States."""

from clinic.regions import list_formats

globals().update(list_formats("es", "US"))

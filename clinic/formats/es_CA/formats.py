"""Formats of dates and times in Spanish in Canada."""

from clinic.regions import list_formats

globals().update(list_formats("es", "CA"))

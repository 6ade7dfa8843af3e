"""Formats of dates and times in Spanish in regions without a row of their own."""

from clinic.regions import list_formats

globals().update(list_formats("es", "001"))

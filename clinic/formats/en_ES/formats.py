"""Formats of dates and times in English in Spain."""

from clinic.regions import list_formats

globals().update(list_formats("en", "ES"))

"""Formats of dates and times in English in Canada."""

from clinic.regions import list_formats

globals().update(list_formats("en", "CA"))

"""Formats of dates and times in English in the United Kingdom."""

from clinic.regions import list_formats

globals().update(list_formats("en", "GB"))

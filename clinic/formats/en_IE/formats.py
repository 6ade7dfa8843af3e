"""Formats of dates and times in English in Ireland."""

from clinic.regions import list_formats

globals().update(list_formats("en", "IE"))

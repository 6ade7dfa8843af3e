"""Formats of dates and times in Spanish in Ireland."""

from clinic.regions import list_formats

globals().update(list_formats("es", "IE"))

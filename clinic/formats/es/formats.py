"""Formats of dates and times in Spanish. Every language defines all of them, also those that Django does not know."""

DATE_FORMAT = r"j \d\e F \d\e Y"
SHORT_DATE_FORMAT = "j b Y"
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i a"
SHORT_DATETIME_FORMAT = "j b Y, g:i a"
MONTH_DAY_FORMAT = r"j \d\e F"
YEAR_MONTH_FORMAT = r"F \d\e Y"
FIRST_DAY_OF_WEEK = 1
#: "lunes 2 de marzo": for a day in the near future or past.
WEEKDAY_DATE_FORMAT = r"l j \d\e F"
#: Day and time of a recent action on a device.
MONTH_DAY_TIME_FORMAT = r"j \d\e F, H:i"
#: For narrow places: below a drawing, in a table.
SHORT_MONTH_DAY_FORMAT = "j b"

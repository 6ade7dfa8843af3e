"""Formats of dates and times in English. Every language defines all of them, also those that Django does not know."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = "j F Y, g:i a"
SHORT_DATETIME_FORMAT = "j M Y, g:i a"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
FIRST_DAY_OF_WEEK = 1
#: "Monday 2 March": for a day in the near future or past.
WEEKDAY_DATE_FORMAT = "l j F"
#: Day and time of a recent action on a device.
MONTH_DAY_TIME_FORMAT = "j F, H:i"
#: For narrow places: below a drawing, in a table.
SHORT_MONTH_DAY_FORMAT = "j M"

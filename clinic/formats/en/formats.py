"""How dates and times read in English. Names that Django does not know are ours; every language has them all."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = "j F Y, g:i a"
SHORT_DATETIME_FORMAT = "j M Y, g:i a"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
FIRST_DAY_OF_WEEK = 1
#: "Monday 2 March": what people are told of a day that is near.
WEEKDAY_DATE_FORMAT = "l j F"
#: When something was done on a device lately: its day and its hour.
MONTH_DAY_TIME_FORMAT = "j F, H:i"
#: Where there is little room: below a drawing, in a table.
SHORT_MONTH_DAY_FORMAT = "j M"

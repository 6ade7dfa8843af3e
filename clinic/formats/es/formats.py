"""How dates and times read in Spanish. Names that Django does not know are ours; every language has them all."""

DATE_FORMAT = r"j \d\e F \d\e Y"
SHORT_DATE_FORMAT = "j b Y"
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i a"
SHORT_DATETIME_FORMAT = "j b Y, g:i a"
MONTH_DAY_FORMAT = r"j \d\e F"
YEAR_MONTH_FORMAT = r"F \d\e Y"
FIRST_DAY_OF_WEEK = 1
#: "lunes 2 de marzo": what people are told of a day that is near.
WEEKDAY_DATE_FORMAT = r"l j \d\e F"
#: When something was done on a device lately: its day and its hour.
MONTH_DAY_TIME_FORMAT = r"j \d\e F, H:i"
#: Where there is little room: below a drawing, in a table.
SHORT_MONTH_DAY_FORMAT = "j b"

"""What leaves the house: mails, notices and the calendar. None of it says anything about anyone's health."""

"""The goal that a patient sets in their own words, and how near they are to it."""

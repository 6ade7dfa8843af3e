"""The public pages of exercises: list, search, one exercise."""

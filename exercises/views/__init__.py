"""The public pages of the library."""

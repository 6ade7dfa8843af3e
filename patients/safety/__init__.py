"""A patient's flags, the safety rules, overrides, and the check that publishing asks for."""

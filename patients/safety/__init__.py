"""A patient's flags, the safety rules, safety overrides, and the check that publishing a plan depends on."""

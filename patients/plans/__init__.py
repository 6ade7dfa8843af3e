"""Plans: their content as a value, the states and rules of a plan, its drafts and its published versions."""

"""Activities beside the plan that patients tell of: a walk, a swim, work in the garden."""

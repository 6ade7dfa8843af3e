"""The page of all safety rules with their sources, which reads the tables of the other domains."""

"""What a screen needs, as values, in a fixed number of queries. Nothing here writes."""

"""One request in, one domain call, one response out."""

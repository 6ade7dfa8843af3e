"""The team's pages: one request in, one domain call, one response out."""

"""Outages of a running installation: real server, real worker, real database. By hand: `make resilience`."""

"""Realistic demo clinics of any size, for development, demonstrations and benchmarks. Never for production.

The rows are written in bulk, without the services that the app itself uses. The constraints in the database and the
tests in `tests/patients/demo/` check that they obey the same rules.
"""

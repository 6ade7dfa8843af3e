"""A believable demo clinic at any size, for developing, showing and measuring. Never for production.

The rows are written in bulk, past the actions that the app itself uses; that they obey the same rules is what
the constraints in the database and `tests/patients/demo/test_demo.py` are for.
"""

"""E-mail that is stored in the database first and delivered by the worker."""

"""E-mail that is stored first and delivered by the worker."""

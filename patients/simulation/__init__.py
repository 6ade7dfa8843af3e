"""A year of simulated patients through the real services, to look for unsafe offers. Never for production.

The oracle (`oracle.py`) decides which offers are unsafe. It is written from the clinical rules and apart from the code
of the app: it imports nothing of the project, which an import contract checks.
"""

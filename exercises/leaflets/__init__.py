"""Printable leaflets of routines."""

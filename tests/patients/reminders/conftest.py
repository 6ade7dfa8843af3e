"""Fixtures for tests of the patient's own pages."""

from tests.patients.rosa import patient

__all__ = ["patient"]

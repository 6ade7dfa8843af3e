"""Settings for the tests of the patient's pages."""

from tests.patients.rosa import patient

__all__ = ["patient"]

"""The tests of this domain are about the patient's own pages."""

from tests.patients.rosa import patient

__all__ = ["patient"]

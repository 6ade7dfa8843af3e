"""Writes about a patient's rights: the export, and requests for erasure."""

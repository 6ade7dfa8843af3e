"""Consultation requests, from the visitor to the front desk."""

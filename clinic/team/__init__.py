"""Memberships of a clinic: inviting, roles, leaving."""

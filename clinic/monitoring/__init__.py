"""Logs, error mail, health checks and metrics, for the operator. None of them holds personal data."""

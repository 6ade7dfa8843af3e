"""Alerts: the rules that raise them, the answers of the team, and escalation."""

"""Alert rules, raising, answering and escalation."""

"""Exercise sessions: today, the session, the check-in, progress."""

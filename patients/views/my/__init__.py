"""The patient's own pages: today, the session, the plan, progress, and the way in."""

"""Public pages of the exercise library: home, catalogue with search and filters, exercises, safety."""

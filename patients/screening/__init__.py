"""The screening before the first plan: its questions, states, flags, foot risk, and the pages to fill it in."""

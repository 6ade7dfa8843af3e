"""What the clinic's team types."""

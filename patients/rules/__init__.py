"""What is decided by a table: pure, and nothing here asks the database."""

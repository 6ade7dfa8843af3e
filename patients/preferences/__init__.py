"""Language and display preferences."""

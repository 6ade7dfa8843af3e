"""What a plan says, as a value: to tell, to total, to compare, to join and to copy."""

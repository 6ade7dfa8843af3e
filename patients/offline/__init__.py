"""What a patient's own phone keeps to go on without a connection, and what it sends afterwards."""

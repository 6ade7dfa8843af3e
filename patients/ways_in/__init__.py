"""How a patient or helper gets in, and how a device is remembered."""

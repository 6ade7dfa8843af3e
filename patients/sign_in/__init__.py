"""Sign-in cards, e-mail codes, passkeys, devices and helpers."""

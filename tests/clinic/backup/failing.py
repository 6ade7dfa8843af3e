"""A step of a restore that fails."""


def fail(restored):
    return 1 / 0

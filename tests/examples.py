"""How many examples Hypothesis tries. HYPOTHESIS_PROFILE=thorough tries twenty times as many, by hand.

Without it the profile is "quick", which is what CI runs.
"""

import os

from hypothesis import settings

TIMES = {"quick": 1, "thorough": 20}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")


def load_profile() -> None:
    """Load the profile that the environment names. Raises KeyError for one that does not exist."""
    # A slow machine is not a wrong answer: no example has a deadline.
    settings.register_profile(PROFILE, deadline=None, max_examples=100 * TIMES[PROFILE])
    settings.load_profile(PROFILE)


def examples(number: int) -> settings:
    """Return settings for a test that tries `number` examples, where Hypothesis's own 100 are too many or too few."""
    return settings(max_examples=number * TIMES[PROFILE])

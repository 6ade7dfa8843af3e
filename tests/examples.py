"""Number of examples that Hypothesis tries. HYPOTHESIS_PROFILE=thorough, for runs by hand, tries twenty times as many.

Without it the profile is "quick", which is what CI runs.
"""

import os

from hypothesis import settings

TIMES = {"quick": 1, "thorough": 20}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")


def load_profile() -> None:
    """Load the profile named by the environment. Raises KeyError if it does not exist."""
    # No deadline: an example that is slow on a busy machine is not a failure.
    settings.register_profile(PROFILE, deadline=None, max_examples=100 * TIMES[PROFILE])
    settings.load_profile(PROFILE)


def examples(number: int) -> settings:
    """Return settings for a test that tries `number` examples, where Hypothesis's own 100 are too many or too few."""
    return settings(max_examples=number * TIMES[PROFILE])

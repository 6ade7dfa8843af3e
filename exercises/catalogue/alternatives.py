"""The exercise to offer instead of another while a foot must rest.

`ExerciseEntry.easier` is the alternative in all other cases; it may move a foot. Source: clinical rules, "Changes to
the catalogue": under FOOT_REST, arm-raise or seated-arm-swing for all.
"""

#: The slug of the alternative by category of the exercise that is kept away.
FOOT_REST_ALTERNATIVES = {
    "aerobic": "seated-arm-swing",
    "balance": "arm-raise",
    "stretching": "arm-raise",
}


def get_foot_rest_alternative(category: str) -> str:
    """Return the slug of the catalogue's exercise to offer instead of one of this category while a foot must rest."""
    return FOOT_REST_ALTERNATIVES[category]

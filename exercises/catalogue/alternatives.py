"""The seated exercise without the feet to offer instead of another.

`ExerciseEntry.easier` is the first alternative; it may move a foot. This one is offered while a foot must rest, and
where a flag of the patient rules out the first one too. Source: clinical rules, "Changes to the catalogue" (under
FOOT_REST arm-raise or seated-arm-swing for all) and "Patient flags × exercise demands" (offer seated work without the
foot).
"""

#: The slug of the alternative by category of the exercise that is kept away.
FOOT_REST_ALTERNATIVES = {
    "aerobic": "seated-arm-swing",
    "balance": "arm-raise",
    "stretching": "arm-raise",
}


def get_foot_rest_alternative(category: str) -> str:
    """Return the slug of the catalogue's exercise without the feet to offer instead of one of this category."""
    return FOOT_REST_ALTERNATIVES[category]

"""The three kinds of exercise, with reasons and recommended frequencies."""

from django.utils.translation import gettext_noop as _

from exercises.catalogue.entries import CategoryEntry

CATEGORIES = (
    CategoryEntry(
        slug="balance",
        name=_("Balance and strength"),
        icon="balance",
        summary=_("Stand and step with more control and strength."),
        why=_(
            "Nerve damage can make muscles and joints stiff and weak. Balance training builds strength "
            "and eases that tight feeling. With better balance, you are less likely to fall."
        ),
        how_often=_("2 to 3 times a week."),
        days_min=2,
        days_max=3,
        minutes_per_week=None,
        longest_gap_days=None,
        source=_(
            'Southeast Pain and Spine Care Center, "Exercises to Help with Neuropathic Pain", '
            "December 29, 2021 "
            "(why); American Diabetes Association, 2016 (how often)"
        ),
    ),
    CategoryEntry(
        slug="aerobic",
        name=_("Aerobic"),
        icon="aerobic",
        summary=_("Get your heart and your breath going."),
        why=_("Your heart beats faster, you breathe faster, and your muscles get a good workout."),
        how_often=_(
            "30 minutes a day, 3 to 5 days a week. Work up to at least 150 minutes a week, over 3 days "
            "or more. Rest no more than 2 days in a row."
        ),
        days_min=3,
        days_max=5,
        minutes_per_week=150,
        longest_gap_days=2,
        source=_(
            'Southeast Pain and Spine Care Center, "Exercises to Help with Neuropathic Pain", '
            "December 29, 2021 "
            "(30 minutes a day); American Diabetes Association, 2016 (150 minutes a week)"
        ),
    ),
    CategoryEntry(
        slug="stretching",
        name=_("Stretching"),
        icon="stretching",
        summary=_("Keep your joints moving freely."),
        why=_(
            "Stretching keeps your joints moving freely. It makes you less likely to get hurt when you do "
            "other things. Start with a gentle stretch to warm up."
        ),
        how_often=_("2 to 3 times a week."),
        days_min=2,
        days_max=3,
        minutes_per_week=None,
        longest_gap_days=None,
        source=_(
            'Southeast Pain and Spine Care Center, "Exercises to Help with Neuropathic Pain", '
            "December 29, 2021 "
            "(why); American Diabetes Association, 2016 (how often)"
        ),
    ),
)

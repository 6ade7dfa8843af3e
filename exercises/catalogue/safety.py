"""Safety advice for every exercise: preparation, support levels, stop signs and blood glucose.

The rules are defaults for clinics, each with its public source. They are not medical advice.
"""

from django.utils.translation import gettext_noop as _

from exercises.catalogue.entries import (
    AdviceEntry,
    GlucoseBandEntry,
    StopActionEntry,
    StopSignEntry,
    SupportLevelEntry,
)
from exercises.catalogue.notes import ADA_2016, ARTICLE, NIH

GENERAL_ADVICE = (
    AdviceEntry(
        slug="feet-first",
        title=_("Look at your feet"),
        text=_(
            "Check both feet every day, before you first stand to exercise. Look for sores, blisters and "
            "redness. Use a mirror, or ask someone to look."
        ),
        source=NIH,
    ),
    AdviceEntry(
        slug="never-barefoot",
        title=_("Never barefoot"),
        text=_("Wear shoes for every exercise you do on your feet. At the pool, wear pool shoes."),
        source=NIH,
    ),
    AdviceEntry(
        slug="shoes",
        title=_("Supportive shoes"),
        text=_("Wear shoes that hold your feet well. They keep socks from pressing and rubbing."),
        source=ARTICLE,
    ),
    AdviceEntry(
        slug="pads",
        title=_("Pads for knees and elbows"),
        text=_("Put soft pads on your knees and elbows to protect them."),
        source=ARTICLE,
    ),
    AdviceEntry(
        slug="clothing",
        title=_("Light clothes"),
        text=_("Wear fewer layers, so that you can breathe freely."),
        source=ARTICLE,
    ),
    AdviceEntry(
        slug="support",
        title=_("Something firm to hold"),
        text=_(
            "Stand at a counter, a wall or a fixed rail. Use a chair only if it is heavy and against a wall."
        ),
        source=NIH,
    ),
    AdviceEntry(
        slug="hold-on-more",
        title=_("Hold on as much as you like"),
        text=_("You may always hold on more. Only your clinician tells you to hold on less."),
        source=NIH,
    ),
    AdviceEntry(
        slug="talk-test",
        title=_("Go by your breath"),
        text=_("You should be able to talk, but not sing. Keep out of the heat, and get up and down slowly."),
        source=ADA_2016,
    ),
)

#: From most to least support (NIH/NIA). Patients may use more support on their own, less only with a clinician.
SUPPORT_LEVELS = (
    SupportLevelEntry(slug="two_hands", name=_("Two hands"), text=_("Hold the support with both hands.")),
    SupportLevelEntry(slug="one_hand", name=_("One hand"), text=_("Hold the support with one hand.")),
    SupportLevelEntry(
        slug="fingertips", name=_("Fingertips"), text=_("Rest only your fingertips on the support.")
    ),
    SupportLevelEntry(
        slug="none", name=_("No hands"), text=_("Let go, and stay where you can reach the support.")
    ),
    SupportLevelEntry(
        slug="eyes_closed",
        name=_("Eyes closed"),
        text=_("Close your eyes only when your clinician has told you to."),
        locked=True,
    ),
)

STOP_ACTIONS = (
    StopActionEntry(
        slug="emergency",
        title=_("Stop and sit down"),
        text=_("Stop. Sit down. If it does not pass, call emergency services."),
        source=_("Surefoot's stop rules"),
    ),
    StopActionEntry(
        slug="clinic",
        title=_("Stop and call the clinic"),
        text=_("Stop. Call your clinic before you exercise again."),
        source=_("Surefoot's stop rules"),
    ),
)

STOP_SIGNS = (
    StopSignEntry(slug="chest-pain", name=_("Chest pain"), action="emergency"),
    StopSignEntry(slug="severe-breathlessness", name=_("You are badly short of breath"), action="emergency"),
    StopSignEntry(slug="dizziness", name=_("You feel dizzy or faint"), action="emergency"),
    StopSignEntry(slug="fall", name=_("A fall"), action="clinic"),
    StopSignEntry(slug="new-weakness", name=_("New weakness"), action="clinic"),
    StopSignEntry(slug="hot-or-swollen-foot", name=_("A hot or swollen foot"), action="clinic"),
    StopSignEntry(slug="new-sore", name=_("A new sore"), action="clinic"),
)

GLUCOSE_TITLE = _("If you take insulin or a sulfonylurea, check your blood sugar first")
GLUCOSE_NOTE = _(
    "This table is for adults who take insulin. If your clinician gave you other numbers, use those."
)
GLUCOSE_SOURCE = _("American Diabetes Association, position statement on physical activity, 2016, table 1")

#: Bands adjoin without gaps; a value on a boundary belongs to the higher band. Units: mg/dL.
GLUCOSE_BANDS = (
    GlucoseBandEntry(
        from_mg_dl=None,
        below_mg_dl=90,
        label=_("Under 90"),
        text=_("Take 15 to 30 grams of carbohydrate before you start."),
    ),
    GlucoseBandEntry(
        from_mg_dl=90,
        below_mg_dl=150,
        label=_("90 to 150"),
        text=_("Take carbohydrate at the start of most exercise."),
    ),
    GlucoseBandEntry(
        from_mg_dl=150,
        below_mg_dl=250,
        label=_("150 to 250"),
        text=_("You can start."),
    ),
    GlucoseBandEntry(
        from_mg_dl=250,
        below_mg_dl=350,
        label=_("250 to 350"),
        text=_("Test for ketones. Do not exercise if they are moderate or large."),
    ),
    GlucoseBandEntry(
        from_mg_dl=350,
        below_mg_dl=None,
        label=_("350 and over"),
        text=_("Test for ketones. Do no intense exercise."),
    ),
)

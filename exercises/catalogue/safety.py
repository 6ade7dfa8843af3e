"""Safety advice for every exercise: preparation, support levels and stop signs.

The rules are defaults for clinics, each with its public source. They are not medical advice.
"""

from django.utils.translation import gettext_noop as _

from exercises.catalogue.entries import (
    AdviceEntry,
    StopAction,
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

#: The tiers of the stop rules (clinical rules, "Stop rules, in three tiers").
STOP_ACTIONS = (
    StopActionEntry(
        slug="emergency",
        tier=1,
        title=_("Call the emergency number now"),
        text=_("Do not wait. Do not drive yourself. Call even if it goes away."),
    ),
    StopActionEntry(
        slug="clinic",
        tier=2,
        title=_("Stop, and call the clinic today"),
        text=_("Do no more exercises today."),
    ),
    StopActionEntry(
        slug="rest",
        tier=3,
        title=_("Stop and rest. Sit down"),
        text=_("Next time, do less or hold on more."),
    ),
)


def _sign(action: StopAction, slug: str, name: str, source: str, grounds: str) -> StopSignEntry:
    return StopSignEntry(slug=slug, name=name, action=action, source=source, grounds=grounds)


_HEAD = _("NHS head injury advice")
_CLOT = _("NHS advice on blood clots")
_NG19 = _("NICE NG19")

STOP_SIGNS = (
    _sign(
        "emergency",
        "chest",
        _(
            "Chest pain, pressure or tightness, also in the arm, back, neck or jaw. A cold sweat. Even if it eases"
        ),
        _("American Heart Association; American Diabetes Association, 2016"),
        "AHA R; ADA16-T5 R; J (“even if it eases”)",
    ),
    _sign(
        "emergency",
        "breath",
        _("Too short of breath to speak, suddenly short of breath, or coughing blood"),
        _("American Heart Association; NHS advice on blood clots"),
        "AHA R; DVT C",
    ),
    _sign(
        "emergency",
        "faint",
        _("You fainted, or nearly fainted and it does not pass when you lie down"),
        _("Clinician’s judgment"),
        "J",
    ),
    _sign(
        "emergency",
        "stroke",
        _(
            "Suddenly: loss of balance or sight, or one side of the face drops. "
            "Or a weak or numb arm or leg, slurred speech, or the worst headache"
        ),
        _("BE-FAST stroke signs; American Diabetes Association, 2016"),
        "BEFAST C; ADA16-T5 R",
    ),
    _sign(
        "emergency",
        "saddle",
        _(
            "New numbness between the legs, or new loss of sexual feeling. "
            "New trouble to start, hold or feel bladder or bowels. "
            "Both legs newly weak, if it is bad or gets worse fast"
        ),
        _("Cauda equina card (Greenhalgh); NHS"),
        "CES C",
    ),
    _sign(
        "emergency",
        "leg-and-breath",
        _("One leg is swollen, warm or sore, and you are short of breath or have chest pain"),
        _CLOT,
        "DVT C",
    ),
    _sign(
        "emergency",
        "low-and-drowsy",
        _(
            "Low blood sugar, and very sleepy or confused, cannot swallow, or does not wake. "
            "Helper: give nothing by mouth. Give glucagon, if there is one"
        ),
        _("American Diabetes Association, level 3 hypoglycemia"),
        "ADA-low C",
    ),
    _sign(
        "emergency",
        "bad-fall",
        _(
            "A fall with a blow to the head. "
            "Or a fall, and you are sleepy, sick, confused or weak, or have a bad headache. "
            "Or fluid from an ear or the nose. Or you cannot get up or put weight on a leg"
        ),
        _HEAD,
        "HeadNHS C; J (cannot get up, or put weight on a leg)",
    ),
    _sign(
        "emergency",
        "bad-foot",
        _(
            "A foot sore with fever, spreading redness, black skin or a bad smell. "
            "Or a foot that is suddenly cold, pale or blue, and painful"
        ),
        _NG19,
        "NG19 C; J (cold, pale or blue)",
    ),
    _sign("clinic", "fall", _("A fall, even if you feel fine"), _("CDC STEADI"), "STEADI K"),
    _sign(
        "clinic",
        "new-sore",
        _("A new sore, blister, cut, bleeding or dark patch on a foot. Stay off that foot, and keep it dry"),
        _("IWGDF 2023; NICE NG19"),
        "IWGDF C; NG19 C",
    ),
    _sign(
        "clinic",
        "hot-foot",
        _("One foot is hot, red or swollen, with or without pain. Do not walk on it"),
        _("IWGDF Charcot 2023; NICE NG19"),
        "Charcot C; NG19 C",
    ),
    _sign("clinic", "calf", _("One calf is swollen, warm or sore. See a doctor today"), _CLOT, "DVT C"),
    _sign(
        "clinic",
        "slow-weakness",
        _("Weakness or numbness that came slowly, or a foot that drags"),
        _("Clinician’s judgment"),
        "J",
    ),
    _sign(
        "clinic",
        "new-pain",
        _(
            "New strong pain, a different kind of pain, or pain at night. "
            "New back pain, if you have or had cancer"
        ),
        _("Clinician’s judgment"),
        "J",
    ),
    _sign(
        "clinic",
        "very-low-sugar",
        _(
            "Blood sugar under 54 mg/dL (3.0 mmol/L). Or you needed help with a low. Or ketones are moderate or large"
        ),
        _("Turner 2019; American Diabetes Association, 2016"),
        "Turner R; ADA16-T1 R",
    ),
    _sign(
        "clinic",
        "racing-heart",
        _("The heart races or beats unevenly for more than a few minutes"),
        _("Clinician’s judgment"),
        "J",
    ),
    _sign("clinic", "eye", _("New dark spots or flashes in one eye"), _("Clinician’s judgment"), "J"),
    _sign(
        "clinic",
        "both-legs",
        _("Both legs are newly swollen, or a cold foot hurts at rest"),
        _("Clinician’s judgment"),
        "J",
    ),
    _sign(
        "rest",
        "dizzy",
        _("You feel dizzy or light when you get up. Not gone in 5 minutes? Call the emergency number"),
        _("Clinician’s judgment"),
        "J",
    ),
    _sign(
        "rest",
        "more-pain",
        _("Pain 2 or more above where you started"),
        _("Farrar 2001"),
        "Farrar C (2 points matter)",
    ),
    _sign(
        "rest",
        "shaky",
        _("Shaky, sweaty or hungry with diabetes. Check the sugar, and treat it as a low"),
        _("American Diabetes Association, levels of hypoglycemia"),
        "ADA-low C",
    ),
    _sign(
        "rest",
        "out-of-breath",
        _("Out of breath, but it settles in a few minutes"),
        _("Clinician’s judgment"),
        "J",
    ),
    _sign(
        "rest",
        "calf-walking",
        _("A calf hurts as you walk and stops as you rest"),
        _("Clinician’s judgment"),
        "J",
    ),
    _sign("rest", "tired", _("Cramp, very tired, or unsteady"), _("Clinician’s judgment"), "J"),
)

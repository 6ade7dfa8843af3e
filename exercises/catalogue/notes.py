"""Safety notes and sources that several exercises share."""

from django.utils.translation import gettext_noop as _

# --- Notes ---

#: Support levels (NIH/NIA): patients may use more support on their own, less only with a clinician.
HOLD_ON_MORE = _("You may always hold on more. Only your clinician tells you to hold on less.")
#: A chair is a safe support only if it is heavy and against a wall (NIH/NIA).
HEAVY_CHAIR = _("If you hold a chair, it must be heavy and stand against a wall.")
FIRM_CHAIR = _("Use a firm chair without wheels. Put its back against a wall.")
CLEAR_FLOOR = _("Clear the floor first. Move rugs and cables.")
#: Open sores: no weight or pressure on the foot, no water (PMC4254543).
NO_WEIGHT_ON_A_SORE = _("Not with an open sore on your foot. Choose a seated exercise and call your clinic.")
NO_PRESSURE_ON_A_SORE = _("Do not press on a foot that has an open sore. Call your clinic.")
NO_WATER_ON_A_SORE = _("Never go in the water with an open sore. Your skin must be whole.")
#: Bare or stockinged feet: seated only, shoes on before standing (IWGDF: no walking without shoes).
SHOES_BEFORE_STANDING = _("Wear smooth socks, not bare feet. Put your shoes on before you stand up.")
BAND_WHOLE = _("Use a band without tears. Wear it over your shoe, so that it does not rub.")
#: Everyone, with work against resistance (NIA; ADA 2016).
NO_HELD_BREATH = _("Never hold your breath.")
#: People at risk of falling (CDC STEADI).
FELL_BEFORE = _(
    "Did you fall in the last year? Do you use a cane or walker? Then keep at least one hand on the support."
)
#: Effort is measured by the talk test, not by the heart rate (ADA 2016, autonomic neuropathy).
TALK_TEST = _("You should be able to talk, but not sing. If you cannot talk, slow down.")
#: Insulin or a sulfonylurea (ADA 2016); the table is in `exercises.catalogue.safety`.
CHECK_GLUCOSE = _("If you take insulin or a sulfonylurea, check your blood sugar first.")
GENTLE_STRETCH = _("A gentle pull is right. Ease off if it hurts.")

# --- Sources ---

ARTICLE = _(
    'Southeast Pain and Spine Care Center, "Exercises to Help with Neuropathic Pain", December 29, 2021'
)
ADA_2016 = _("American Diabetes Association, position statement on physical activity, 2016")
NIH = _("NIH, National Institute on Aging")

"""Public texts about neuropathic pain: symptoms, facts, questions and answers, each with its source."""

from django.utils.translation import gettext_noop as _

from exercises.catalogue.entries import FactEntry, QuestionEntry
from exercises.catalogue.notes import ADA_2016, ARTICLE, NIH

SYMPTOMS = (
    FactEntry(slug="pain", text=_("Pain in the hands and feet"), source=ARTICLE),
    FactEntry(slug="numbness", text=_("Numbness"), source=ARTICLE),
    FactEntry(slug="tingling", text=_("Tingling"), source=ARTICLE),
    FactEntry(slug="muscle-weakness", text=_("Weak muscles"), source=ARTICLE),
    FactEntry(slug="poor-balance", text=_("Poor balance"), source=ARTICLE),
)

FACTS = (
    FactEntry(
        slug="people-affected",
        text=_("About 20 million people in the United States live with a peripheral neuropathy."),
        source=ARTICLE,
    ),
    FactEntry(
        slug="exercise-helps-nerves",
        text=_("Studies show that exercise helps your nerves work, and helps to keep them working."),
        source=ARTICLE,
    ),
    FactEntry(
        slug="fewer-falls",
        text=_("With better balance, you are less likely to fall."),
        source=ARTICLE,
    ),
    FactEntry(
        slug="aerobic-target",
        text=_("Aim for 30 minutes of aerobic exercise a day, 3 to 5 days a week."),
        source=ARTICLE,
    ),
    FactEntry(
        slug="weekly-minutes",
        text=_("Work up to at least 150 minutes a week, over 3 days or more."),
        source=ADA_2016,
    ),
    FactEntry(
        slug="stretch-and-balance-target",
        text=_("Stretch and train your balance 2 to 3 times a week."),
        source=ADA_2016,
    ),
)

QUESTIONS = (
    QuestionEntry(
        slug="what-is-it",
        question=_("What is neuropathic pain?"),
        answer=(
            _("It is pain that comes from damaged nerves. You feel it most in your hands and feet."),
            _("Other common signs are numbness, tingling, weak muscles and poor balance."),
        ),
        source=ARTICLE,
    ),
    QuestionEntry(
        slug="what-helps",
        question=_("What helps with neuropathic pain?"),
        answer=(
            _("There are treatments for the pain and for what causes it. Exercise helps too."),
            _("Three kinds can help: balance, aerobic and stretching exercises."),
        ),
        source=ARTICLE,
    ),
    QuestionEntry(
        slug="how-often",
        question=_("How often should I exercise?"),
        answer=(
            _("Aim for 30 minutes of aerobic exercise a day, 3 to 5 days a week."),
            _("Add balance and stretching 2 to 3 times a week. Your clinician may set other numbers."),
        ),
        source=_(
            'Southeast Pain and Spine Care Center, "Exercises to Help with Neuropathic Pain", '
            "December 29, 2021; "
            "American Diabetes Association, 2016"
        ),
    ),
    QuestionEntry(
        slug="numb-feet",
        question=_("Is it safe to exercise if my feet are numb?"),
        answer=(
            _("Yes, with care. Ask your clinician first."),
            _("Wear supportive shoes, never go barefoot, and check your feet every day."),
            _("Stand at a counter or a wall, so that you can always hold on."),
        ),
        source=_("American Diabetes Association, 2016; NIH, National Institute on Aging"),
    ),
    QuestionEntry(
        slug="foot-sore",
        question=_("What if I have a sore on my foot?"),
        answer=(
            _("Call your clinic. Until it heals, keep your weight off that foot and stay out of the water."),
            _("Many seated exercises put no weight on your feet. Your clinician can choose some for you."),
        ),
        source=_("PMC4254543"),
    ),
    QuestionEntry(
        slug="what-to-wear",
        question=_("What should I wear?"),
        answer=(
            _("Supportive shoes, so that socks do not press or rub. Fewer layers, to breathe freely."),
            _("Protect your knees and elbows with pads."),
        ),
        source=ARTICLE,
    ),
    QuestionEntry(
        slug="poor-balance",
        question=_("What if I am unsteady on my feet?"),
        answer=(
            _("Start on a chair, or hold on with both hands. You may always hold on more."),
            _("Your clinician will tell you when to hold on less."),
        ),
        source=NIH,
    ),
    QuestionEntry(
        slug="when-to-stop",
        question=_("When should I stop?"),
        answer=(
            _("Stop. Call the emergency number now for chest pain, bad shortness of breath, or a faint."),
            _("Call it for sudden weakness on one side, a face that drops, or slurred speech too."),
            _("Stop and call the clinic the same day after a fall, or for a new sore on a foot."),
            _("Do the same for a hot or swollen foot, even if it does not hurt."),
        ),
        source=_("Surefoot's stop rules"),
    ),
)

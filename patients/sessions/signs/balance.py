"""Signs of balance, strength and nerves. Source: clinical rules, "Stop rules" and "Check-in questions"."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .common import (
    CALL_TODAY,
    EVEN_IF_IT_EASES,
    EVERYWHERE,
    LAST_ONE,
    NEW_PAIN_ALERT,
    NO_DRIVING,
    NO_EXERCISE,
    NO_EXERCISE_YET,
    NO_MORE_TODAY,
    ON_PAPER_TOO,
    REST_TODAY,
    SIT,
    STROKE_ALERT,
    TOLD_ONLY,
    Advice,
    AlertLevel,
    Condition,
    Group,
    Level,
    Question,
    after_yes,
    alert,
    call_today,
    emergency,
    fixed_alert,
    rest,
)

_HEAD_ALERT = fixed_alert(
    "head",
    _("Hit the head, or hurt in a fall"),
    _("a fall with a blow to the head or an injury"),
    "HeadNHS C; J",
)
_CAUDA_ALERT = fixed_alert(
    "cauda",
    _("Saddle, bladder or bowel sign"),
    _("numbness between the legs, bladder or bowel trouble, both legs weak"),
    "CES C",
)
_BACK_LABEL = _(
    "Are both legs weak, or are you numb between the legs? "
    "Is there new trouble with bladder or bowels, or new loss of sexual feeling?"
)

BALANCE = (
    Question(
        id="fell",
        asked_at=ON_PAPER_TOO,
        label=_("Did you fall?"),
        hint=LAST_ONE,
        missing=_("Say if you fell: yes or no."),
        sign=_("I fell"),
        group=Group.BALANCE,
        on_paper=_("I fell"),
        in_short=_("Fell"),
        said="“Yes, I fell.”",
        grounds="STEADI K",
        holds=(SIT, REST_TODAY),
        sets_flag="fell",
        alert=fixed_alert("fall", _("Fell"), _("a fall"), "STEADI K"),
        advice=(
            call_today(
                "fell",
                _("You had a fall. Stop for today"),
                _("Hit your head? Cannot get up or stand? Call the emergency number now."),
                _("Call your clinic today, even if you feel well."),
                _("Your plan leaves out standing exercises until they have spoken with you."),
                grounds="STEADI K",
                may_be_emergency=True,
            ),
        ),
    ),
    Question(
        id="fell_head",
        asked_at=(),
        only_if=after_yes("fell"),
        label=_("Did you hit your head?"),
        missing=_("Say if you hit your head: yes or no."),
        in_short=_("Hit the head"),
        said="“Yes, I hit my head.”",
        grounds="HeadNHS C; J (yes is tier 1, whatever else)",
        holds=(NO_EXERCISE,),
        alert=_HEAD_ALERT,
        advice=(
            emergency(
                "fell_head",
                _("You hit your head: get help now"),
                NO_DRIVING,
                _("Say so if you take a blood thinner."),
                _("Go even if you feel well."),
                grounds="HeadNHS C; J (yes is tier 1, whatever else)",
            ),
        ),
    ),
    Question(
        id="fell_stands",
        asked_at=(),
        only_if=after_yes("fell"),
        label=_("Can you stand and walk as before?"),
        missing=_("Say if you can stand and walk as before: yes or no."),
        in_short=_("Cannot stand or walk as before"),
        said="“No, I cannot stand and walk as before.”",
        grounds="J",
        danger_when=Condition(question="fell_stands", is_no=True),
        holds=(NO_EXERCISE,),
        alert=_HEAD_ALERT,
        advice=(
            emergency(
                "fell_stands",
                _("You cannot stand as before: get help now"),
                _("Do not try to walk."),
                NO_DRIVING,
                grounds="J",
                is_no=True,
            ),
        ),
    ),
    Question(
        id="bad_fall",
        asked_at=TOLD_ONLY,
        label=_(
            "Did you fall and hit your head? Since a fall, are you sleepy, sick, confused or weak? "
            "Is there a bad headache, or fluid from an ear or the nose? Can you not get up, or not stand on a leg?"
        ),
        sign=_("A bad fall: head hit, or cannot get up"),
        group=Group.BALANCE,
        in_short=_("Bad fall"),
        said="“I had a bad fall: I hit my head, feel ill since, or cannot get up.”",
        grounds="HeadNHS C; J",
        holds=(NO_EXERCISE,),
        sets_flag="fell",
        alert=_HEAD_ALERT,
        advice=(
            emergency(
                "bad_fall",
                _("A bad fall: call for help now"),
                NO_DRIVING,
                _("Say so if you take a blood thinner."),
                _("If you can, ask someone to stay with you."),
                NO_EXERCISE_YET,
                grounds="HeadNHS C; J",
            ),
        ),
    ),
    Question(
        id="near_fall",
        asked_at=EVERYWHERE,
        label=_("Did you nearly fall and have to grab something?"),
        hint=LAST_ONE,
        sign=_("I nearly fell"),
        group=Group.BALANCE,
        in_short=_("Nearly fell"),
        said="“I nearly fell and had to grab something.”",
        grounds="J",
        alert=alert("near_fall", AlertLevel.LOW, _("Nearly fell"), _("a near fall"), "J"),
        advice=(
            rest(
                "near_fall",
                _("Sit down and rest"),
                _("Hold on with both hands next time."),
                _("Tell your clinic if it happens again."),
                grounds="J",
            ),
        ),
    ),
    Question(
        id="weak",
        asked_at=EVERYWHERE,
        label=_("Is there new weakness or numbness?"),
        hint=LAST_ONE,
        sign=_("New weakness or numbness"),
        group=Group.BALANCE,
        in_short=_("New weakness or numbness"),
        said="“Yes, there is new weakness or numbness.”",
        grounds="J",
        holds=(SIT, REST_TODAY),
        alert=alert(
            "weakness", AlertLevel.HIGH, _("New weakness or numbness"), _("new weakness or numbness"), "J"
        ),
        advice=(
            call_today(
                "weak",
                _("New weakness: stop for today"),
                _("Did it come suddenly, or on one side? Call the emergency number now."),
                _("Did it come slowly? Call your clinic today."),
                _("Your plan leaves out standing exercises until they have spoken with you."),
                grounds="J",
                may_be_emergency=True,
            ),
        ),
    ),
    Question(
        id="weak_sudden",
        asked_at=(),
        only_if=after_yes("weak"),
        label=_("Was it sudden, on one side, or in the face, speech or sight?"),
        missing=_("Say if it was sudden or on one side: yes or no."),
        in_short=_("Stroke sign"),
        said="“It was sudden, on one side, or in the face, speech or sight.”",
        grounds="BEFAST C; ADA16-T5 R",
        holds=(NO_EXERCISE,),
        alert=STROKE_ALERT,
        advice=(
            emergency(
                "weak_sudden",
                _("This may be a stroke: call for help now"),
                EVEN_IF_IT_EASES,
                NO_DRIVING,
                _("Note the time when it began."),
                grounds="BEFAST C; ADA16-T5 R",
            ),
        ),
    ),
    Question(
        id="weak_both",
        asked_at=(),
        only_if=after_yes("weak"),
        label=_BACK_LABEL,
        missing=_("Say if both legs are weak, or if there is bladder or bowel trouble: yes or no."),
        in_short=_("Both legs weak, or saddle sign"),
        said="“Both legs are weak, or I am numb between the legs, or have bladder or bowel trouble.”",
        grounds="CES C",
        holds=(NO_EXERCISE,),
        alert=_CAUDA_ALERT,
        advice=(
            emergency(
                "weak_both",
                _("New numbness, weakness or bladder trouble: call now"),
                _("Or have someone drive you to the emergency department now."),
                _("Do not wait to see if it passes."),
                grounds="CES C",
            ),
        ),
    ),
    Question(
        id="stroke",
        asked_at=TOLD_ONLY,
        label=_(
            "Suddenly weak or numb on one side, face drops, slurred speech, loss of sight or balance, worst headache?"
        ),
        sign=_("Sudden weak or numb side, face, speech or sight"),
        group=Group.BALANCE,
        in_short=_("Stroke sign"),
        said="“Suddenly something was wrong with one side, my face, speech, sight or balance.”",
        grounds="BEFAST C; ADA16-T5 R",
        holds=(NO_EXERCISE,),
        alert=STROKE_ALERT,
        advice=(
            emergency(
                "stroke",
                _("This may be a stroke: call for help now"),
                EVEN_IF_IT_EASES,
                NO_DRIVING,
                _("Note the time when it began."),
                grounds="BEFAST C; ADA16-T5 R",
            ),
        ),
    ),
    Question(
        id="saddle",
        asked_at=EVERYWHERE,
        asked_of=frozenset({"spine", "bone_mets"}),
        label=_BACK_LABEL,
        sign=_("Both legs weak, numb between them, bladder or bowel trouble"),
        group=Group.BALANCE,
        in_short=_("Saddle, bladder or bowel sign"),
        said="“I am numb between the legs, both legs are weak, or I have new bladder or bowel trouble.”",
        grounds="CES C",
        holds=(NO_EXERCISE,),
        alert=_CAUDA_ALERT,
        advice=(
            emergency(
                "saddle",
                _("New numbness, weakness or bladder trouble: call now"),
                _("Or have someone drive you to the emergency department now."),
                _("Do not wait to see if it passes."),
                grounds="CES C",
            ),
        ),
    ),
    Question(
        id="tired",
        asked_at=TOLD_ONLY,
        label=_("Do you have a cramp, or feel very tired or unsteady?"),
        sign=_("Cramp, tired or unsteady"),
        group=Group.BALANCE,
        grounds="J",
        advice=(
            rest("tired", _("Sit down and rest"), _("Next time, hold on more or do less."), grounds="J"),
        ),
    ),
    # Asked only after "not today: I am afraid to fall" (`patients.sessions.not_today`).
    Question(
        id="more_support",
        asked_at=(),
        label=_("Would you like to hold on more, such as with both hands?"),
        missing=_("Say if you would like to hold on more: yes or no."),
        in_short=_("Wants more support"),
        is_no_danger=True,
        grounds="J",
        advice=(
            Advice(
                when=(Condition(question="more_support"),),
                level=Level.GOOD,
                title=_("You may hold on more"),
                to_do=(
                    _("You may hold on with both hands wherever there is something firm."),
                    _("If an exercise has “Hold on more”, open it to choose."),
                ),
                grounds="NIH K",
            ),
        ),
    ),
    Question(
        id="someone_there",
        asked_at=(),
        label=_("Will someone be with you when you exercise?"),
        missing=_("Say if someone will be with you: yes or no."),
        in_short=_("Someone will be there"),
        is_no_danger=True,
        is_worse_if_no=True,
        grounds="J",
    ),
    Question(
        id="new_pain_told",
        asked_at=TOLD_ONLY,
        label=_(
            "Is there new strong pain, a different kind of pain, or pain at night? "
            "Or new back pain, if you have or had cancer?"
        ),
        sign=_("New or different strong pain"),
        group=Group.OTHER,
        in_short=_("New or different strong pain"),
        said="“I have new or different strong pain.”",
        grounds="J",
        holds=(REST_TODAY,),
        alert=NEW_PAIN_ALERT,
        advice=(
            call_today(
                "new_pain_told",
                _("New strong pain: stop for today"),
                CALL_TODAY,
                NO_MORE_TODAY,
                grounds="J",
            ),
        ),
    ),
    Question(
        id="more_pain",
        asked_at=TOLD_ONLY,
        label=_("Is your pain 2 or more above where you started?"),
        sign=_("More pain than when I began"),
        group=Group.OTHER,
        grounds="Farrar C",
        advice=(
            rest(
                "more_pain",
                _("Rest for now"),
                _("Next time, do less: fewer times, or a smaller move."),
                _("Is the pain still up tomorrow? Call your clinic."),
                grounds="Farrar C",
            ),
        ),
    ),
)

"""Independent tables of the facts about every exercise, which tests compare with the catalogue.

The tables come from the clinical table that the catalogue was written from, with exactly its numbers. A dash means
that the source gives no number. Change a row only if the source of the exercise has changed.
"""

from __future__ import annotations

KINDS = """
slug                    | category  | position| support   | demands| after
calf-raise              | balance   | standing| two_hands | weight_bearing foot_pressure foot_motion| seated-heel-raise
side-leg-raise          | balance   | standing| one_hand  | weight_bearing single_leg| -
brisk-walk              | aerobic   | standing| none      | weight_bearing aerobic walking heat| -
low-impact-aerobics     | aerobic   | standing| none      | weight_bearing aerobic walking heat| -
swimming                | aerobic   | water   | none      | aerobic immersion deep_water heat| -
stationary-cycling      | aerobic   | seated  | none      | aerobic foot_pressure foot_motion single_leg| -
plantar-fascia-stretch  | stretching| standing| two_hands | weight_bearing foot_pressure foot_motion| -
seated-hamstring-stretch| stretching| seated  | none      | forward_bend| -
sideways-walk           | balance   | standing| fingertips| weight_bearing walking| weight-shift-side
grapevine               | balance   | standing| fingertips| weight_bearing single_leg narrow_base walking| sideways-walk
heel-to-toe-walk        | balance   | standing| fingertips| weight_bearing narrow_base walking| sideways-walk
one-leg-stand           | balance   | standing| fingertips| weight_bearing single_leg| heel-to-toe-stand
heel-to-toe-stand       | balance   | standing| fingertips| weight_bearing narrow_base| semi-tandem-stand
balance-walk            | balance   | standing| none      | weight_bearing single_leg walking| one-leg-stand
backward-walk           | balance   | standing| one_hand  | weight_bearing walking| sideways-walk
knee-raise              | balance   | standing| fingertips| weight_bearing single_leg| -
step-up                 | balance   | standing| one_hand  | weight_bearing step single_leg resistance| knee-raise
sit-to-stand            | balance   | seated  | none      | weight_bearing rise resistance| sit-to-stand-with-hands
mini-squat              | balance   | standing| two_hands | weight_bearing resistance| sit-to-stand
back-leg-raise          | balance   | standing| two_hands | weight_bearing single_leg| -
toe-raise               | balance   | standing| two_hands | weight_bearing foot_pressure foot_motion| -
seated-knee-extension   | balance   | seated  | none      | -| -
march-on-the-spot       | aerobic   | standing| one_hand  | weight_bearing aerobic walking single_leg| -
chair-march             | aerobic   | seated  | none      | aerobic foot_motion| -
walking-plan            | aerobic   | standing| none      | weight_bearing aerobic walking heat| -
pool-walking            | aerobic   | water   | one_hand  | aerobic immersion walking heat| -
seated-ankle-pump       | stretching| seated  | none      | foot_motion| -
seated-dorsiflexion     | balance   | seated  | none      | foot_motion| -
ankle-circles           | stretching| seated  | none      | foot_motion| -
ankle-alphabet          | stretching| seated  | none      | foot_motion| -
towel-toe-curls         | stretching| seated  | none      | foot_pressure foot_motion shoes_off| toe-press
band-ankle-inversion    | balance   | seated  | none      | foot_band foot_motion resistance| seated-ankle-pump
band-ankle-eversion     | balance   | seated  | none      | foot_band foot_motion resistance| seated-ankle-pump
calf-wall-stretch       | stretching| standing| two_hands | weight_bearing foot_motion| -
upper-body-twist        | stretching| seated  | none      | spine_twist| -
chest-stretch           | stretching| seated  | none      | -| -
neck-rotation           | stretching| seated  | none      | head_turn| -
ball-squeeze            | balance   | seated  | none      | resistance| -
weight-shift-side       | balance   | standing| two_hands | weight_bearing| -
feet-together-stand     | balance   | standing| one_hand  | weight_bearing narrow_base| weight-shift-side
semi-tandem-stand       | balance   | standing| one_hand  | weight_bearing narrow_base| feet-together-stand
sit-to-stand-with-hands | balance   | seated  | two_hands | weight_bearing rise resistance| -
standing-knee-curl      | balance   | standing| two_hands | weight_bearing single_leg| -
wall-push-up            | balance   | standing| two_hands | weight_bearing resistance| -
seated-row-band         | balance   | seated  | none      | resistance foot_band| -
arm-raise               | balance   | seated  | none      | -| -
seated-heel-raise       | balance   | seated  | none      | foot_pressure foot_motion| -
toe-press               | balance   | seated  | none      | foot_pressure foot_motion shoes_off| -
toe-spread              | balance   | seated  | none      | foot_motion shoes_off| -
toe-lift                | balance   | seated  | none      | foot_motion shoes_off| toe-spread
short-foot              | balance   | seated  | none      | foot_pressure foot_motion shoes_off| toe-press
seated-arm-swing        | aerobic   | seated  | none      | aerobic| -
seated-side-reach       | balance   | seated  | one_hand  | -| -
"""

DOSES = """
slug                     | sets | reps  | hold s | minutes | sides | days
calf-raise               | 1    | 10–15 | -      | -       | -     | 2–3
side-leg-raise           | 1    | 10–15 | 5–10   | -       | both  | 2–3
brisk-walk               | -    | -     | -      | 30      | -     | 3–5
low-impact-aerobics      | -    | -     | -      | 30      | -     | 3–5
swimming                 | -    | -     | -      | 30      | -     | 3–5
stationary-cycling       | -    | -     | -      | 30      | -     | 3–5
plantar-fascia-stretch   | 1    | 1–3   | 15–20  | -       | both  | -
seated-hamstring-stretch | 1    | 1–3   | 20     | -       | both  | -
sideways-walk            | 1    | 10    | -      | -       | both  | 2–7
grapevine                | 1    | 5     | -      | -       | both  | 2–7
heel-to-toe-walk         | 1    | 5–20  | -      | -       | -     | 2–7
one-leg-stand            | 1    | 3–15  | 5–10   | -       | both  | 2–7
heel-to-toe-stand        | 1    | 1–3   | 10     | -       | both  | 2–7
balance-walk             | 1    | 20    | 1      | -       | -     | 2–7
backward-walk            | 3    | 10    | -      | -       | -     | 2–3
knee-raise               | 1    | 8     | 5      | -       | both  | 2–7
step-up                  | 1    | 5–10  | -      | -       | both  | 2–3
sit-to-stand             | 2    | 5–15  | -      | -       | -     | 2–3
mini-squat               | 1    | 5–10  | -      | -       | -     | 2–3
back-leg-raise           | 1    | 10–15 | 1      | -       | both  | 2–3
toe-raise                | 1    | 8–10  | 3      | -       | -     | 2–7
seated-knee-extension    | 2    | 10    | -      | -       | both  | 2–3
march-on-the-spot        | -    | -     | -      | 2–5     | -     | 3–7
chair-march              | -    | -     | -      | 2–10    | -     | 3–7
walking-plan             | -    | -     | -      | 10      | -     | 2–5
pool-walking             | -    | -     | -      | 10–30   | -     | 3
seated-ankle-pump        | 2    | 5     | -      | -       | both  | 3–7
seated-dorsiflexion      | 1    | 3–10  | 10     | -       | -     | 3
ankle-circles            | 1    | 10    | -      | -       | both  | 3–7
ankle-alphabet           | 1    | 1     | -      | -       | both  | 3–7
towel-toe-curls          | 1    | 10    | -      | -       | both  | 3–7
band-ankle-inversion     | 3    | 10    | -      | -       | both  | 3
band-ankle-eversion      | 3    | 10    | -      | -       | both  | 3
calf-wall-stretch        | 3    | 1     | 20–30  | -       | both  | 3–7
upper-body-twist         | 1    | 5     | 5      | -       | both  | 3–7
chest-stretch            | 1    | 5     | 5–10   | -       | -     | 3–7
neck-rotation            | 1    | 3     | 5      | -       | both  | 3–7
ball-squeeze             | 2    | 10–15 | 3–5    | -       | both  | 2–3
weight-shift-side        | 1    | -     | -      | 1       | -     | 2–7
feet-together-stand      | 1    | 1–3   | 10     | -       | -     | 2–7
semi-tandem-stand        | 1    | 1–3   | 10     | -       | both  | 2–7
sit-to-stand-with-hands  | 1    | 5–10  | -      | -       | -     | 2–3
standing-knee-curl       | 1    | 8–10  | -      | -       | both  | 2–3
wall-push-up             | 1    | 10–15 | -      | -       | -     | 2–3
seated-row-band          | 2    | 10–15 | 1      | -       | -     | 2–3
arm-raise                | 2    | 10–15 | -      | -       | -     | 2–3
seated-heel-raise        | 1    | 5–10  | -      | -       | both  | 3–7
toe-press                | 1    | 10    | 3      | -       | -     | 3–7
toe-spread               | 3    | 10    | -      | -       | -     | 3–7
toe-lift                 | 3    | 5     | -      | -       | both  | 3–7
short-foot               | 1    | 5–10  | 5–6    | -       | both  | 3–7
seated-arm-swing         | -    | -     | -      | 2–10    | -     | 3–7
seated-side-reach        | 1    | 5     | 2      | -       | both  | 2–7
"""

USES = """
slug                     | equipment, any one of | focus
calf-raise               | chair counter         | ankles calves strength
side-leg-raise           | chair counter         | hips strength
brisk-walk               | treadmill outdoors    | heart whole-body
low-impact-aerobics      | nothing               | heart whole-body
swimming                 | pool                  | heart whole-body
stationary-cycling       | bike                  | heart legs
plantar-fascia-stretch   | door-frame            | feet calves
seated-hamstring-stretch | chair                 | thighs
sideways-walk            | wall counter          | hips balance
grapevine                | wall                  | coordination balance
heel-to-toe-walk         | wall counter          | balance walking
one-leg-stand            | counter               | balance ankles
heel-to-toe-stand        | counter               | balance
balance-walk             | wall                  | balance walking
backward-walk            | counter               | balance walking
knee-raise               | counter               | hips balance
step-up                  | step                  | legs strength
sit-to-stand             | chair                 | legs strength
mini-squat               | counter               | legs strength
back-leg-raise           | counter               | hips strength
toe-raise                | counter               | ankles shins strength
seated-knee-extension    | chair                 | thighs strength
march-on-the-spot        | counter               | heart warm-up
chair-march              | chair                 | heart hips
walking-plan             | nothing               | heart walking
pool-walking             | pool                  | heart balance
seated-ankle-pump        | chair                 | ankles feet
seated-dorsiflexion      | chair                 | shins ankles strength
ankle-circles            | chair                 | ankles
ankle-alphabet           | chair                 | ankles
towel-toe-curls          | towel                 | toes feet
band-ankle-inversion     | band                  | ankles strength
band-ankle-eversion      | band                  | ankles strength
calf-wall-stretch        | wall                  | calves
upper-body-twist         | chair                 | back
chest-stretch            | chair                 | chest shoulders
neck-rotation            | chair                 | neck
ball-squeeze             | ball                  | hands strength
weight-shift-side        | counter               | balance hips
feet-together-stand      | counter               | balance
semi-tandem-stand        | counter               | balance
sit-to-stand-with-hands  | armchair              | legs strength
standing-knee-curl       | counter               | thighs strength
wall-push-up             | wall                  | chest shoulders strength
seated-row-band          | band                  | back shoulders strength
arm-raise                | chair                 | shoulders strength
seated-heel-raise        | chair                 | calves ankles feet
toe-press                | chair                 | toes feet strength
toe-spread               | chair                 | toes feet
toe-lift                 | chair                 | toes feet
short-foot               | chair                 | feet strength
seated-arm-swing         | chair                 | heart shoulders
seated-side-reach        | armchair              | balance back
"""


def rows(table: str) -> dict[str, tuple[str, ...]]:
    """Return the other cells of each row by slug. A dash is an empty cell; the first line contains the headings."""
    cells = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:]]
    return {slug: tuple("" if cell == "-" else cell for cell in rest) for slug, *rest in cells}


def numbers(cell: str) -> tuple[int | None, int | None]:
    """Return a cell as a range: "5–10" is (5, 10), "5" is (5, None), and an empty cell is (None, None)."""
    least, _dash, most = cell.partition("–")
    return (int(least) if least else None, int(most) if most else None)

"""Independent tables of the facts about every exercise, which tests compare with the catalogue.

The tables come from the clinical table that the catalogue was written from, with exactly its numbers. A dash means
that the source gives no number. Change a row only if the source of the exercise has changed.
"""

from __future__ import annotations

KINDS = """
slug                    | category  | position| support   | demands                     | after
calf-raise              | balance   | standing| two_hands | weight_bearing              | -
side-leg-raise          | balance   | standing| one_hand  | weight_bearing single_leg   | -
brisk-walk              | aerobic   | standing| none      | weight_bearing aerobic      | -
low-impact-aerobics     | aerobic   | standing| none      | weight_bearing aerobic      | -
swimming                | aerobic   | water   | none      | aerobic immersion           | -
stationary-cycling      | aerobic   | seated  | none      | aerobic                     | -
plantar-fascia-stretch  | stretching| standing| two_hands | weight_bearing foot_pressure| -
seated-hamstring-stretch| stretching| seated  | none      | -                           | -
sideways-walk           | balance   | standing| fingertips| weight_bearing              | -
grapevine               | balance   | standing| fingertips| weight_bearing single_leg   | sideways-walk
heel-to-toe-walk        | balance   | standing| fingertips| weight_bearing narrow_base  | sideways-walk
one-leg-stand           | balance   | standing| fingertips| weight_bearing single_leg   | heel-to-toe-stand
heel-to-toe-stand       | balance   | standing| fingertips| weight_bearing narrow_base  | -
balance-walk            | balance   | standing| none      | weight_bearing single_leg   | one-leg-stand
backward-walk           | balance   | standing| one_hand  | weight_bearing              | sideways-walk
knee-raise              | balance   | standing| fingertips| weight_bearing single_leg   | -
step-up                 | balance   | standing| one_hand  | weight_bearing step         | knee-raise
sit-to-stand            | balance   | seated  | none      | weight_bearing              | -
mini-squat              | balance   | standing| two_hands | weight_bearing              | sit-to-stand
back-leg-raise          | balance   | standing| two_hands | weight_bearing single_leg   | -
toe-raise               | balance   | standing| two_hands | weight_bearing              | -
seated-knee-extension   | balance   | seated  | none      | -                           | -
march-on-the-spot       | aerobic   | standing| one_hand  | weight_bearing aerobic      | -
chair-march             | aerobic   | seated  | none      | aerobic                     | -
walking-plan            | aerobic   | standing| none      | weight_bearing aerobic      | -
pool-walking            | aerobic   | water   | one_hand  | aerobic immersion           | -
seated-ankle-pump       | stretching| seated  | none      | -                           | -
seated-dorsiflexion     | stretching| seated  | none      | -                           | -
ankle-circles           | stretching| seated  | none      | -                           | -
ankle-alphabet          | stretching| seated  | none      | -                           | -
towel-toe-curls         | stretching| seated  | none      | foot_pressure               | -
band-ankle-inversion    | stretching| seated  | none      | -                           | seated-ankle-pump
band-ankle-eversion     | stretching| seated  | none      | -                           | seated-ankle-pump
calf-wall-stretch       | stretching| standing| two_hands | weight_bearing              | -
upper-body-twist        | stretching| seated  | none      | -                           | -
chest-stretch           | stretching| seated  | none      | -                           | -
neck-rotation           | stretching| seated  | none      | -                           | -
ball-squeeze            | stretching| seated  | none      | -                           | -
"""

DOSES = """
slug                     | sets | reps  | hold s | minutes | sides | days
calf-raise               | 1    | 10–15 | -      | -       | -     | -
side-leg-raise           | 1    | 10–15 | 5–10   | -       | both  | -
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
ball-squeeze             | 2    | 10–15 | 3–5    | -       | both  | 3–7
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
toe-raise                | counter               | ankles shins
seated-knee-extension    | chair                 | thighs strength
march-on-the-spot        | counter               | heart warm-up
chair-march              | chair                 | heart hips
walking-plan             | nothing               | heart walking
pool-walking             | pool                  | heart balance
seated-ankle-pump        | chair                 | ankles feet
seated-dorsiflexion      | chair                 | shins ankles
ankle-circles            | chair                 | ankles
ankle-alphabet           | chair                 | ankles
towel-toe-curls          | towel                 | toes feet
band-ankle-inversion     | band                  | ankles strength
band-ankle-eversion      | band                  | ankles strength
calf-wall-stretch        | wall                  | calves
upper-body-twist         | chair                 | back
chest-stretch            | chair                 | chest shoulders
neck-rotation            | chair                 | neck
ball-squeeze             | ball                  | hands
"""


def rows(table: str) -> dict[str, tuple[str, ...]]:
    """Return the other cells of each row by slug. A dash is an empty cell; the first line contains the headings."""
    cells = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:]]
    return {slug: tuple("" if cell == "-" else cell for cell in rest) for slug, *rest in cells}


def numbers(cell: str) -> tuple[int | None, int | None]:
    """Return a cell as a range: "5–10" is (5, 10), "5" is (5, None), and an empty cell is (None, None)."""
    least, _dash, most = cell.partition("–")
    return (int(least) if least else None, int(most) if most else None)

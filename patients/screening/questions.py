"""The table of the screening's questions (clinical rules, "Screening before the first plan").

The ids of the clinical rules are kept. A question there that has two parts is a question and its follow-ups here. The
wording is our own: PAR-Q, PAR-Q+ and ePARmed-X+ are not used, since they need a licence. `grounds` are
those of the advice, or of the safety rules that follow from the flag.
"""

from __future__ import annotations

from . import questions_feet, questions_health
from .kinds import ScreeningQuestion

#: All questions in the order in which they are asked.
QUESTIONS: tuple[ScreeningQuestion, ...] = (*questions_feet.QUESTIONS, *questions_health.QUESTIONS)
BY_ID: dict[str, ScreeningQuestion] = {question.id: question for question in QUESTIONS}
#: The question whose text a clinician has to read before the screening is finished.
MUST_BE_READ = "s_told_what"

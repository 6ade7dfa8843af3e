"""Forms of the team's page of a screening."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from patients.models import AnsweredBy, AskAgainReason, Flag, Screening, ScreeningSource
from patients.screening.answers import is_asked, list_unanswered, show_answer
from patients.screening.kinds import (
    MAX_TEXT_LENGTH,
    NO,
    UNSURE,
    YES,
    Answers,
    Kind,
    ScreeningQuestion,
    Section,
)
from patients.screening.questions import QUESTIONS
from patients.screening.services.flags import Decision


@dataclass
class QuestionRow:
    """One question on the page. `theirs` is the answer that a colleague saved meanwhile, in words."""

    question: ScreeningQuestion
    field: BoundField
    is_asked: bool
    is_unsure: bool
    theirs: str
    follow_ups: list[QuestionRow] = dataclass_field(default_factory=list)


@dataclass
class SectionRows:
    """The questions of one section, with the numbers of those asked and answered."""

    section: Section
    rows: list[QuestionRow]
    answered: int
    in_all: int


def _field_of(question: ScreeningQuestion) -> forms.Field:
    text = str(question.text)
    if question.kind is Kind.YES_NO:
        choices = [(YES, "Yes"), (NO, "No"), (UNSURE, "Not sure")]
        return forms.ChoiceField(label=text, choices=choices, required=False, widget=forms.RadioSelect)
    if question.kind is Kind.TEXT:
        widget = forms.Textarea({"rows": 2, "class": "form-control", "maxlength": MAX_TEXT_LENGTH})
        return forms.CharField(label=text, required=False, widget=widget)
    number = forms.TextInput({"inputmode": "numeric", "class": "form-control field-number", "maxlength": 3})
    return forms.CharField(label=text, required=False, widget=number)


class ScreeningForm(forms.Form):
    """All answers of a screening. `flags` are the patient's live flags, which open some questions."""

    source = forms.ChoiceField(label="How it was answered", choices=ScreeningSource.choices)
    answered_by = forms.ChoiceField(label="Who answered", choices=AnsweredBy.choices)
    edit_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        flags: Collection[str],
        initial: Mapping[str, Any] | None = None,
        theirs: Answers | None = None,
        finish: bool = False,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.flags, self.theirs, self.is_finishing = flags, theirs or {}, finish
        for question in QUESTIONS:
            self.fields[question.id] = _field_of(question)
        for name in ("source", "answered_by"):
            self.fields[name].widget.attrs["class"] = "form-select"

    @classmethod
    def showing(cls, screening: Screening | None, *, flags: Collection[str]) -> ScreeningForm:
        """Return a form with the stored answers of the open screening, or an empty one."""
        if screening is None:
            first = {"source": ScreeningSource.VISIT, "answered_by": AnsweredBy.PATIENT, "edit_number": 0}
            return cls(flags=flags, initial=first)
        initial = {
            "source": screening.source,
            "answered_by": screening.answered_by,
            "edit_number": screening.edit_number,
        }
        return cls(flags=flags, initial=initial | screening.answers)

    @classmethod
    def merging(cls, sent: ScreeningForm, theirs: Screening) -> ScreeningForm:
        """Return a form with the answers that were sent and, where none was given, those that are stored now.

        It shows both where they differ, and saves over the stored ones the next time it is sent.
        """
        initial = {
            "source": sent.cleaned_data["source"],
            "answered_by": sent.cleaned_data["answered_by"],
            "edit_number": theirs.edit_number,
        }
        both = {**theirs.answers, **sent.answers}
        differing = {name: answer for name, answer in theirs.answers.items() if both[name] != answer}
        return cls(flags=sent.flags, initial=initial | both, theirs=differing)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        answers: dict[str, str | int] = {}
        for question in QUESTIONS:
            if sent := cleaned.get(question.id, ""):
                try:
                    answers[question.id] = question.read(sent)
                except ValueError as reason:
                    self.add_error(question.id, str(reason))
        self.answers = answers
        if self.is_finishing:
            for question in list_unanswered(answers, self.flags):
                if question.id not in self.errors:
                    self.add_error(question.id, "Answer this question.")
        return cleaned

    @property
    def shown(self) -> dict[str, str]:
        """The answers that the form shows, as text."""
        values = {question.id: self[question.id].value() for question in QUESTIONS}
        return {name: str(value) for name, value in values.items() if value not in (None, "")}

    @property
    def sections(self) -> list[SectionRows]:
        """The questions by section. A follow-up of one question is in that question's row."""
        shown = self.shown
        rows: dict[str, QuestionRow] = {}
        top: dict[Section, list[QuestionRow]] = {section: [] for section in Section}
        for question in QUESTIONS:
            row = rows[question.id] = QuestionRow(
                question=question,
                field=self[question.id],
                is_asked=is_asked(question, shown, self.flags),
                is_unsure=shown.get(question.id) == UNSURE,
                theirs=show_answer(question, self.theirs),
            )
            is_nested = len(question.after) == 1
            (rows[question.after[0]].follow_ups if is_nested else top[question.section]).append(row)
        return [
            SectionRows(section, top[section], *_count(rows.values(), section, shown)) for section in Section
        ]

    @property
    def differing(self) -> list[tuple[ScreeningQuestion, str, str]]:
        """The questions that a colleague answered differently meanwhile: question, their answer, and this form's."""
        shown = self.shown
        return [
            (question, show_answer(question, self.theirs), show_answer(question, shown))
            for question in QUESTIONS
            if question.id in self.theirs
        ]


def _count(rows: Collection[QuestionRow], section: Section, shown: Mapping[str, str]) -> tuple[int, int]:
    asked = [row.question.id for row in rows if row.is_asked and row.question.section is section]
    return sum(name in shown for name in asked), len(asked)


class DecisionForm(forms.Form):
    """A clinician's decision about one flag."""

    flag = forms.ChoiceField(choices=Flag.choices)
    decision = forms.ChoiceField(choices=[(decision.value, decision.value) for decision in Decision])


class AskAgainForm(forms.Form):
    """The reason for which a screening is due again before its time."""

    reason = forms.ChoiceField(choices=AskAgainReason.choices)

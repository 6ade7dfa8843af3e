"""Forms of the session pages, and of signs of danger told at any time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from clinic.forms import PlainTextField
from exercises.catalogue.glucose import GLUCOSE_BANDS, write_ranges
from exercises.models import Support
from patients.models import MAX_MESSAGE_LENGTH, Effort, Outcome, Reason, Variant
from patients.sessions import check_in
from patients.sessions.corrections import DONE, EXERCISE_CHOICES, PAIN_LABELS, VALUE_LABELS, get_stamp
from patients.sessions.corrections import Answers as CorrectableAnswers
from patients.sessions.questions import ZERO_TO_TEN, Answer, Group, Place, Question
from patients.sessions.selectors.session_progress import Step

if TYPE_CHECKING:
    from clinic.models import Clinic
    from exercises.catalogue.glucose import GlucoseUnit


class PainForm(forms.Form):
    """Pain now, 0–10; the page has a button for each number."""

    pain = forms.TypedChoiceField(label=_("Pain now"), choices=ZERO_TO_TEN, coerce=int)


class OutcomeForm(forms.Form):
    """Outcome of one exercise; accepts only answers that the page of the step offers."""

    outcome = forms.TypedChoiceField(choices=Outcome.choices, coerce=Outcome)
    reason = forms.TypedChoiceField(choices=Reason.choices, coerce=Reason, required=False, empty_value=None)
    way = forms.TypedChoiceField(choices=Variant.choices, coerce=Variant, required=False, empty_value=None)
    instead = forms.UUIDField(required=False)
    support = forms.TypedChoiceField(
        choices=Support.choices, coerce=Support, required=False, empty_value=None
    )

    def __init__(self, data: QueryDict, step: Step) -> None:
        super().__init__(data)
        self.step = step

    def clean(self) -> dict[str, Any]:
        """Replace the id in `instead` by the exercise that the step offers. A substitute is a gentler variant."""
        cleaned = super().clean() or {}
        step = self.step
        offered = step.gentler
        if cleaned.get("outcome") != Outcome.DONE:
            return cleaned | {"way": None, "instead": None, "support": None}
        offered_support = step.more_support
        asked_for = cleaned.get("instead")
        if step.is_substitute:
            cleaned |= {"way": Variant.GENTLER, "instead": step.is_substitute}
        elif cleaned.get("way") != Variant.GENTLER:
            cleaned["instead"] = None
        elif offered is not None and asked_for in (None, offered.pk):
            cleaned["instead"], offered_support = offered, step.more_gentler_support
        else:
            self.add_error("instead", gettext("This exercise is not on offer any more. Please choose again."))
        if cleaned.get("support") not in offered_support:
            cleaned["support"] = None
        return cleaned

    def answer(self) -> dict[str, Any]:
        """Return the keyword arguments for `save_outcome`. Expects a valid form."""
        return {name: self.cleaned_data[name] for name in ("outcome", "reason", "way", "instead", "support")}

    @property
    def is_done(self) -> bool:
        return bool(self.cleaned_data["outcome"] == Outcome.DONE)


class ReasonForm(forms.Form):
    """Reason for skipping an exercise or a day; it is optional."""

    reason = forms.TypedChoiceField(choices=Reason.choices, coerce=Reason, required=False, empty_value=None)


class EffortForm(forms.Form):
    effort = forms.TypedChoiceField(choices=Effort.choices, coerce=Effort)


class QuestionsForm(forms.Form):
    """A required field for each of these questions, such as follow-ups or the blood sugar.

    The ranges of the blood sugar have both units, that of the clinic first; the ketones have the clinic's limit. With
    `is_recheck`, the answers are to end a hold: then the ketones have to be tested, and "no test strips" is not among
    the choices.
    """

    def __init__(
        self,
        *args: Any,
        asked: Sequence[Question],
        clinic: Clinic,
        is_recheck: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = tuple(asked)
        for question in self.asked:
            self.fields[question.id] = _build_field(question, required=True)
        if "sugar" in self.fields:
            unit = cast("GlucoseUnit", clinic.glucose_unit)
            self.fields["sugar"].choices = _list_sugar_options(unit)  # type: ignore[attr-defined]
        if "ketones" in self.fields and clinic.ketone_limit is not None:
            self.fields["ketones"].help_text = gettext(
                "Blood ketones: %(limit)s mmol/L or more counts as moderate."
            ) % {"limit": clinic.ketone_limit}
        if is_recheck and "ketones" in self.fields:
            tested = [choice for choice in self.fields["ketones"].choices if choice[0] != "no_strips"]  # type: ignore[attr-defined]
            self.fields["ketones"].choices = tested  # type: ignore[attr-defined]

    @property
    def asks_ketones(self) -> bool:
        return "ketones" in self.fields

    @property
    def asked_fields(self) -> list[tuple[Question, forms.BoundField]]:
        """The questions with their fields, in order."""
        return [(question, self[question.id]) for question in self.asked]

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers. Expects a valid form."""
        return dict(self.cleaned_data)

    @property
    def dangers(self) -> dict[str, Answer]:
        """The answers that report a danger, also of a form that lacks others: they are saved at once."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return check_in.pick_dangers(self.cleaned_data)


class SignsForm(forms.Form):
    """A list of signs to check, with "None of these", which answers no to all that were shown.

    A sign that is checked is never withdrawn by "None of these". Neither of both is an error, since a missing answer
    about safety never counts as "no". Single answers are read as well (`fell=yes`), so that a danger reported on an
    older page, or by a phone, is not lost.

    `shown` are the ids of the signs that the page has listed, since a flag may have changed while it was open. A sign
    that is asked now and was not on that page has no answer, and the page asks for it. Without the field, as from an
    older page or a phone, the signs asked now count as shown.
    """

    signs = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    none = forms.BooleanField(label=_("None of these"), required=False)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = tuple(asked)
        # Every sign is accepted: a page that was opened before a flag changed may have shown others.
        self.fields["signs"].choices = [(each.id, each.sign) for each in check_in.list_signs()]  # type: ignore[attr-defined]
        for question in check_in.can_be_sent():
            self.fields[question.id] = _build_field(question, required=False)

    @property
    def asked_signs(self) -> list[Question]:
        return [each for each in self.asked if each.is_sign]

    @property
    def signs_to_show(self) -> str:
        """The value of `shown` for the page of this form."""
        return " ".join(each.id for each in self.asked_signs)

    @property
    def is_none_checked(self) -> bool:
        """True if the page shows "None of these" as checked: not if it lists a sign that the page before did not."""
        is_sent = bool(self["none"].value())
        return is_sent and not (self.is_bound and self.lacks_new_sign)

    @property
    def checked(self) -> list[str]:
        """The ids of the signs that the page shows as checked: those sent, and those told before."""
        return [
            *(self["signs"].value() or []),
            *(self.get_initial_for_field(self.fields["signs"], "signs") or []),
        ]

    @property
    def groups(self) -> list[tuple[Group, list[Question]]]:
        """The signs under their headings, in order."""
        signs = self.asked_signs
        return [(group, rows) for group in Group if (rows := [each for each in signs if each.group is group])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.answers = self._read_answers(cleaned)
        missing = {each.id for each in self.asked_signs if each.id not in self.answers}
        self.lacks_new_sign = bool(missing) and missing.isdisjoint(self._list_shown(cleaned))
        if missing and "signs" not in self.errors:
            new = gettext("The list has a new line. Please look at it again.")
            self.add_error(
                "signs", new if self.lacks_new_sign else gettext("Check what happened, or “None of these”.")
            )
        return cleaned

    def _list_shown(self, cleaned: dict[str, Any]) -> set[str]:
        """Return the ids of the signs that the sent page has listed. Others than ours are left out."""
        asked, sent = {each.id for each in self.asked_signs}, set(cleaned.get("shown", "").split())
        return sent & {each.id for each in check_in.list_signs()} if sent else asked

    @property
    def dangers(self) -> dict[str, Answer]:
        """The answers that report a danger, also of a form that lacks others: they are saved at once."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return check_in.pick_dangers(self.answers)

    def _read_answers(self, cleaned: dict[str, Any]) -> dict[str, Answer]:
        shown, checked = self._list_shown(cleaned), set(self["signs"].value() or ())
        answers: dict[str, Answer] = {}
        for question in check_in.can_be_sent():
            answer = cleaned.get(question.id)
            if question.id in checked:
                answer = True
            elif answer is None and question.id in shown and (checked or cleaned.get("none")):
                answer = False
            if answer is not None:
                answers[question.id] = answer
        return answers


class SignForm(forms.Form):
    """One sign told on the stop sheet. `key` is made by the page, so that a sign sent twice is one report."""

    sign = forms.ChoiceField()
    key = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sign"].choices = [(each.id, each.sign) for each in check_in.asked_at(Place.STOP)]  # type: ignore[attr-defined]

    @property
    def told(self) -> str:
        """The id of the sign, also of a form with another fault; "" for none."""
        self.is_valid()
        return str(self.cleaned_data.get("sign", ""))


class CheckInForm(SignsForm):
    """The check-in at the end of a session: the pain now, the signs, and a note to the clinic, which is optional."""

    note = PlainTextField(
        label=_("Your note"),
        required=False,
        max_length=MAX_MESSAGE_LENGTH,
        error_messages={"max_length": _("Your note is too long. Please make it shorter.")},
    )

    def __init__(self, *args: Any, asked: Sequence[Question] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, asked=check_in.asked_at(Place.CHECK_IN) if asked is None else asked, **kwargs)
        for question in self.asked:
            if not question.is_sign:
                self.fields[question.id].required = True

    @property
    def written(self) -> str:
        """The note, also of a form that lacks answers; "" for none, and for one that is too long."""
        return self.cleaned_data.get("note", "") if self.is_bound else ""

    @property
    def asked_fields(self) -> list[tuple[Question, forms.BoundField]]:
        """The questions that are no signs, with their fields, in order."""
        return [(question, self[question.id]) for question in self.asked if not question.is_sign]


class CorrectionForm(SignsForm):
    """The answers of a finished session, to be corrected, and a further note to the clinic.

    `stamp` is that of the answers on the page, so that a change in the meantime is noticed.
    """

    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    note = PlainTextField(
        label=_("Your note"),
        required=False,
        max_length=MAX_MESSAGE_LENGTH,
        error_messages={"max_length": _("Your note is too long. Please make it shorter.")},
    )

    def __init__(
        self, data: QueryDict | None, *, known: CorrectableAnswers, asked: Sequence[Question]
    ) -> None:
        first = {"signs": sorted(known.signs), "none": not known.signs, "stamp": get_stamp(known)}
        super().__init__(data, initial=first, asked=asked)
        self.known = known
        for name, label in PAIN_LABELS.items():
            self.fields[name] = self._build_choice(
                label, ZERO_TO_TEN, known.pains[name], is_required=name == "pain_after"
            )
        for item, value in known.exercises.items():
            choices = EXERCISE_CHOICES if value != DONE else ((DONE, VALUE_LABELS[DONE]), *EXERCISE_CHOICES)
            self.fields[f"exercise-{item}"] = self._build_choice("", choices, value, is_required=True)

    @staticmethod
    def _build_choice(label: Any, choices: Any, known: Any, *, is_required: bool) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=label,
            choices=choices,
            initial="" if known is None else str(known),
            widget=forms.RadioSelect,
            required=is_required,
            error_messages={"required": _("Choose an answer.")},
        )

    @property
    def checked(self) -> list[str]:
        """The ids of the signs that the page shows as checked."""
        return list(self["signs"].value() or [])

    @property
    def told(self) -> str:
        """The ids of the signs that were told before, separated by spaces."""
        return " ".join(sorted(self.known.signs))

    @property
    def pains(self) -> list[forms.BoundField]:
        return [self[name] for name in PAIN_LABELS]

    def get_exercise(self, item: uuid.UUID) -> forms.BoundField:
        return self[f"exercise-{item}"]

    @property
    def corrected(self) -> CorrectableAnswers:
        """The answers as sent. Expects a valid form."""
        sent = self.cleaned_data
        return CorrectableAnswers(
            pains={name: int(sent[name]) if sent[name] else None for name in PAIN_LABELS},
            exercises={item: sent[f"exercise-{item}"] for item in self.known.exercises},
            signs=frozenset(sent["signs"]),
        )

    @property
    def shown_signs(self) -> set[str]:
        """The signs that the sent page has listed. Expects a valid form."""
        return self._list_shown(self.cleaned_data)


def _list_sugar_options(unit: GlucoseUnit) -> list[tuple[str, SafeString]]:
    """Return the choices of the blood sugar, each with its range in both units, this one first."""
    parts = (
        '<span class="reading">{}</span> · <span class="reading">{}</span> · <span class="reading">{}</span>'
    )
    return [
        (band.slug, format_html(parts, *write_ranges(band, unit), gettext(band.name)))
        for band in GLUCOSE_BANDS
    ]


def _build_field(question: Question, *, required: bool) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=question.label,
        help_text=question.hint,
        choices=question.options,
        coerce=question.read,
        widget=forms.RadioSelect,
        required=required,
        empty_value=None,
        error_messages={"required": question.missing or gettext_lazy("Choose an answer.")},
    )

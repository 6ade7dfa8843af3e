"""Forms with the options of a printed document. None of their values is stored."""

from __future__ import annotations

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import StyledForm
from clinic.regions import Paper, get_active_region
from exercises.pdf import PAPERS, get_paper

#: Label of each paper size.
PAPER_NAMES = {"letter": _("US letter"), "a4": _("A4")}
#: Maximum length in characters that still fits on the one page of the report.
MAX_REMARK_LENGTH = 500


def get_own_paper() -> Paper:
    """Return the paper size of the active region."""
    return get_active_region().paper


class PaperForm(StyledForm):
    """The choice of a paper size."""

    paper = forms.ChoiceField(
        label=_("Paper"), choices=[(paper, PAPER_NAMES[paper]) for paper in PAPERS], initial=get_own_paper
    )

    @property
    def chosen(self) -> Paper:
        return get_paper(self.cleaned_data["paper"])


class ReportForm(PaperForm):
    """The options of a report for the referring doctor: a remark and the paper size."""

    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=MAX_REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In your own words. It is printed, and not kept."),
    )
    field_order = ["remark", "paper"]

    @property
    def typed(self) -> str:
        return cast(str, self.cleaned_data["remark"])

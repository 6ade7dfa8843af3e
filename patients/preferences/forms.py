"""Form for text size, colours, motion and voice."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.display import Colours, Display, Motion, TextSize

OFF, ON = "off", "on"


class DisplayForm(forms.Form):
    """Display preferences. Each question has an initial answer, so nothing can be left out."""

    text = forms.TypedChoiceField(
        label=_("How big are the letters?"),
        choices=TextSize.choices,
        coerce=TextSize,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a size for the letters.")},
    )
    colours = forms.TypedChoiceField(
        label=_("Light or dark?"),
        choices=Colours.choices,
        coerce=Colours,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose light or dark.")},
    )
    motion = forms.TypedChoiceField(
        label=_("Do the pictures move?"),
        choices=Motion.choices,
        coerce=Motion,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose if the pictures move.")},
    )
    voice = forms.TypedChoiceField(
        label=_("Read aloud?"),
        choices=[(OFF, _("No")), (ON, _("Yes, with a button on each page"))],
        coerce=lambda answer: answer == ON,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose if a voice reads to you.")},
    )

    @classmethod
    def showing(cls, display: Display) -> DisplayForm:
        """Return an unbound form with the preferences in effect as its initial values."""
        return cls(
            initial={
                "text": display.text,
                "colours": display.colours,
                "motion": display.motion,
                "voice": ON if display.reads_aloud else OFF,
            }
        )

    def display(self) -> Display:
        """Return the preferences chosen. The form must be valid."""
        chosen = self.cleaned_data
        return Display(chosen["text"], chosen["colours"], chosen["motion"], reads_aloud=chosen["voice"])

"""Structured data for search engines: schema.org types as dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, gettext

from exercises.catalogue.entries import QuestionEntry
from exercises.library.selectors import RoutinePage
from exercises.models import Exercise

Data = dict[str, Any]
_CONTEXT = "https://schema.org"


def medical_web_page(*, name: str, description: str, url: str) -> Data:
    """Return a MedicalWebPage about neuropathic pain for patients."""
    return {
        "@context": _CONTEXT,
        "inLanguage": get_language(),
        "@type": "MedicalWebPage",
        "name": name,
        "description": description,
        "url": url,
        "about": {"@type": "MedicalCondition", "name": gettext("Neuropathic pain")},
        "audience": {"@type": "PatientAudience"},
    }


def faq_page(questions: Iterable[QuestionEntry]) -> Data:
    """Return a FAQPage of questions and answers."""
    return {
        "@context": _CONTEXT,
        "inLanguage": get_language(),
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": gettext(entry.question),
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": " ".join(gettext(paragraph) for paragraph in entry.answer),
                },
            }
            for entry in questions
        ],
    }


def how_to(exercise: Exercise, *, url: str, image: str) -> Data:
    """Return an exercise as a HowTo. No query if `steps` and `equipment` are prefetched."""
    return {
        "@context": _CONTEXT,
        "inLanguage": get_language(),
        "@type": "HowTo",
        "name": gettext(exercise.name),
        "description": gettext(exercise.summary),
        "url": url,
        "image": image,
        "totalTime": f"PT{exercise.dose.session_minutes()}M",
        "tool": [{"@type": "HowToTool", "name": gettext(thing.name)} for thing in exercise.equipment.all()],
        "step": [
            {"@type": "HowToStep", "position": position, "text": gettext(words)}
            for position, (_kind, words) in enumerate(exercise.list_steps(), start=1)
        ],
    }


def routine(page: RoutinePage, *, url: str, item_urls: Iterable[str]) -> Data:
    """Return a routine as an ItemList of its exercises, with one of `item_urls` for each."""
    return {
        "@context": _CONTEXT,
        "inLanguage": get_language(),
        "@type": "ItemList",
        "name": gettext(page.routine.name),
        "description": gettext(page.routine.summary),
        "url": url,
        "itemListOrder": "https://schema.org/ItemListOrderAscending",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": gettext(item.exercise.name), "url": item_url}
            for position, (item, item_url) in enumerate(zip(page.items, item_urls, strict=True), start=1)
        ],
    }

"""At a clinic in Spain, patients read the words of Spain; everywhere else those of Latin America."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from clinic.spanish_of_spain import translate
from tests.factories import ClinicFactory, PatientFactory, published_plan

from .messages import committed

KEPT = re.compile(r"%\(\w+\)[sd]|%%|</?[a-z]+[^>]*>")
#: Words that mean something else in Spain ("párese" is "stop") or nothing.
AMERICAN = re.compile(
    r"\b(?:párese|pararse|mostrador\w*|piso|pisos|caminadora\w*|manubrio|baranda|jal[ae]\w*|computadora\w*|maneje"
    r"|celular\w*|tapetes?|lentes|estufa|en la (?:mañana|tarde|noche))\b",
    re.IGNORECASE,
)


def read_by_patients():
    return [
        message for message in committed().values() if message.is_translated and message.is_read_in_spanish
    ]


def test_every_message_is_read_in_the_words_of_spain():
    wrong = []
    with override("es-es"):
        for message in read_by_patients():
            if message.context is None:
                text = ngettext(message.id, message.plural, 2) if message.plural else gettext(message.id)
                if text != translate(message.strings[-1]) or AMERICAN.search(text):
                    wrong.append((message.id, text))
    assert len(read_by_patients()) > 1200
    assert wrong == []


@pytest.mark.parametrize("tag", ["es", "es-us", "es-001"])
def test_other_regions_keep_the_words_of_latin_america(tag):
    with override(tag):
        assert gettext("Hold the counter with both hands.") == "Agárrese del mostrador con las dos manos."


def test_translations_keep_their_variables_and_markup():
    for message in read_by_patients():
        for text in message.strings:
            assert KEPT.findall(translate(text)) == KEPT.findall(text)


@pytest.mark.parametrize(
    ("text", "spanish"),
    [
        ("Párese junto a un mostrador.", "Póngase de pie junto a una encimera."),
        ("Ponga en él las yemas, en el mostrador.", "Ponga en ella las yemas, en la encimera."),
        ("Presione el pedal.", "Presione el pedal."),
    ],
)
def test_words_are_replaced_whole_with_their_capital_and_gender(text, spanish):
    assert translate(text) == spanish


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("region", "there", "absent"), [("ES", "conduzca", "maneje"), ("US", "maneje", "conduzca")]
)
def test_a_patient_reads_the_words_of_their_clinics_region(client, region, there, absent):
    patient = PatientFactory(clinic=ClinicFactory(region=region), language="es")
    published_plan(patient)
    client.force_login(patient.user)
    page = client.get(reverse("my:plan")).content.decode().lower()
    assert there in page
    assert absent not in page

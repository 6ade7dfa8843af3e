"""Cards are limited: a reason from the third in a week on, five a day for a patient, forty a day for a member."""

import datetime

import pytest
from django.urls import reverse

from patients.models import SignInCard
from patients.sign_in.services.cards import (
    CardReasonMissingError,
    TooManyCardsError,
    create_card,
    create_helper_card,
)
from tests.concurrency import call_at_once
from tests.factories import NOON, PatientFactory, clinician
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(patient):
    return clinician(patient.clinic)


@pytest.fixture
def staff(client, dana):
    client.force_login(dana)
    return client


def url(patient):
    return reverse("staff:patient_card", args=[patient.pk])


def make(staff, patient, **words):
    """Send the form as it is shown."""
    card = patient.cards.own().live().first()
    seen = card.made_at.isoformat() if card else ""
    return staff.post(url(patient), {"seen": seen} | words)


class TestAReason:
    def test_is_asked_for_from_the_third_card_in_a_week_on(self, staff, patient):
        for _ in range(2):
            assert "Why is one more card needed?" not in text(staff.get(url(patient)))
            assert "It is shown only now." in text(make(staff, patient))
        assert "Why is one more card needed?" in text(staff.get(url(patient)))
        refused = text(make(staff, patient))
        assert "Write why one more card is needed. The patient can read it." in refused
        assert patient.cards.count() == 2
        assert "It is shown only now." in text(make(staff, patient, reason="Left at home"))
        assert patient.cards.latest("pk").reason == "Left at home"

    def test_is_required_by_the_service_too(self, patient, dana):
        for _ in range(2):
            create_card(patient=patient, by=dana)
        with pytest.raises(CardReasonMissingError):
            create_card(patient=patient, by=dana)
        assert patient.cards.count() == 2

    def test_is_not_asked_for_after_a_week(self, patient, dana):
        for _ in range(2):
            create_card(patient=patient, by=dana, now=NOON)
        create_card(patient=patient, by=dana, now=NOON + datetime.timedelta(days=7, seconds=1))

    def test_is_not_asked_for_because_of_cards_of_helpers_or_of_other_patients(self, patient, dana):
        helper = HelperFactory(patient=patient)
        for _ in range(4):
            create_helper_card(helper=helper, by=patient.user, now=NOON)
            create_card(patient=PatientFactory(clinic=patient.clinic), by=dana)
        create_card(patient=patient, by=dana)

    def test_that_is_too_long_is_refused(self, staff, patient, dana):
        for _ in range(2):
            create_card(patient=patient, by=dana)
        assert "Please make the reason shorter." in text(make(staff, patient, reason="x" * 201))


class TestTheMostInADay:
    def test_for_a_patient_are_five_whoever_makes_them(self, staff, patient, dana):
        for _ in range(5):
            create_card(patient=patient, by=clinician(patient.clinic), reason="Lost")
        assert "No more cards today" in text(staff.get(url(patient)))
        answer = make(staff, patient, reason="Lost")
        assert answer.status_code == 429
        assert patient.cards.count() == 5
        create_card(patient=patient, by=dana, reason="Lost", now=NOON + datetime.timedelta(days=1, seconds=1))

    def test_for_the_helpers_of_a_patient_are_ten(self, phone, patient, dana):
        helper = HelperFactory(patient=patient)
        for _ in range(10):
            create_helper_card(helper=helper, by=patient.user, now=NOON)
        address = reverse("my:helper_code", args=[helper.pk])
        assert phone.post(address).url == reverse("my:helpers")
        assert "You made many codes today." in text(phone.get(reverse("my:helpers")))
        assert helper.cards.live().count() == 1
        assert helper.cards.count() == 10
        create_card(patient=patient, by=dana)
        create_helper_card(helper=helper, by=patient.user, now=NOON + datetime.timedelta(days=1, seconds=1))

    def test_for_helpers_are_counted_for_each_patient_by_themselves(self, phone, patient):
        neighbour = PatientFactory(clinic=patient.clinic)
        theirs, own = HelperFactory(patient=neighbour), HelperFactory(patient=patient)
        for _ in range(10):
            create_helper_card(helper=theirs, by=neighbour.user, now=NOON)
        phone.post(reverse("my:helper_code", args=[own.pk]))
        assert "You made many codes today." not in text(phone.get(reverse("my:helpers")))
        assert own.cards.count() == 1

    def test_by_a_member_are_forty(self, staff, patient, dana):
        for _ in range(40):
            create_card(patient=PatientFactory(clinic=patient.clinic), by=dana)
        with pytest.raises(TooManyCardsError):
            create_card(patient=patient, by=dana)
        assert "You made 40 cards within 24 hours." in text(staff.get(url(patient)))
        create_card(patient=patient, by=clinician(patient.clinic))


@pytest.mark.django_db(transaction=True)
def test_ten_cards_at_the_same_moment_are_five(patient, dana):
    def one(_number):
        return create_card(patient=patient, by=dana, reason="Lost")[0].pk

    made = call_at_once(one, 10, refusals=(TooManyCardsError,))
    assert SignInCard.objects.count() == 5
    assert sum(isinstance(each, TooManyCardsError) for each in made) == 5

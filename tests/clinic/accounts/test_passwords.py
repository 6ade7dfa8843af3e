"""Rules of passwords: length, none that is known from leaks, none made of the person's own words."""

import re
import unicodedata

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse

from clinic.accounts.adapters import invite
from clinic.accounts.known_passwords import FILE, SIZE, is_known
from clinic.models import OutboxMessage, User
from tests.clinic.accounts.steps import authenticate_freshly, is_signed_in, send_password
from tests.factories import PASSWORD, ClinicFactory, clinician

GOOD = "violet anchors under seven kettles"


@pytest.fixture(autouse=True)
def fresh_limits():
    """Clear the cache, in which tries are counted and which tests share."""
    cache.clear()


@pytest.fixture
def miriam(db):
    clinic = ClinicFactory(name="Harbourside Neuropathy Clinic")
    return clinician(clinic, email="miriam.goldberg@harbourside.example", name="Miriam Goldberg")


def codes_of(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {each.code for each in error.error_list}
    return set()


class TestLength:
    def test_alone_it_has_15_characters(self, miriam):
        assert "password_too_short" in codes_of("kettle7 anchor"[:14], miriam)
        assert codes_of("kettle7 anchors", miriam) == set()

    @pytest.mark.parametrize("password", ["k7qz!m2", "k7#Qz!m2", "kettle7 anchor"])
    def test_with_a_second_factor_8_are_enough(self, miriam, password):
        assert "password_too_short" in codes_of(password, miriam)
        TOTP.activate(miriam, generate_totp_secret())
        assert codes_of(password, miriam) == (set() if len(password) >= 8 else {"password_too_short"})

    def test_recovery_codes_are_no_second_factor(self, miriam):
        RecoveryCodes.activate(miriam)
        assert "password_too_short" in codes_of("kettle7 anchor", miriam)

    def test_for_a_person_without_an_account_it_has_15(self, db):
        assert "password_too_short" in codes_of(
            "kettle7 anchor", User(name="New", email="new@clinic.example")
        )
        assert "password_too_short" in codes_of("kettle7 anchor")

    @pytest.mark.parametrize("length", [64, 100, 256])
    def test_long_ones_are_taken_whole(self, miriam, length):
        password = ("violet anchors under seven kettles beside a quiet lamp " * 5)[:length]
        assert codes_of(password, miriam) == set()
        miriam.set_password(password)
        assert miriam.check_password(password)
        assert not miriam.check_password(password[:-1])

    def test_very_long_ones_are_refused(self, miriam):
        assert codes_of(GOOD * 10, miriam) == {"password_too_long"}


@pytest.mark.parametrize(
    "password",
    [
        "violet anchors under seven kettles",
        "alllowercaselettersonvioletanchors",
        "4902 8817 3306 1175 92",
        "überall blühen Anker im Wasserkessel",
        "緑の錨と七つの薬缶そして静かな灯台",
    ],
)
def test_there_are_no_rules_on_kinds_of_characters(miriam, password):
    assert codes_of(password, miriam) == set()


@pytest.mark.parametrize(
    "password",
    [
        *("passwordpassword", "iloveyouiloveyou", "surefootsurefoot", "aaaaaaaaaaaaaaaa", "qwertyuiopasdfgh"),
        *(
            "123456789012345",
            "PASSWORDPASSWORD",
            "1q2w3e4r5t6y7u8i",
            "monkeymonkeymonkey",
        ),
    ],
)
def test_passwords_that_are_tried_first_are_refused(miriam, password):
    assert codes_of(password, miriam) & {"password_known", "password_too_easy"}


@pytest.mark.parametrize(
    "password",
    [
        *("Miriam Goldberg", "miriam goldberg 1", "goldbergmiriam1", "miriam.goldberg@harbourside.example"),
        *("goldberg goldberg", "Miriam Goldberg!!", "miriamgoldberg2026"),
    ],
)
def test_the_persons_own_name_and_address_are_refused(miriam, password):
    assert codes_of(password, miriam)


def test_a_password_made_of_the_clinics_name_is_refused(miriam):
    assert codes_of("harbourside neuropathy", miriam) == {"password_own_words"}


def test_own_words_among_enough_others_are_fine(miriam):
    assert codes_of("goldberg kettles anchor violet", miriam) == set()


class TestKnownPasswords:
    @pytest.mark.parametrize("password", ["password", "iloveyou", "PassWord", "trustno1", "passwordpassword"])
    def test_are_found_in_any_case(self, password):
        assert is_known(password)

    def test_others_are_not(self):
        assert not any(is_known(f"{GOOD} {number}") for number in range(2000))

    def test_the_file_is_sorted_and_large_and_holds_no_word(self):
        content = FILE.read_bytes()
        hashes = [content[at : at + SIZE] for at in range(0, len(content), SIZE)]
        assert hashes == sorted(set(hashes))
        assert len(hashes) > 400_000
        assert b"password" not in content


class TestTypedDifferently:
    """The same letters, composed in another way by another keyboard, are the same password."""

    password = "Blühende Anker über Wasserkesseln"

    def test_the_password_is_the_same_in_every_form(self, client, miriam):
        forms = {unicodedata.normalize(form, self.password) for form in ("NFC", "NFD", "NFKC", "NFKD")}
        assert len(forms) == 2
        for stored in forms:
            miriam.set_password(stored)
            assert all(miriam.check_password(typed) for typed in forms)

    def test_it_signs_in(self, client, miriam):
        miriam.set_password(unicodedata.normalize("NFD", self.password))
        miriam.save()
        send_password(client, miriam, unicodedata.normalize("NFC", self.password))
        assert is_signed_in(client)

    def test_one_that_was_stored_before_as_it_was_typed_still_signs_in(self, miriam):
        typed = unicodedata.normalize("NFD", self.password)
        miriam.password = make_password(typed)
        assert miriam.check_password(typed)
        assert not miriam.check_password(typed + "!")

    def test_compatible_characters_are_the_same(self, miriam):
        miriam.set_password("ｆｉｖｅ ﬁne kettles boil²")
        assert miriam.check_password("five fine kettles boil2")


def invitation_link(user):
    invite(user)
    return re.search(r"(/accounts/password/reset/key/\S+)", OutboxMessage.objects.latest("pk").body)[1]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("kettle anchor", "too short"),
        ("passwordpassword", "known from leaks"),
        ("surefootsurefoot", "too easy to guess"),
        ("Miriam Goldberg", "too similar to the name"),
    ],
)
@pytest.mark.parametrize("where", ["link", "change"])
def test_every_form_refuses_bad_ones_and_says_why(client, miriam, where, password, said):
    if where == "link":
        page = client.get(invitation_link(miriam), follow=True)
        address, data = page.request["PATH_INFO"], {}
    else:
        client.force_login(miriam)
        authenticate_freshly(client, miriam)
        address, data = reverse("account_change_password"), {"oldpassword": PASSWORD}
    response = client.post(address, {"password1": password, "password2": password} | data)
    assert said in response.content.decode()
    miriam.refresh_from_db()
    assert miriam.check_password(PASSWORD)


def test_the_forms_say_what_is_asked_for(client, miriam):
    client.force_login(miriam)
    page = client.get(reverse("account_change_password")).content.decode()
    assert "Use at least 15 characters" in page
    assert "With a second step, 8 are enough." in page

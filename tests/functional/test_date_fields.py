"""The team's date fields: the date appears in words while it is typed, in the order of the clinic's region."""

import pytest
from playwright.sync_api import expect

from clinic.models import Role
from tests.factories import ClinicFactory, MembershipFactory
from tests.functional.test_team_comes_and_goes import PASSWORD, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("region", "words"), [("US", "March 4, 1956"), ("GB", "3 April 1956")])
def test_a_date_is_shown_in_words_while_it_is_typed(open_device, check_accessibility, region, words):
    MembershipFactory(
        clinic=ClinicFactory(region=region), role=Role.CLINICIAN, user__email="dana@clinic.example"
    )
    laptop = open_device("laptop")
    sign_in(laptop, "dana@clinic.example", PASSWORD)
    laptop.goto("/staff/patients/new/")

    born = laptop.get_by_label("Date of birth")
    born.press_sequentially("3/4/1956")
    expect(laptop.locator(".date-words")).to_have_text(words)
    check_accessibility(laptop)

    born.fill("13/14/1956")
    expect(laptop.locator(".date-words")).to_be_empty()
    laptop.get_by_label("Full name").fill("Rosa Delgado")
    laptop.get_by_role("button", name="Register").click()
    expect(laptop.locator("#id_date_of_birth_error")).to_contain_text("Write the date as")
    expect(born).to_have_value("13/14/1956")

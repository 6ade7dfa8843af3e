"""The pictures of README.md, taken from the demo on every run; `make screenshots` saves them in docs/."""

import io
import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from clinic.sealed_text import seal
from tests.functional.conftest import SCREENSHOTS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def take(db):
    call_command("seed_demo", patients=12, clinics=2, weeks=8, stdout=io.StringIO())
    SCREENSHOTS.mkdir(exist_ok=True)
    taken = set()

    def take(page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SCREENSHOTS / f"readme-{name}.png", animations="disabled")
        taken.add(f"{name}.png")

    yield take
    readme = (SCREENSHOTS.parent / "README.md").read_text()
    assert taken == set(re.findall(r"docs/screenshots/([\w-]+\.png)", readme))


def sign_in_as_persona(page: Page, name: str) -> None:
    page.goto("/dev/personas/")
    page.get_by_role("button", name=f"Be {name}").click()


def test_every_picture_in_the_readme_can_be_taken_again(take, open_device):
    phone = open_device("phone")
    phone.goto("/")
    take(phone, "home")
    phone.goto("/exercises/calf-raise/")
    take(phone, "exercise")
    sign_in_as_persona(phone, "Walter Jensen")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your exercises for today")
    take(phone, "today")
    phone.get_by_role("button", name="Start").click()
    phone.get_by_label("None of these").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="3", exact=True).click()
    phone.get_by_label("No", exact=True).check()
    phone.get_by_label(re.compile("^150–249")).check()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("button", name="Done", exact=True)).to_be_visible()
    take(phone, "session")
    sign_in_as_persona(phone, "Rosa Delgado")
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    phone.goto("/my/progress/")
    take(phone, "progress")

    laptop = open_device("laptop")
    sign_in_as_persona(laptop, "Amara Okafor")
    expect(laptop).to_have_url(re.compile("/staff/$"))
    take(laptop, "staff-today")
    laptop.goto(f"/staff/patients/?found={seal('rosa delgado')}")
    laptop.get_by_role("link", name=re.compile("Rosa Delgado")).click()
    expect(laptop.get_by_role("heading", level=1)).to_contain_text("Rosa Delgado")
    take(laptop, "patient")
    laptop.get_by_role("button", name="Change the plan").click()
    expect(laptop.locator("form.is-enhanced")).to_be_visible()
    take(laptop, "builder")

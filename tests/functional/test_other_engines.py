"""The core of a patient's app in WebKit and Firefox: card, session, check-in, offline and back, settings, progress."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from patients.models import Alert, ExerciseSession, Patient
from patients.sign_in.services.cards import create_card
from tests.factories import clinician
from tests.functional.conftest import SCREENSHOTS
from tests.functional.offline_steps import patient_with_plan
from tests.functional.other_engines import ENGINES, Line, Phone, opened
from tests.functional.test_patient_layout import HEADER_IS_AT_MOST, START_ENDS_BY, STARTS

pytestmark = pytest.mark.django_db(transaction=True)

#: The worker is active and has stored the offline page with these words.
STORED = """
const done = arguments[arguments.length - 1];
(async (words) => {
  const worker = (await navigator.serviceWorker.getRegistration())?.active;
  const page = worker && (await caches.match("/my/offline/"));
  return Boolean(page && (await page.text()).includes(words));
})(arguments[0]).then(done, () => done(false));
"""


@pytest.fixture
def patient() -> Patient:
    return patient_with_plan()


@pytest.fixture
def line(live_server: LiveServer) -> Iterator[Line]:
    line = Line(live_server.thread.port)
    yield line
    line.cut()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def phone(engine: str, line: Line, tmp_path: Path) -> Iterator[Phone]:
    with opened(engine, line.host, tmp_path, width=390, height=664) as phone:
        yield phone
        keep_picture(phone, engine)


@pytest.fixture
def small_phone(engine: str, line: Line, tmp_path: Path) -> Iterator[Phone]:
    with opened(engine, line.host, tmp_path, width=320, height=568) as phone:
        yield phone
        keep_picture(phone, f"{engine}-small")


def keep_picture(phone: Phone, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    phone.engine.screenshot(SCREENSHOTS / f"{name}.png")


def measure_today(phone: Phone) -> None:
    """Fail unless Start and the header are where people find them."""
    assert phone.box("header")["height"] <= HEADER_IS_AT_MOST
    assert phone.box(STARTS)["bottom"] <= START_ENDS_BY


def measure_exercise(phone: Phone, width: int) -> None:
    """Fail unless the picture is large enough and the count panel is in the window, which is so wide."""
    inner_width, height = phone.engine.run("return [innerWidth, innerHeight]")
    assert abs(inner_width - width) <= 1
    picture = phone.box(".stage .figure")
    assert min(picture["width"], picture["height"]) >= min(200, 0.4 * height)
    assert phone.box("[data-panel]")["bottom"] <= height


def sign_in_by_card(phone: Phone, patient: Patient) -> None:
    _card, code = create_card(patient=patient, by=clinician(patient.clinic))
    born = patient.date_of_birth
    phone.open(f"/card/{code}/")
    for name, number in (("month", f"{born:%m}"), ("day", f"{born:%d}"), ("year", f"{born:%Y}")):
        phone.engine.type(f"input[name$={name}]", number)
    phone.press("Yes, it is mine")
    phone.press("Sign in")
    if f"{born:%m}" != f"{born:%d}" and born.day <= 12:
        phone.press("Yes, this is right")
    phone.wait('location.pathname === "/my/"')
    phone.wait_for_text("3 exercises")


def begin(phone: Phone) -> None:
    phone.press("Start")
    phone.wait_for_title("Check your feet first")
    phone.press("None of these")
    phone.press("Continue")
    phone.wait_for_title("How is your pain now?")
    phone.press("3")


def do_exercise(phone: Phone, name: str) -> None:
    phone.wait_for_title(name)
    phone.press("Done")
    phone.wait_for_title("How hard was it?")
    phone.press("About right")


def check_in(phone: Phone, sign: str) -> None:
    phone.wait_for_title("How did it go?")
    for name, value in (("pain_after", "2"), ("signs", sign)):
        choice = f'section:not([hidden]) [name={name}][value=\\"{value}\\"]'
        phone.engine.run(f'document.querySelector("{choice}").click()')
    phone.press("Send")


def wait_until_stored(phone: Phone, words: str = "data-offline") -> None:
    for _attempt in range(150):
        if phone.engine.run_async(STORED, words):
            return
        time.sleep(0.1)
    pytest.fail("The phone has not stored the offline page.")


def test_card_session_offline_and_back_settings_and_progress(phone, patient, line):
    sign_in_by_card(phone, patient)
    measure_today(phone)
    wait_until_stored(phone)

    begin(phone)
    phone.wait_for_title("Ankle pump")
    measure_exercise(phone, 390)
    wait_until_stored(phone, '"pain_before": 3')

    # Without the server, the session goes on, and a fall is answered with its advice at once.
    line.cut()
    do_exercise(phone, "Ankle pump")
    do_exercise(phone, "Calf raise")
    do_exercise(phone, "Seated march")
    check_in(phone, "fell")
    phone.wait_for_text("You had a fall. Stop for today")
    assert not Alert.objects.exists()
    phone.open("/my/")
    phone.wait_for_text("Rest for today")

    # The phone says that it has a connection again. Neither engine sends in the background.
    line.mend()
    phone.engine.run('dispatchEvent(new Event("online"))')
    phone.wait_for_text(": Sent")
    session = ExerciseSession.objects.get()
    assert (session.entries.count(), session.pain_before, session.pain_after) == (3, 3, 2)
    assert [alert.kind for alert in Alert.objects.all()] == ["fall"]
    phone.open("/my/")
    phone.wait_for_text("Hello, Rosa")
    assert not phone.shows("Start")

    phone.open("/my/progress/")
    phone.wait_for_title("Your progress")
    phone.open("/my/settings/")
    phone.press("Español")
    phone.wait('document.documentElement.lang.startsWith("es")')
    phone.problems()
    assert session.on_date == patient.today(timezone.now())


def test_a_phone_that_lost_its_connection_before_shows_the_exercises_of_today(small_phone, patient, line):
    sign_in_by_card(small_phone, patient)
    measure_today(small_phone)
    wait_until_stored(small_phone)
    line.cut()
    small_phone.open("/my/")
    small_phone.wait_for_title("Your exercises for today")
    assert small_phone.shows("Start")
    small_phone.wait_for_text("Call 911 now")
    for number in range(3):
        picture = f'document.querySelectorAll(".exercise-row img")[{number}]'
        small_phone.engine.run(f'{picture}.scrollIntoView({{ behavior: "instant" }})')
        small_phone.wait(f"{picture}.complete && {picture}.naturalWidth > 0")
    begin(small_phone)
    small_phone.wait_for_title("Ankle pump")
    measure_exercise(small_phone, 320)

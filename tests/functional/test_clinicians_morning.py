"""A clinician's whole morning: three alerts, one new request, one changed plan, one printed handout."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from clinic.models import RequestState, User
from exercises.models import Exercise
from patients.models import Alert, PlanState
from patients.sessions.services.sessions import finish_session
from tests.factories import (
    ClinicFactory,
    ConsultationRequestFactory,
    ExerciseSessionFactory,
    PatientFactory,
    clinician,
    published_plan,
)
from tests.functional.user_actions import UserActions, sign_in
from tests.pdf_reader import PdfDocument

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
FINE = {"pain_before": 2, "pain_after": 2, "fell": False, "chest": False, "faint": False, "new_sore": False}


@pytest.fixture
def amara(db) -> User:
    """Create a clinician whose clinic has three reports of last night and one request of a visitor."""
    call_command("load_catalogue", verbosity=0)
    amara = clinician(ClinicFactory(name="Harbour Clinic"))
    create_patient_with_report(amara, "Rosa Delgado", fell=True, fell_head=False, fell_stands=True)
    create_patient_with_report(amara, "Walter Jensen", pain_after=8, new_pain=False)
    create_patient_with_report(amara, "Teresa Sullivan", pain_before=5, pain_after=5, new_pain=False)
    ConsultationRequestFactory(clinic=amara.membership.clinic, name="Marisol Vega", created_at=timezone.now())
    return amara


def create_patient_with_report(amara: User, name: str, **answers) -> None:
    """Create a patient with three sessions without problems and then a check-in with these answers."""
    now = timezone.now()
    patient = PatientFactory(
        clinic=amara.membership.clinic, clinician=amara, full_name=name, phone="603 555 0142"
    )
    today = patient.today(now)
    exercises = [Exercise.objects.get(slug=slug) for slug in ("calf-raise", "seated-knee-extension")]
    version = published_plan(patient, exercises, start_date=today - 7 * DAY, weeks=12)
    for days in (3, 2, 1):
        ExerciseSessionFactory(
            version=version, on_date=today - days * DAY, finished_at=now - days * DAY, **FINE
        )
    answers = FINE | answers
    session = ExerciseSessionFactory(
        version=version,
        on_date=today,
        started_at=now,
        pain_before=answers["pain_before"],
        **dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain", "new_sore")),
    )
    finish_session(session=session, answers=answers, by=patient.user, now=now)


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def user_actions(request, amara, open_device, live_server) -> UserActions:
    """Open the clinician's first page on a laptop."""
    laptop = open_device("laptop", java_script_enabled=request.param == "with JavaScript")
    sign_in(laptop, amara, live_server.url)
    laptop.goto("/staff/")
    return UserActions(laptop)


def report_of(page: Page, name: str) -> Locator:
    return page.locator("article.report").filter(has=page.get_by_role("heading", name=re.compile(f"^{name}")))


def waiting() -> int:
    return Alert.objects.waiting().values("session").distinct().count()


def test_three_alerts_a_request_a_changed_plan_and_a_handout(
    user_actions, check_accessibility, phone, live_server
):
    page = user_actions.page
    assert waiting() == 3
    check_accessibility(page)

    # The most severe report comes first, in the patient's words, with the rule that raised it.
    expect(page.locator("article.report")).to_have_count(3)
    expect(page.locator("article.report").last).to_contain_text("Teresa Sullivan")
    rosa, walter = report_of(page, "Rosa Delgado"), report_of(page, "Walter Jensen")
    expect(rosa).to_contain_text("“Yes, I fell.”")
    expect(page.locator("article.report").first).to_contain_text("Rosa Delgado")
    expect(rosa).to_contain_text("Critical")
    expect(walter).to_contain_text("High")
    expect(walter).to_contain_text("Pain 8 of 10 after the session; usually 2, limit 7.")
    expect(walter).to_contain_text("Rule: pain at the patient’s limit after a session, and above the usual.")
    expect(rosa.get_by_role("link", name=re.compile("^Call"))).to_have_attribute("href", re.compile("^tel:"))

    # The fall: the plan is paused at once, and Rosa's page says so.
    user_actions.click(rosa.get_by_role("button", name=re.compile("^Pause the plan")))
    expect(page.get_by_text("Paused: Rosa Delgado sees it now.")).to_be_visible()
    fallen = Alert.objects.get(kind="fall")
    assert fallen.acknowledged_at
    plan = fallen.session.version.plan
    plan.refresh_from_db()
    assert plan.state == PlanState.PAUSED
    sign_in(phone, fallen.patient.user, live_server.url)
    phone.goto("/my/")
    expect(phone.get_by_role("button", name="Start")).to_have_count(0)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your plan has a break")
    check_accessibility(phone)

    # Strong pain: she calls, writes a note, and resolves the alert.
    user_actions.click(walter.get_by_role("button", name=re.compile("^Acknowledge")))
    expect(walter).to_contain_text("has it in hand")
    user_actions.click(walter.get_by_label(re.compile("^What did you do")))
    user_actions.type("Called: new shoes rub.")
    user_actions.click(walter.get_by_role("button", name=re.compile("^Settle")))
    expect(report_of(page, "Walter Jensen")).to_have_count(0)
    assert Alert.objects.get(kind="pain").note == "Called: new shoes rub."

    # A little more pain than usual: acknowledged and resolved.
    user_actions.click(report_of(page, "Teresa Sullivan").get_by_role("button", name=re.compile("^Settle")))
    expect(report_of(page, "Teresa Sullivan")).to_have_count(0)
    assert waiting() == 1
    check_accessibility(page)

    # The new request.
    user_actions.click(page.get_by_role("link", name=re.compile("1 person waits for a first answer")))
    user_actions.click(page.get_by_role("link", name=re.compile("Marisol Vega")))
    check_accessibility(page)
    user_actions.click(page.get_by_role("button", name="We reached them"))
    expect(page.get_by_role("button", name="We reached them")).to_have_count(0)
    assert fallen.clinic.consultation_requests.get().state == RequestState.CONTACTED

    # Walter's plan: fewer repetitions, published with the sentence that is drafted from the difference.
    user_actions.click(page.get_by_role("link", name="Patients", exact=True))
    user_actions.click(page.get_by_role("link", name=re.compile("Walter Jensen")))
    check_accessibility(page)
    user_actions.click(page.get_by_role("button", name="Change the plan"))
    check_accessibility(page)
    item = page.locator(".item").filter(has=page.get_by_role("heading", name="Calf raise", exact=True))
    user_actions.click(item.locator("summary").first)
    repetitions = item.locator("[name$=reps_min]")
    repetitions.fill("")
    user_actions.type("5")
    user_actions.click(page.get_by_role("button", name=re.compile("^Publish")))
    expect(page.get_by_label("Tell the patient in a sentence")).to_have_value(re.compile("Calf raise"))
    check_accessibility(page)
    user_actions.click(page.get_by_role("button", name="Publish now"))
    expect(page.get_by_text("Published. The patient sees it now.")).to_be_visible()

    # She prints the handout.
    printed = page.request.get(page.get_by_role("link", name="Print the handout").get_attribute("href"))
    user_actions.clicks += 1
    assert printed.headers["content-type"] == "application/pdf"
    handout = PdfDocument(printed.body())
    assert handout.faults == []
    assert re.search(r"Calf raise.*?\b5 times", handout.words)
    assert user_actions.clicks <= 20

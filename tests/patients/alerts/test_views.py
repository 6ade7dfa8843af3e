"""Alerts on Today and in the list of all alerts: order, the patient's answers, the rule, the acknowledgement."""

import datetime
import re

import pytest
from django.urls import reverse

from patients.alerts.selectors.alert_list import PER_PAGE
from patients.alerts.services.answers import acknowledge_alert, resolve_alert
from patients.alerts.services.raising import update_inactivity_alerts
from patients.caseload.selectors.staff_today import MOST_ROWS
from patients.models import Alert, PatientSummary
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    ConsultationRequestFactory,
    ExerciseSessionFactory,
    PatientFactory,
    published_plan,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def told(clinic):
    """Return `told("fall", level=3)`, which creates an alert of a check-in of a new patient."""

    def make(kind="fall", level=3, *, patient=None, ago=0, **fields):
        patient = patient or PatientFactory(clinic=clinic)
        session = ExerciseSessionFactory(version=published_plan(patient), pain_before=3, pain_after=8)
        return AlertFactory(session=session, kind=kind, level=level, raised_at=NOON - ago * MINUTE, **fields)

    return make


def board(client, query=""):
    return client.get(f"/staff/{query}").context["board"]


def shown(client, query=""):
    return [report.first for report in board(client, query).reports]


# --- Order ------------------------------------------------------------------------------------------------------------


def test_alerts_are_ordered_by_level_then_unacknowledged_first_then_newest_first(client, told, other):
    low = told("pain_above", 1)
    high = told("too_hard", 2)
    older, newer, taken = told(ago=10), told(ago=5), told(ago=1)
    acknowledge_alert(alert=taken, by=other, now=NOON)

    assert shown(client) == [newer, older, taken, high, low]


def test_one_check_in_is_one_report_with_its_highest_alert_first(client, told):
    fall = told("fall")
    AlertFactory(session=fall.session, kind="pain_above", level=1)
    AlertFactory(session=fall.session, kind="pain", level=3)

    report = board(client).reports[0]

    assert [alert.kind for alert in report.alerts] == ["fall", "pain", "pain_above"]
    assert len(board(client).reports) == 1


def test_a_resolved_alert_is_not_shown_and_an_acknowledged_one_is(client, told, dana):
    taken, settled = told(), told()
    acknowledge_alert(alert=taken, by=dana, now=NOON)
    resolve_alert(alert=settled, by=dana, now=NOON)

    assert shown(client) == [taken]


def test_alerts_beyond_the_limit_are_counted_with_a_link_to_all(client, told, dana):
    """The acknowledged alerts are the newest, and do not displace unacknowledged ones."""
    alone = [told(ago=100 + number) for number in range(MOST_ROWS)]
    for number in range(3):
        acknowledge_alert(alert=told(ago=number), by=dana, now=NOON)

    found = board(client)

    assert [report.first for report in found.reports] == alone
    assert found.more_reports == 3
    assert "3 more wait: see all alerts" in client.get("/staff/").text


# --- Text of an alert -------------------------------------------------------------------------------------------------


def test_an_alert_shows_the_patients_answers_and_the_rule(client, told, patient):
    facts = {"seen": {"pain_after": 8}, "rule": {"amount": 6}}  # of version 1 of the rules
    told("pain", patient=patient, facts=facts)

    page = client.get("/staff/").text

    assert "Pain 8 of 10 after the session." in page
    assert "Pain 3 before, 8 after." in page
    assert "Rule: pain at the patient’s limit after a session, and above the usual." in page


@pytest.mark.parametrize(
    ("kind", "seen", "saying"),
    [
        ("pain_rising", {"pains": [[2, 5], [1, 3]]}, "Pain rose each time: 1 to 3, 2 to 5."),
        ("too_hard", {"exercises": ["Calf raise"]}, "“Too hard” again: Calf raise."),
        (
            "pain_above",
            {"pain_after": 6, "usual": 3.5},
            "Pain 6 of 10 after the session; usually 3.5.",
        ),
        (
            "pain",
            {"pain_after": 9, "usual": 4.5, "limit": 7.5},
            "Pain 9 of 10 after the session; usually 4.5, limit 7.5.",
        ),
        (
            "pain_rising",
            {"pains_after": [6, 7], "usual": 4},
            "Pain 6, 7 after the last sessions; usually 4.",
        ),
        ("usual_pain_up", {"first": 4, "usual": 6}, "The usual pain has risen from 4 to 6."),
        (
            "near_fall_again",
            {"days": ["2026-03-01", "2026-03-02"]},
            "Nearly fell on 2 days within two weeks.",
        ),
        ("unwell", {"days": ["2026-02-28"] * 3}, "Felt unwell on 3 days within two weeks."),
        ("afraid", {}, "“I am afraid to fall.” Talk with the patient about it."),
        (
            "afraid",
            {"told": {"more_support": True, "someone_there": False}},
            "“I am afraid to fall.” Wants more support: yes. Someone will be there: no. "
            "Talk with the patient about it.",
        ),
        ("faint", {}, "“Yes, I fainted.”"),
    ],
)
def test_each_kind_of_alert_has_a_sentence(client, told, kind, seen, saying):
    told(kind, 2, facts={"seen": seen, "rule": {}})

    assert board(client).reports[0].sentences == [saying]


def test_an_alert_shows_who_acknowledged_it_and_since_when(client, told, other):
    alert = told()
    assert "Nobody has it in hand yet." in client.get("/staff/").text
    acknowledge_alert(alert=alert, by=other, now=NOON)

    page = client.get("/staff/").text

    assert "<strong>Omar Haddad</strong> has it in hand since Mon, Mar 2, 12:00 PM." in page
    assert reverse("staff:alert_acknowledge", args=[alert.pk]) not in page


def test_an_alert_shows_the_time_of_escalation_and_that_it_was_escalated(client, told):
    alert = told(team_from=NOON + 30 * MINUTE)
    assert "Goes to the whole team Mon, Mar 2, 12:30 PM." in client.get("/staff/").text
    Alert.objects.filter(pk=alert.pk).update(escalated_at=NOON)

    assert "Gone to the whole team" in client.get("/staff/").text


def test_an_alert_has_every_action_as_a_button_or_link(client, told, patient):
    alert = told(patient=patient)

    page = client.get("/staff/").text

    for what in ("acknowledge", "note", "pause", "resolve"):
        assert re.search(rf'action="{reverse(f"staff:alert_{what}", args=[alert.pk])}"', page), what
    assert 'href="tel:555-0123"' in page
    assert f'href="{reverse("staff:patient", args=[patient.pk])}"' in page


def test_a_paused_plan_has_no_pause_button(client, told, dana):
    alert = told()
    plan = alert.session.version.plan
    plan.state = "paused"
    plan.save()

    assert reverse("staff:alert_pause", args=[alert.pk]) not in client.get("/staff/").text


# --- My patients ------------------------------------------------------------------------------------------------------


def test_mine_are_alerts_of_my_patients_acknowledged_by_me_and_escalated(client, told, clinic, dana, other):
    mine = told(patient=PatientFactory(clinic=clinic, clinician=dana), ago=1)
    theirs = told(patient=PatientFactory(clinic=clinic, clinician=other), ago=2)
    skipped = told(ago=3, escalated_at=NOON)
    claimed = told(ago=4, escalated_at=NOON, acknowledged_at=NOON, acknowledged_by=other)
    taken = told(ago=5, acknowledged_at=NOON, acknowledged_by=dana)

    assert set(shown(client, "?whose=mine")) == {mine, skipped, taken}
    assert set(shown(client, "?whose=all")) == {mine, theirs, skipped, claimed, taken}


def test_the_choice_of_patients_is_stored_on_this_device_for_this_user(client, dana, other):
    assert not board(client).only_mine
    client.get("/staff/?whose=mine")
    assert board(client).only_mine

    client.force_login(other)
    assert not board(client).only_mine

    client.force_login(dana)
    client.get("/staff/?whose=all")
    assert not board(client).only_mine


# --- Other sections of Today ------------------------------------------------------------------------------------------


def test_inactive_patients_are_listed_with_the_same_buttons(client, patient):
    published_plan(patient)
    alert = update_inactivity_alerts(patient=patient, missed_days=4, silent_days=6, now=NOON)

    found, page = board(client), client.get("/staff/").text

    assert found.reports == []
    assert [report.first for report in found.quiet] == [alert]
    assert "Nothing logged for 4 planned days, 6 days in all." in page
    assert "Rule: nothing logged for 3 planned days." in page
    for what in ("acknowledge", "note", "pause", "resolve"):
        assert reverse(f"staff:alert_{what}", args=[alert.pk]) in page


def test_inactivity_alerts_never_hide_check_in_alerts(client, told, clinic):
    low = told("pain_above", 1, ago=1000)
    for number in range(MOST_ROWS + 2):
        update_inactivity_alerts(
            patient=PatientFactory(clinic=clinic), missed_days=9, silent_days=14 + number, now=NOON
        )

    found = board(client)

    assert [report.first for report in found.reports] == [low]
    assert (len(found.quiet), found.more_quiet) == (MOST_ROWS, 2)


def test_new_requests_show_how_long_the_oldest_has_waited(client, clinic):
    ConsultationRequestFactory(clinic=clinic, created_at=NOON - 3 * DAY)
    ConsultationRequestFactory(clinic=clinic, created_at=NOON)

    page = client.get("/staff/").text.replace("\xa0", " ")

    assert board(client).new_requests.count == 2
    assert "The oldest has waited for 3 days" in page


def test_plans_that_end_are_counted_beyond_the_first(client, clinic):
    for number in range(MOST_ROWS + 1):
        patient = PatientFactory(clinic=clinic)
        PatientSummary.objects.create(
            patient=patient, clinic=clinic, ends_on=MONDAY + (number % 14) * DAY, refreshed_on=MONDAY
        )

    found = board(client)

    assert (len(found.ending), found.more_ending) == (MOST_ROWS, 1)
    days = [row.days_left for row in found.ending]
    assert days == sorted(days)


# --- All alerts -------------------------------------------------------------------------------------------------------


def pages(client, query):
    """Return the alerts of every page, in order, by following "Next page"."""
    found, after = [], ""
    while True:
        page = client.get(f"/staff/alerts/?{query}&after={after}").context["page"]
        found.append([alert for report in page.reports for alert in report.alerts])
        after = page.next_after
        if after is None:
            return found


def test_the_pages_list_every_open_alert_once_in_order(client, told, clinic):
    first = told()
    Alert.objects.bulk_create(
        Alert(
            clinic=clinic,
            patient=first.patient,
            kind="fall",
            level=1 + number % 3,
            raised_at=NOON - (number // 6) * MINUTE,
            session=ExerciseSessionFactory(version=first.session.version, on_date=MONDAY - number * DAY),
        )
        for number in range(2 * PER_PAGE + 3)
    )

    found = pages(client, "")

    assert [len(page) for page in found] == [PER_PAGE, PER_PAGE, 4]
    in_order = [alert for page in found for alert in page]
    assert len({alert.pk for alert in in_order}) == 2 * PER_PAGE + 4
    keys = [(-alert.level, -alert.raised_at.timestamp()) for alert in in_order]
    assert keys == sorted(keys)


def test_an_alert_resolved_between_two_pages_is_still_a_valid_cursor(client, told, dana):
    for ago in range(PER_PAGE + 2):
        told(ago=ago)
    first = client.get("/staff/alerts/").context["page"]
    resolve_alert(alert=Alert.objects.get(pk=first.next_after), by=dana, now=NOON)

    second = client.get(f"/staff/alerts/?after={first.next_after}").context["page"]

    assert len(second.reports) == 2


def test_the_list_can_be_filtered_by_level(client, told):
    told("fall", 3)
    low = told("pain_above", 1)

    page = client.get("/staff/alerts/?level=low").context["page"]

    assert [report.first for report in page.reports] == [low]
    assert len(client.get("/staff/alerts/?level=nonsense&after=nonsense").context["page"].reports) == 2


def test_resolved_alerts_show_by_whom_with_the_newest_first(client, told, dana):
    early, late = told(), told()
    resolve_alert(alert=early, by=dana, note="Called, no harm.", now=NOON)
    resolve_alert(alert=late, by=dana, now=NOON + MINUTE)

    response = client.get("/staff/alerts/?settled=yes")

    assert [report.first for report in response.context["page"].reports] == [late, early]
    assert "Settled by Dana Reyes, Mon, Mar 2, 2026, 12:00 PM. “Called, no harm.”" in response.text


def test_an_inactivity_alert_that_ended_automatically_says_so(client, patient):
    update_inactivity_alerts(patient=patient, missed_days=4, silent_days=6, now=NOON)
    update_inactivity_alerts(patient=patient, missed_days=0, silent_days=0, now=NOON)

    assert "Over by itself, Mon, Mar 2, 2026, 12:00 PM." in client.get("/staff/alerts/?settled=yes").text


def test_no_alert_of_another_clinic_is_listed(client):
    foreign = AlertFactory()

    assert foreign.is_waiting
    assert client.get("/staff/alerts/").context["page"].reports == []
    assert client.get(f"/staff/alerts/?after={foreign.pk}").context["page"].is_first


# --- Day of the session, and language of the patient ------------------------------------------------------------------


def told_of(client, patient):
    """Return the text of the report on the patient detail page."""
    page = client.get(reverse("staff:patient", args=[patient.pk])).text
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", "", page.partition("<article")[2].partition("</article>")[0])
    )


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"arrived_at": NOON}, "Session of Fri, Feb 27, done offline."),
        ({"source": "paper"}, "Session of Fri, Feb 27, from a paper log."),
        ({}, "Session of Fri, Feb 27."),
    ],
)
def test_a_report_that_arrives_days_later_shows_the_day_of_the_session(client, patient, how, words):
    session = ExerciseSessionFactory(version=published_plan(patient), on_date=MONDAY - 3 * DAY, **how)
    AlertFactory(session=session, kind="fall", level=3, raised_at=NOON)
    assert words in told_of(client, patient)


def test_a_report_of_the_same_day_shows_no_other_day(client, patient):
    session = ExerciseSessionFactory(version=published_plan(patient), on_date=MONDAY)
    late = datetime.datetime(2026, 3, 2, 23, 30, tzinfo=patient.zone)
    AlertFactory(session=session, kind="fall", level=3, raised_at=late)
    assert late.astimezone(datetime.UTC).date() == MONDAY + DAY
    assert "Session of" not in told_of(client, patient)


@pytest.mark.parametrize(("language", "said"), [("es", True), ("en", False), ("", False)])
def test_a_report_shows_the_patients_language_if_it_is_not_english(client, patient, language, said):
    patient.language = language
    patient.save()
    AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall", level=3)
    assert ("Speaks Spanish." in told_of(client, patient)) == said

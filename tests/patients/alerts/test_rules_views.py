"""The clinic admin's page of alert rules: defaults, errors at their fields, and concurrent changes."""

import re
from dataclasses import replace

import pytest

from clinic.models import AuditEvent, Role
from patients.alerts.forms.alert_rules import AlertRulesForm
from patients.alerts.kinds import Part
from patients.alerts.rules import alert_rule_definitions, defaults, fingerprint, get_alert_rules
from patients.alerts.services.rules import StaleRulesError, save_alert_rules
from patients.models import AlertLevel, AlertRule
from tests.factories import clinician as member

pytestmark = pytest.mark.django_db

URL = "/staff/clinic/alert-rules/"


@pytest.fixture
def admin(clinic):
    return member(clinic, role=Role.CLINIC_ADMIN, name="Miriam Goldberg")


@pytest.fixture
def client(admin, signed_in):
    return signed_in(admin)


def as_shown(client):
    """Return the data that a browser sends when "Save" is pressed without a change."""
    form = client.get(URL).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {
        name: "on" if value is True else value for name, value in shown.items() if value not in (None, False)
    }


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# --- The page ---------------------------------------------------------------------------------------------------------


def test_every_rule_is_shown_with_its_default_as_text(client):
    page = client.get(URL).text

    for row in alert_rule_definitions().values():
        assert f"<legend>{row.label}</legend>" in page
    assert "Default: Critical: a fall. To the whole team after 30 minutes." in page
    assert "Default: Low: nothing logged for 3 planned days. Never goes to the whole team by itself." in page


def test_a_rule_that_cannot_be_switched_off_says_why(client):
    form = client.get(URL).context["form"]

    for kind, row in alert_rule_definitions().items():
        assert (f"{kind}-is_on" in form.fields) == (f"{kind}-level" in form.fields) == (row.why_fixed is None)
        assert f"{kind}-limit_minutes" in form.fields
    assert "So you are always told." in client.get(URL).text


def test_pain_cannot_be_made_critical(client, clinic):
    form = client.get(URL).context["form"]

    assert [value for value, _label in form.fields["pain-level"].choices] == [2, 1]
    assert [value for value, _label in form.fields["quiet-level"].choices] == [3, 2, 1]
    response = client.post(URL, as_shown(client) | {"pain-level": "3"})
    assert list(errors(response)) == ["pain-level"]


def test_saving_what_is_shown_changes_nothing(client):
    assert "Nothing was changed." in client.post(URL, as_shown(client), follow=True).text
    assert not AlertRule.objects.exists()


def test_a_change_applies_to_this_clinic_only_and_is_audited(client, clinic, admin, stranger):
    data = as_shown(client) | {"pain_above-margin": "3", "pain_above-level": "2", "fall-limit_minutes": "10"}
    page = client.post(URL, data, follow=True).text

    own = get_alert_rules(clinic)
    assert "Saved. It holds from the next check-in on." in page
    assert (own["pain_above"].margin, own["pain_above"].level) == (3, AlertLevel.HIGH)
    assert own["fall"].limit_minutes == 10
    assert get_alert_rules(stranger.membership.clinic) == defaults()
    assert AuditEvent.objects.filter(action="alert_rule.changed", actor=admin, clinic=clinic).count() == 2
    assert AlertRule.objects.get(kind="pain_above").history.count() == 1


def test_a_rule_can_be_switched_off_and_never_go_to_the_team(client, clinic):
    client.post(URL, as_shown(client) | {"pain-limit_minutes": "60"})
    assert get_alert_rules(clinic)["pain"].limit_minutes == 60
    data = as_shown(client)
    del data["quiet-is_on"], data["pain-limit_minutes"]
    client.post(URL, data)

    own = get_alert_rules(clinic)
    assert (own["quiet"].is_on, own["pain"].limit_minutes) == (False, None)


def test_parts_that_a_clinic_may_not_change_stay_for_any_submitted_data(client, clinic):
    client.post(URL, as_shown(client) | {"fall-level": "1", "fall-is_on": "", "sore-amount": "9"})

    assert get_alert_rules(clinic) == defaults()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("pain_above-margin", "11", "Write a number from 1 to 10."),
        ("pain_above-margin", "", "Write a number from 1 to 10."),
        ("silent-amount", "1", "Write a number from 2 to 56."),
        ("too_hard-times", "many", "Write a number from 1 to 10."),
        ("pain_above-margin", "0", "Write a number from 1 to 10."),
        ("fall-limit_minutes", "", "Write a number from 5 to 2400."),
        ("pain-limit_minutes", "2", "Write a number from 5 to 2400."),
    ],
)
def test_an_error_is_shown_at_its_field_and_nothing_is_saved(client, field, value, says):
    response = client.post(URL, as_shown(client) | {field: value, "quiet-amount": "5"})

    assert errors(response) == {field: [says]}
    assert re.search(
        rf'id="id_{field}"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_{field}"', response.text
    )
    assert f'href="#id_{field}"' in response.text
    assert not AlertRule.objects.exists()


# --- Back to the default ----------------------------------------------------------------------------------------------


def test_back_to_the_default_resets_one_rule_and_keeps_its_history(client, clinic, admin):
    client.post(URL, as_shown(client) | {"pain_above-margin": "6", "quiet-amount": "5"})
    assert client.get(URL).text.count('name="reset"') == 2

    client.post(URL, as_shown(client) | {"reset": "pain_above"})

    assert get_alert_rules(clinic)["pain_above"] == defaults()["pain_above"]
    assert get_alert_rules(clinic)["quiet"].amount == 5
    assert [
        row.history_type for row in AlertRule.history.filter(kind="pain_above").order_by("history_id")
    ] == [
        "+",
        "-",
    ]
    assert AuditEvent.objects.filter(action="alert_rule.reset", actor=admin).count() == 1


def test_back_to_the_default_keeps_what_was_typed_elsewhere(client, clinic):
    client.post(URL, as_shown(client) | {"pain_above-margin": "6"})
    client.post(URL, as_shown(client) | {"reset": "pain_above", "quiet-amount": "4"})

    assert (get_alert_rules(clinic)["pain_above"], get_alert_rules(clinic)["quiet"].amount) == (
        defaults()["pain_above"],
        4,
    )


def test_an_unknown_rule_has_no_default(client, clinic):
    client.post(URL, as_shown(client) | {"reset": "nonsense"})

    assert get_alert_rules(clinic) == defaults()


# --- Two admins -------------------------------------------------------------------------------------------------------


def test_a_stale_edit_is_refused_shows_what_differs_and_keeps_what_was_typed(client, clinic, signed_in):
    data = as_shown(client) | {"pain_above-margin": "5"}
    second = signed_in(member(clinic, role=Role.CLINIC_ADMIN))
    second.post(URL, as_shown(second) | {"pain_above-margin": "8"})

    response = client.post(URL, data)

    assert response.status_code == 409
    assert "Someone changed the rules after you opened this page" in response.text
    assert "Low: pain 8 or more above the usual after a session." in response.text
    assert response.context["form"]["pain_above-margin"].value() == "5"
    assert get_alert_rules(clinic)["pain_above"].margin == 8

    again = {name: value for name, value in response.context["form"].data.items() if value}
    client.post(URL, again)
    assert get_alert_rules(clinic)["pain_above"].margin == 5


def test_the_same_form_sent_twice_is_one_change(client, clinic):
    data = as_shown(client) | {"pain_above-margin": "5"}
    client.post(URL, data)

    assert client.post(URL, data).status_code == 302
    assert AuditEvent.objects.filter(action="alert_rule.changed").count() == 1


def test_the_service_refuses_stale_rules(clinic, admin):
    wanted = dict(defaults()) | {"pain_above": replace(defaults()["pain_above"], margin=5)}

    with pytest.raises(StaleRulesError):
        save_alert_rules(clinic=clinic, rules=wanted, seen="something else", by=admin)
    assert save_alert_rules(clinic=clinic, rules=wanted, seen=fingerprint(defaults()), by=admin) == [
        "pain_above"
    ]


def test_every_changeable_part_has_a_field():
    form = AlertRulesForm()
    named = {f"{kind}-{part}" for kind, row in alert_rule_definitions().items() for part in row.may_change}

    assert named | {"seen"} == set(form.fields)
    assert all(row.amounts for row in alert_rule_definitions().values() if Part.AMOUNT in row.may_change)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK])
def test_only_the_clinic_admin_may_open_the_page(role, clinic, signed_in):
    assert signed_in(member(clinic, role=role)).get(URL).status_code == 403

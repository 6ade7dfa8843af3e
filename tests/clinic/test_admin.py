"""The Django admin: every list and record opens, and nothing bypasses the rules."""

import datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin

from clinic.admin.base import ReadOnlyMixin
from clinic.audit.services import record
from clinic.consultations.services import update_request
from clinic.models import (
    AuditEvent,
    ConsultationRequest,
    Membership,
    OutboxMessage,
    RequestEvent,
    TokenBucket,
    User,
    WorkerHeartbeat,
)
from clinic.sealed_text import seal
from tests.factories import (
    ConsultationRequestFactory,
    MembershipFactory,
    UserFactory,
    administrator,
    clinician,
)

OURS = sorted(
    (model for model in admin.site._registry if model._meta.app_label in {"clinic", "mfa", "admin"}),
    key=lambda model: model._meta.label,
)
READ_ONLY = [model for model in OURS if isinstance(admin.site._registry[model], ReadOnlyMixin)]


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def admin_browser(client, clinic):
    """Return a client of an administrator to whom the clinic is open."""
    client.force_login(administrator(clinic))
    return client


@pytest.fixture
def one_of_each(clinic):
    """Create a row of every model that the admin lists."""
    desk = clinician(clinic)
    asked = ConsultationRequestFactory(clinic=clinic)
    update_request(request_id=asked.pk, by=desk, seen="new", to_state="contacted", note="Called.")
    OutboxMessage.objects.create(to="maria@example.org", subject="Hello", body="A secret link")
    TokenBucket.objects.create(key="k" * 64, tokens=1, updated_at=timezone.now(), full_at=timezone.now())
    WorkerHeartbeat.objects.create(lane="mail", at=timezone.now())
    return asked


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens_searches_and_filters_by_date(admin_browser, one_of_each, model):
    options = admin.site._registry[model]
    assert options.search_fields
    assert options.ordering
    year = f"{options.date_hierarchy}__year={timezone.now().year}" if options.date_hierarchy else ""
    for query in ("", f"?q={seal('maria')}", f"?{year}"):
        assert admin_browser.get(url(model, "changelist") + query).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_record_opens_and_shows_its_history(admin_browser, one_of_each, model):
    row = model._default_manager.first()
    if row is None:
        assert model._meta.label in {"mfa.Authenticator", "admin.LogEntry", "clinic.SecondFactorRecovery"}
        return
    for page in ("change", "history"):
        assert admin_browser.get(url(model, page, row.pk)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_records_that_only_the_app_writes_cannot_be_added_or_changed(admin_browser, one_of_each, model):
    assert admin_browser.get(url(model, "add")).status_code == 403
    row = model._default_manager.first()
    if row is not None:
        assert admin_browser.post(url(model, "change", row.pk), {"state": "closed"}).status_code == 403


@pytest.mark.parametrize(
    "model",
    [AuditEvent, ConsultationRequest, Membership, OutboxMessage, RequestEvent, User],
    ids=lambda m: m.__name__,
)
def test_permanent_records_cannot_be_deleted(admin_browser, one_of_each, model):
    before = model._default_manager.count()
    row = model._default_manager.first()
    assert admin_browser.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    admin_browser.post(
        url(model, "changelist"),
        {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"},
    )
    assert model._default_manager.count() == before > 0


def test_the_audit_trail_holds_what_staff_did(admin_browser, one_of_each):
    page = admin_browser.get(
        url(AuditEvent, "changelist") + f"?q={seal(str(one_of_each.pk))}"
    ).content.decode()
    assert "request.moved" in page


def test_the_body_of_a_mail_is_never_shown(admin_browser, one_of_each):
    message = OutboxMessage.objects.first()
    assert message.body == "A secret link"
    for page in (url(OutboxMessage, "changelist"), url(OutboxMessage, "change", message.pk)):
        assert "A secret link" not in admin_browser.get(page).content.decode()


def test_a_mail_that_was_given_up_can_be_sent_again(admin_browser, db):
    lost = OutboxMessage.objects.create(to="maria@example.org", subject="Hello", given_up_at=timezone.now())
    assert "given_up" in admin_browser.get(url(OutboxMessage, "changelist")).content.decode()
    admin_browser.post(
        url(OutboxMessage, "changelist"), {"action": "retry_messages", "_selected_action": str(lost.pk)}
    )
    lost.refresh_from_db()
    assert lost.given_up_at is None


@pytest.mark.parametrize(("chosen", "expected"), [("waiting", 1), ("sent", 2), ("given_up", 3)])
def test_mail_is_filtered_by_delivery_state(admin_browser, db, chosen, expected):
    now = timezone.now()
    stands = [{}] + [{"sent_at": now}] * 2 + [{"given_up_at": now}] * 3
    for stand in stands:
        OutboxMessage.objects.create(to="maria@example.org", subject="Hello", **stand)
    response = admin_browser.get(url(OutboxMessage, "changelist") + f"?delivery={chosen}")
    assert response.context["cl"].result_count == expected


@pytest.mark.parametrize("page", ["history", "simple_history"])
def test_the_history_of_an_impossible_key_is_missing_not_broken(admin_browser, one_of_each, page):
    more = (1,) if page == "simple_history" else ()
    assert admin_browser.get(url(ConsultationRequest, page, "no-key-at-all", *more)).status_code == 404
    assert admin_browser.get(url(ConsultationRequest, "history", one_of_each.pk)).status_code == 200


def test_history_cannot_be_written_back(admin_browser, one_of_each):
    """django-simple-history would let everyone with view permission restore an old state, which bypasses every rule."""
    oldest = one_of_each.history.earliest()
    assert oldest.state == "new"
    address = url(ConsultationRequest, "simple_history", one_of_each.pk, oldest.pk)
    assert admin_browser.get(address).status_code == 200
    assert admin_browser.post(address, {}).status_code == 403
    one_of_each.refresh_from_db()
    assert one_of_each.state == "contacted"


def test_every_admin_with_history_refuses_to_write_it_back(rf, db):
    with_history = [each for each in admin.site._registry.values() if isinstance(each, SimpleHistoryAdmin)]
    assert len(with_history) >= 4
    request = rf.post("/")
    request.user = UserFactory(is_staff=True, is_superuser=True)
    for each in with_history:
        assert each.revert_disabled(request), each


class TestUsers:
    def test_a_new_user_chooses_their_own_password_through_a_mailed_link(self, admin_browser, clinic):
        response = admin_browser.post(
            url(User, "add"),
            {
                "email": "New.Person@Clinic.Example",
                "name": "New Person",
                "memberships-TOTAL_FORMS": "1",
                "memberships-INITIAL_FORMS": "0",
                "memberships-0-clinic": str(clinic.pk),
                "memberships-0-role": "clinician",
            },
        )
        assert response.status_code == 302
        user = User.objects.get(email="new.person@clinic.example")
        assert not user.has_usable_password()
        assert user.membership.clinic == clinic
        message = OutboxMessage.objects.get(to="new.person@clinic.example")
        assert "/accounts/password/reset/key/" in message.body

    def test_the_link_can_be_sent_again(self, admin_browser, clinic):
        person = clinician(clinic)
        admin_browser.post(
            url(User, "changelist"), {"action": "send_invitation", "_selected_action": [str(person.pk)]}
        )
        assert OutboxMessage.objects.get().to == person.email

    def test_a_person_has_one_live_place(self, admin_browser, clinic):
        person = MembershipFactory(clinic=clinic).user
        response = admin_browser.post(
            url(Membership, "add"), {"user": str(person.pk), "clinic": str(clinic.pk), "role": "clinician"}
        )
        assert response.status_code == 200
        assert Membership.objects.filter(user=person).count() == 1

    def test_an_editor_of_users_cannot_become_a_superuser(self, client, db):
        helper = UserFactory(is_staff=True)
        helper.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
        client.force_login(helper)
        client.post(
            url(User, "change", helper.pk),
            {
                "name": "Changed",
                "email": helper.email,
                "is_active": "on",
                "is_staff": "on",
                "is_superuser": "on",
                "memberships-TOTAL_FORMS": "0",
                "memberships-INITIAL_FORMS": "0",
            },
        )
        helper.refresh_from_db()
        assert helper.name == "Changed"
        assert not helper.is_superuser

    def test_nobody_sees_or_edits_the_hash_of_a_password(self, admin_browser, db):
        person = UserFactory()
        page = admin_browser.get(url(User, "change", person.pk)).content.decode()
        assert person.password not in page
        record, lock, _rest = page.partition('<dialog class="idle"')  # which asks for one's own password
        assert lock
        assert 'name="password"' not in record

    def test_changes_are_noted_with_who_made_them(self, admin_browser, clinic):
        membership = MembershipFactory(clinic=clinic)
        admin_browser.post(
            url(Membership, "change", membership.pk),
            {"user": str(membership.user.pk), "clinic": str(clinic.pk), "role": "clinic_admin"},
        )
        newest = membership.history.latest()
        assert newest.role == "clinic_admin"
        assert newest.history_user.is_superuser


def test_the_admin_is_closed_to_everyone_else(client, clinic):
    address = reverse("admin:index")
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    client.force_login(clinician(clinic))
    assert client.get(address, follow=True).status_code == 403


@pytest.mark.parametrize("model", [AuditEvent, ConsultationRequest, User], ids=lambda model: model.__name__)
def test_lists_take_as_many_queries_for_sixty_rows_as_for_three(admin_browser, clinic, model):
    person = clinician(clinic)

    def add(count):
        for _ in range(count):
            asked = ConsultationRequestFactory(
                clinic=clinic, created_at=timezone.now() - datetime.timedelta(days=1)
            )
            record("request.received", actor=person, obj=asked, clinic=clinic)
            clinician(clinic)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert admin_browser.get(url(model, "changelist")).status_code == 200
        return len(captured)

    add(3)
    few = queries()
    add(57)
    assert queries() == few

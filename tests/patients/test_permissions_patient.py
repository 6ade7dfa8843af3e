"""Patients cannot open each other's pages, and every page takes a fixed number of queries."""

import datetime

import pytest
from django.urls import reverse

from patients.models import Alert, ExerciseSession, SessionEntry, VersionSeen
from tests.factories import MONDAY, AlertFactory, ExerciseSessionFactory, PatientFactory, published_plan
from tests.patients import rosa
from tests.patients.session_steps import WELL, open_session, url

patient = rosa.patient

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MISSING = "00000000-0000-4000-8000-000000000000"


class TestSomeoneElses:
    @pytest.fixture
    def theirs(self, patient):
        """Another patient of the same clinic, with a session in progress."""
        other = PatientFactory(clinic=patient.clinic)
        return open_session(published_plan(other))

    @pytest.fixture
    def addresses(self, theirs):
        """Return pairs of a URL of the other patient and the same URL with keys that do not exist."""
        item = theirs.version.items.first()
        found = [
            (reverse("my:exercise", args=[item.pk]), reverse("my:exercise", args=[MISSING])),
            (
                reverse("my:version_seen", args=[theirs.version.pk]),
                reverse("my:version_seen", args=[MISSING]),
            ),
        ]
        for name in ("pain", "check_in", "advice", "discard"):
            found.append((url(name, theirs), reverse(f"my:session_{name}", args=[MISSING])))
        for name in ("step", "effort"):
            found.append((url(name, theirs, item), reverse(f"my:session_{name}", args=[MISSING, item.pk])))
        return found

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_the_answer_is_the_same_as_for_a_missing_row(self, phone, addresses, method):
        answers = WELL | {"pain": "3", "outcome": "done", "effort": "easy"}
        for theirs, nothing in addresses:
            one, other = (getattr(phone, method)(address, answers) for address in (theirs, nothing))
            assert one.status_code == other.status_code, theirs
            assert one.status_code in (404, 405)
            assert one.content == other.content

    def test_nothing_is_written(self, phone, addresses, theirs):
        for address, _nothing in addresses:
            phone.post(address, WELL | {"pain": "3", "outcome": "done", "effort": "easy"})
        theirs.refresh_from_db()
        assert not theirs.is_finished
        assert theirs.pain_before == 3
        assert not SessionEntry.objects.exists()
        assert not Alert.objects.exists()
        assert not VersionSeen.objects.exists()

    def test_the_owner_can_open_all_of_them(self, client, addresses, theirs):
        client.force_login(theirs.patient.user)
        assert {client.get(address).status_code for address, _nothing in addresses} <= {200, 302}

    def test_an_exercise_of_another_plan_is_not_in_the_session(self, phone, session, patient):
        other = published_plan(PatientFactory(clinic=patient.clinic)).items.first()
        assert phone.get(url("step", session, other)).status_code == 404
        assert phone.post(url("step", session, other), {"outcome": "done"}).status_code == 404
        assert not SessionEntry.objects.exists()

    def test_a_draft_cannot_be_opened(self, phone, version, patient):
        from tests.factories import PlanItemFactory, PlanVersionFactory

        item = PlanItemFactory(version=PlanVersionFactory(plan=version.plan, number=2))
        assert phone.get(reverse("my:exercise", args=[item.pk])).status_code == 404


class TestBudgets:
    """At most 10 queries a page, sign-in included, with 3 sessions and with 60."""

    BUDGET = 10

    @pytest.fixture(params=[3, 60])
    def history(self, request, version, items, phone):
        """Create this many finished sessions with entries, and alerts for some of them."""
        days = [MONDAY - number * DAY for number in range(1, request.param + 1)]
        made = ExerciseSession.objects.bulk_create(
            ExerciseSessionFactory.build(version=version, patient=version.plan.patient, on_date=day)
            for day in days
        )
        SessionEntry.objects.bulk_create(
            SessionEntry(session=session, item=item, outcome="done", effort="easy")
            for session in made
            for item in items
        )
        for session in made[:3]:
            AlertFactory(session=session, kind="pain")
        return made

    @pytest.mark.parametrize("name", ["my:today", "my:plan", "my:progress"])
    def test_pages_to_read(self, phone, history, name, django_assert_max_num_queries):
        with django_assert_max_num_queries(self.BUDGET):
            assert phone.get(reverse(name)).status_code == 200

    def test_one_exercise(self, phone, history, items, django_assert_max_num_queries):
        with django_assert_max_num_queries(self.BUDGET):
            assert phone.get(reverse("my:exercise", args=[items[0].pk])).status_code == 200

    @pytest.mark.parametrize("name", ["pain", "step", "effort", "check_in", "discard"])
    def test_pages_of_a_session(self, phone, history, session, items, name, django_assert_max_num_queries):
        SessionEntry.objects.create(session=session, item=items[0], outcome="done")
        item = items[0] if name in ("step", "effort") else None
        with django_assert_max_num_queries(self.BUDGET):
            assert phone.get(url(name, session, item)).status_code == 200

    def test_the_advice(self, phone, history, django_assert_max_num_queries):
        with django_assert_max_num_queries(self.BUDGET):
            assert phone.get(url("advice", history[0])).status_code == 200

"""The page on which the team enters a week of the paper log."""

import datetime
import re

import pytest
from django.urls import reverse

from patients.models import Alert, ExerciseSession, PlanItem, Source
from patients.sessions.check_in import asked_at
from patients.sessions.questions import Place
from tests.factories import MONDAY, ExerciseSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(patient, version):
    return reverse("staff:paper_log", args=[patient.pk])


@pytest.fixture
def client(signed_in, dana):
    return signed_in(dana)


def fields_of(response):
    """Return the hidden fields that a browser would send back."""
    page = response.content.decode()
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("week", "stamp")}


def opened(client, url, day=MONDAY):
    return fields_of(client.get(url, {"week": day.isoformat()}))


def test_all_of_a_day_works_without_scripts(client, url, patient):
    sent = opened(client, url) | {"all": [MONDAY.isoformat()]}

    response = client.post(url, sent, follow=True)

    assert "Saved: 1 day." in response.content.decode()
    session = ExerciseSession.objects.get(patient=patient)
    assert (session.on_date, session.source, session.entries.count()) == (MONDAY, Source.PAPER, 3)


def test_single_boxes_pain_and_dangers_are_read(client, url, patient, version):
    item = PlanItem.objects.filter(version=version).in_order().first()
    day = MONDAY.isoformat()

    client.post(url, opened(client, url) | {"tick": [f"{day}:{item.pk}"], f"pain-{day}": "4", "fell": [day]})

    session = ExerciseSession.objects.get(patient=patient)
    assert [entry.item for entry in session.entries.all()] == [item]
    assert (session.pain_after, session.answers) == (4, {"fell": True})
    assert Alert.objects.filter(session=session).count() == 1


def test_the_page_shows_stored_entries_and_a_danger_cannot_be_removed(client, url):
    day = MONDAY.isoformat()
    client.post(url, opened(client, url) | {"all": [day], "fell": [day]})

    page = client.get(url, {"week": day}).content.decode()

    assert len(re.findall(r'name="tick"[^>]* checked', page)) == 3
    assert re.search(r'name="fell"[^>]* checked disabled', page)
    assert client.post(url, opened(client, url) | {"all": [day]}).status_code == 302
    assert ExerciseSession.objects.get().answers["fell"] is True


def test_a_sign_without_a_box_is_chosen_from_a_list_and_stored_once(client, url, patient):
    day = MONDAY.isoformat()

    for _again in range(2):
        client.post(url, opened(client, url) | {f"other-{day}": "calf"})

    session = ExerciseSession.objects.get(patient=patient)
    assert (session.on_date, session.source, session.answers) == (MONDAY, Source.PAPER, {"calf": True})
    assert Alert.objects.get(session=session).kind == "calf"
    assert patient.exercise_holds.filter(kind="all", ends_at=None).count() == 1
    # It is shown, cannot be chosen again, and another one can.
    page = client.get(url, {"week": day}).content.decode()
    assert '<span class="log-other-known">One calf swollen, warm or sore</span>' in page
    assert page.count('<option value="calf">') == 5  # not on Sunday, before the plan, and not on Monday
    assert client.post(url, opened(client, url) | {f"other-{day}": "breath"}).status_code == 302
    session.refresh_from_db()
    assert session.answers == {"calf": True, "breath": True}


def test_a_sign_without_a_box_is_added_to_the_session_of_the_app(client, url, version):
    day = MONDAY.isoformat()
    app = ExerciseSessionFactory(version=version, on_date=MONDAY, pain_after=3)

    client.post(url, opened(client, url) | {f"other-{day}": "weak"})

    app.refresh_from_db()
    assert (app.answers["weak"], app.pain_after) == (True, 3)
    assert Alert.objects.get(session=app).kind == "weakness"


def test_a_sign_without_a_box_is_saved_at_once_although_a_pain_is_no_number(client, url, patient):
    day = MONDAY.isoformat()

    response = client.post(
        url, opened(client, url) | {f"pain-{day}": "11", f"other-{day}": "severe_low_told"}
    )

    assert response.status_code == 422
    assert "signs of danger are saved already" in response.content.decode()
    assert ExerciseSession.objects.get(patient=patient).answers == {"severe_low_told": True}


def test_every_sign_of_the_stop_sheet_has_a_box_or_is_in_the_list(client, url):
    page = client.get(url, {"week": MONDAY.isoformat()}).content.decode()

    boxes = set(re.findall(r'type="checkbox" name="(\w+)"', page)) - {"all", "tick"}
    listed = re.findall(r'<option value="(\w+)"', page.split("</select>")[0])
    assert boxes == {"chest", "faint", "fell", "new_sore", "hot_foot"}
    assert set(listed) == {each.id for each in asked_at(Place.STOP)} - boxes
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("sent", ["fell", "ill", "pain_after", "nothing", ""])
def test_only_a_sign_of_the_list_is_taken(client, url, sent):
    client.post(url, opened(client, url) | {f"other-{MONDAY.isoformat()}": sent})

    assert not ExerciseSession.objects.exists()


def test_a_day_without_a_plan_takes_no_other_sign(client, url):
    sunday = datetime.date(2026, 3, 15).isoformat()

    page = client.get(url).content.decode()
    client.post(url, opened(client, url, datetime.date(2026, 3, 13)) | {f"other-{sunday}": "calf"})

    assert f'name="other-{sunday}"' not in page
    assert 'name="other-2026-03-13"' in page
    assert not ExerciseSession.objects.exists()


@pytest.mark.parametrize("typed", ["11", "-1", "4.5", "much", "²"])
def test_pain_that_is_no_number_from_0_to_10_is_an_error_and_no_tick_is_lost(client, url, typed):
    day = MONDAY.isoformat()

    response = client.post(url, opened(client, url) | {"all": [day], f"pain-{day}": typed})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Monday: Pain is a whole number from 0 to 10, or nothing." in page
    assert f'value="{typed}"' in page
    assert len(re.findall(r'name="tick"[^>]* checked', page)) == 3
    assert not ExerciseSession.objects.exists()


def test_a_danger_is_saved_at_once_although_a_pain_is_no_number(client, url, patient):
    day = MONDAY.isoformat()

    response = client.post(url, opened(client, url) | {f"pain-{day}": "11", "fell": [day], "all": [day]})

    page = response.content.decode()
    session = ExerciseSession.objects.get(patient=patient)
    assert response.status_code == 422
    assert (session.answers, session.pain_after, session.entries.count()) == ({"fell": True}, None, 0)
    assert Alert.objects.get(session=session).kind == "fall"
    assert "The signs of danger are saved already" in page
    assert 'value="11"' in page
    # The rest is saved with the mended number, and the danger is not told twice.
    client.post(url, fields_of(response) | {f"pain-{day}": "1", "fell": [day], "all": [day]})
    session.refresh_from_db()
    assert (session.pain_after, session.entries.count(), session.alerts.count()) == (1, 3, 1)


def test_a_danger_on_an_outdated_page_is_saved_at_once(client, url, patient):
    day = MONDAY.isoformat()
    old = opened(client, url)
    client.post(url, old | {"all": [day]})

    response = client.post(url, old | {"new_sore": [day]})

    assert response.status_code == 409
    session = ExerciseSession.objects.get(patient=patient)
    assert (session.answers, session.entries.count()) == ({"new_sore": True}, 3)
    assert Alert.objects.get(session=session).kind == "sore"


def test_without_a_danger_nothing_is_saved_of_a_page_with_an_error(client, url):
    day = MONDAY.isoformat()

    page = client.post(url, opened(client, url) | {f"pain-{day}": "11", "all": [day]}).content.decode()

    assert not ExerciseSession.objects.exists()
    assert "signs of danger are saved" not in page


def test_saving_an_outdated_page_is_a_conflict_and_no_input_is_lost(client, url, signed_in, clinic):
    day = MONDAY.isoformat()
    old = opened(client, url)
    client.post(url, opened(client, url) | {"all": [day]})

    response = client.post(url, old | {f"pain-{day}": "2"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "This week was changed meanwhile" in page
    assert 'value="2"' in page
    assert ExerciseSession.objects.get().pain_after is None
    assert client.post(url, fields_of(response) | {f"pain-{day}": "2"}).status_code == 302
    assert ExerciseSession.objects.get().pain_after == 2


def test_a_day_of_the_app_has_no_boxes(client, url, version):
    ExerciseSessionFactory(version=version, on_date=MONDAY, pain_after=6)

    page = client.get(url, {"week": MONDAY.isoformat()}).content.decode()

    assert f'value="{MONDAY.isoformat()}:' not in page
    assert f'value="{MONDAY + datetime.timedelta(days=2)}:' in page
    assert ">App</span>" in page


def test_values_that_do_not_belong_to_the_paper_log_are_ignored(client, url):
    sunday = datetime.date(2026, 3, 15).isoformat()
    client.post(
        url,
        opened(client, url, datetime.date(2026, 3, 13))
        | {"all": [sunday], "fell": [sunday], "tick": [f"{sunday}:nothing"]},
    )

    assert not ExerciseSession.objects.exists()


def test_an_address_without_a_valid_week_shows_this_week(client, url):
    for typed in ("", "soon", "2026-13-40"):
        assert "week of March 8, 2026" in client.get(url, {"week": typed}).content.decode()


def test_before_any_plan_the_page_says_so(signed_in, dana, patient):
    page = signed_in(dana).get(reverse("staff:paper_log", args=[patient.pk])).content.decode()

    assert "There is no plan in this week yet." in page


def test_the_front_desk_cannot_enter_paper_logs(signed_in, desk, url):
    assert signed_in(desk).get(url).status_code == 403
    assert signed_in(desk).post(url, {"all": [MONDAY.isoformat()]}).status_code == 403
    assert not ExerciseSession.objects.exists()

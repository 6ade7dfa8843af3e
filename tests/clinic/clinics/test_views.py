"""The clinic admin's pages about the clinic itself: opening hours and details."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from clinic.clinics.opening_hours import OpeningInterval, OpeningWeek
from clinic.clinics.services import fingerprint, update_opening_hours
from clinic.models import Clinic, OpeningHours, Role
from tests.audit import changes
from tests.factories import ClinicFactory, clinician

HOURS = "/staff/clinic/hours/"
DETAILS = "/staff/clinic/details/"
T = datetime.time
NINE_TO_FIVE = OpeningInterval(T(9), T(17))


@pytest.fixture
def open_weekdays(clinic):
    """Store opening hours from Monday to Friday, nine to five."""
    OpeningHours.objects.bulk_create(
        OpeningHours(clinic=clinic, weekday=day, opens_at=T(9), closes_at=T(17)) for day in range(5)
    )


def week_of(clinic):
    return OpeningWeek.of(Clinic.objects.get(pk=clinic.pk)).days


def form_of(browser):
    """Return the data that a browser sends for an unchanged form."""
    form = browser.get(HOURS).context["form"]
    sent = {"seen": form.seen}
    for day in form.days:
        for name in day.fields:
            value = day[name].value()
            sent[day[name].html_name] = value.strftime("%H:%M") if isinstance(value, T) else value or ""
    return sent


class TestOpeningHours:
    def test_the_week_is_saved_with_same_as_monday_closed_and_a_break(self, browser, clinic, miriam):
        sent = form_of(browser) | {
            "day-0-how": "open",
            "day-0-opens_1": "8:00",
            "day-0-closes_1": "12:00",
            "day-0-opens_2": "13:00",
            "day-0-closes_2": "17:30",
            "day-1-how": "as_monday",
            "day-4-how": "open",
            "day-4-opens_1": "8 am",
            "day-4-closes_1": "1:00 pm",
        }
        response = browser.post(HOURS, sent, follow=True)
        long_day = (OpeningInterval(T(8), T(12)), OpeningInterval(T(13), T(17, 30)))
        assert week_of(clinic) == (long_day, long_day, (), (), (OpeningInterval(T(8), T(13)),), (), ())
        assert "Saved." in response.text
        assert changes().get().action == "clinic.hours_changed"
        assert OpeningHours.history.filter(clinic=clinic, history_user=miriam).count() == 5

    def test_visitors_read_the_new_hours_at_once(self, browser, client, clinic, open_weekdays):
        sent = form_of(browser) | {"day-0-closes_1": "15:00"}
        browser.post(HOURS, sent)
        client.logout()
        text = client.get("/consultation/").text
        assert "Monday to Friday" in text
        assert "3:00 PM" in text

    def test_days_like_monday_follow_it_without_being_touched(self, browser, clinic, open_weekdays):
        sent = form_of(browser) | {"day-0-closes_1": "18:00"}
        assert sent["day-1-how"] == "as_monday"
        browser.post(HOURS, sent)
        assert week_of(clinic)[:5] == ((OpeningInterval(T(9), T(18)),),) * 5

    def test_saving_what_is_on_record_changes_nothing(self, browser, clinic, open_weekdays):
        rows = set(OpeningHours.objects.values_list("pk", flat=True))
        browser.post(HOURS, form_of(browser))
        assert set(OpeningHours.objects.values_list("pk", flat=True)) == rows
        assert not changes().exists()

    def test_an_interval_that_stays_keeps_its_row(self, browser, clinic, open_weekdays):
        friday = OpeningHours.objects.get(weekday=4).pk
        browser.post(HOURS, form_of(browser) | {"day-3-how": "closed"})
        assert OpeningHours.objects.get(weekday=4).pk == friday
        assert week_of(clinic)[3] == ()

    @pytest.mark.parametrize(
        ("change", "place", "told"),
        [
            ({"day-0-closes_1": "8:00"}, "id_day-0-closes_1", "Monday: Closing comes after opening."),
            ({"day-0-closes_1": "9:00"}, "id_day-0-closes_1", "Monday: Closing comes after opening."),
            ({"day-0-closes_1": ""}, "id_day-0-closes_1", "Monday: Write both times"),
            ({"day-0-opens_1": ""}, "id_day-0-opens_1", "Monday: Write both times"),
            (
                {"day-0-opens_2": "16:00", "day-0-closes_2": "18:00"},
                "id_day-0-opens_2",
                "Monday: This begins before the time above has ended.",
            ),
            ({"day-0-opens_1": "noon"}, "id_day-0-opens_1", "Monday: Write a time like 9:00 or 17:30."),
            ({"day-5-how": "open"}, "id_day-5-opens_1", "Saturday: Write from when to when"),
            ({"day-6-how": ""}, "id_day-6-how", "Sunday: Choose open or closed."),
            ({"day-1-opens_1": "10:00"}, "id_day-1-opens_1", "Tuesday: You changed the times."),
        ],
    )
    def test_a_fault_is_shown_in_the_summary_and_beside_the_field(
        self, browser, clinic, open_weekdays, change, place, told
    ):
        before = week_of(clinic)
        response = browser.post(HOURS, form_of(browser) | change)
        assert f'<a href="#{place}">{told}' in response.text
        assert f'id="{place}"' in response.text
        assert response.text.count(told.partition(": ")[2]) == 2
        assert week_of(clinic) == before

    def test_hours_in_words_before_saving(self, browser, clinic, open_weekdays):
        response = browser.post(HOURS, form_of(browser) | {"day-4-how": "closed", "command": "preview"})
        assert "not saved yet" in response.text
        assert "<dt>Monday to Thursday</dt>" in response.text
        assert len(week_of(clinic)[4]) == 1

    def test_a_colleagues_change_is_shown_before_it_can_be_overwritten(
        self, browser, clinic, miriam, open_weekdays
    ):
        sent = form_of(browser) | {"day-0-closes_1": "16:00"}
        colleague = clinician(clinic, Role.CLINIC_ADMIN)
        theirs = ((OpeningInterval(T(7), T(12)),), *week_of(clinic)[1:])
        update_opening_hours(clinic=clinic, week=theirs, seen=fingerprint(week_of(clinic)), by=colleague)
        response = browser.post(HOURS, sent)
        assert response.status_code == 409
        assert f"{colleague.name} changed the hours" in response.text
        assert 'value="16:00"' in response.text
        assert week_of(clinic) == theirs
        browser.post(HOURS, sent | {"seen": response.context["form"].seen})
        assert week_of(clinic)[0] == (OpeningInterval(T(9), T(16)),)

    def test_a_day_with_three_stored_intervals_keeps_them(self, browser, clinic):
        OpeningHours.objects.bulk_create(
            OpeningHours(clinic=clinic, weekday=2, opens_at=T(hour), closes_at=T(hour + 1))
            for hour in (8, 11, 15)
        )
        browser.post(HOURS, form_of(browser) | {"day-0-how": "closed"})
        assert len(week_of(clinic)[2]) == 3

    @pytest.mark.parametrize(
        "day",
        [
            (OpeningInterval(T(17), T(9)),),
            (OpeningInterval(T(9), T(9)),),
            (OpeningInterval(T(9), T(12)), OpeningInterval(T(11), T(13))),
            (OpeningInterval(T(13), T(14)), OpeningInterval(T(9), T(12))),
        ],
    )
    def test_a_week_that_the_form_would_refuse_is_refused(self, clinic, miriam, day):
        with pytest.raises(ValueError, match="must not overlap"):
            update_opening_hours(
                clinic=clinic, week=(day, *[()] * 6), seen=fingerprint(week_of(clinic)), by=miriam
            )

    def test_another_clinics_hours_stay(self, browser, clinic):
        theirs = OpeningHours.objects.create(
            clinic=ClinicFactory(), weekday=0, opens_at=T(9), closes_at=T(17)
        )
        browser.post(
            HOURS,
            form_of(browser) | {"day-0-how": "open", "day-0-opens_1": "10:00", "day-0-closes_1": "11:00"},
        )
        assert OpeningHours.objects.get(clinic=theirs.clinic) == theirs
        assert week_of(clinic)[0] == (OpeningInterval(T(10), T(11)),)


class TestDetails:
    @pytest.fixture
    def sent(self, browser):
        form = browser.get(DETAILS).context["form"]
        return {name: form[name].value() for name in form.fields if form[name].value() not in (False, None)}

    def test_are_saved_with_history_and_audit(self, browser, clinic, miriam, sent):
        address = "2 Quay Street\r\nPortsmouth"
        new = {"phone": "555-0177", "time_zone": "America/Chicago", "address": address}
        response = browser.post(DETAILS, sent | new, follow=True)
        clinic.refresh_from_db()
        assert (clinic.phone, clinic.time_zone) == ("555-0177", "America/Chicago")
        assert clinic.address == "2 Quay Street\nPortsmouth"
        assert "Saved." in response.text
        assert clinic.history.first().history_user == miriam
        assert changes().get().action == "clinic.details_changed"

    @pytest.mark.parametrize(
        ("typed", "stored"), [("0.6", Decimal("0.6")), ("10.0", Decimal(10)), ("", None)]
    )
    def test_the_limit_of_ketones_is_a_number_or_empty(self, browser, clinic, sent, typed, stored):
        assert clinic.ketone_limit is None
        browser.post(DETAILS, sent | {"ketone_limit": typed})
        clinic.refresh_from_db()
        assert clinic.ketone_limit == stored

    @pytest.mark.parametrize("limit", [Decimal(0), Decimal("10.1")])
    def test_a_limit_of_ketones_out_of_bounds_cannot_be_stored(self, clinic, limit):
        with pytest.raises(IntegrityError), transaction.atomic():
            Clinic.objects.filter(pk=clinic.pk).update(ketone_limit=limit)

    def test_saving_what_is_on_record_changes_nothing(self, browser, clinic, sent):
        history = clinic.history.count()
        browser.post(DETAILS, sent | {"address": clinic.address.replace("\n", "\r\n")})
        assert clinic.history.count() == history

    def test_visitors_no_longer_find_a_clinic_that_takes_no_requests(self, browser, client, clinic, sent):
        assert clinic.name in client.get("/consultation/").text
        sent.pop("takes_requests")
        browser.post(DETAILS, sent)
        assert clinic.name not in client.get("/consultation/").text

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("phone", "", "Write the phone number."),
            ("email", "desk", "valid email"),
            ("address", " ", "Write the address."),
            ("emergency_text", "", "Say what to do in an emergency."),
            ("time_zone", "Mars/Olympus", "not one of the available choices"),
            ("ketone_limit", "0", "greater than or equal to 0.1"),
            ("ketone_limit", "10.1", "less than or equal to 10.0"),
            ("ketone_limit", "0.65", "no more than 1 decimal place"),
            ("ketone_limit", "some", "Enter a number."),
        ],
    )
    def test_a_fault_is_shown_beside_its_field_and_in_the_summary(
        self, browser, clinic, sent, field, value, told
    ):
        response = browser.post(DETAILS, sent | {field: value})
        assert response.text.count(told) == 2
        assert f'href="#id_{field}"' in response.text
        assert not changes().exists()

    def test_a_colleagues_change_is_shown_with_the_stored_values(self, browser, clinic, sent):
        colleague = clinician(clinic, Role.CLINIC_ADMIN)
        clinic.phone = "555-0111"
        clinic._history_user = colleague
        clinic.save()
        response = browser.post(DETAILS, sent | {"phone": "555-0222"})
        assert response.status_code == 409
        assert f"{colleague.name} changed these details" in response.text
        assert "Phone: 555-0111" in response.text
        assert 'value="555-0222"' in response.text
        again = response.context["form"].data["seen"]
        browser.post(DETAILS, sent | {"phone": "555-0222", "seen": again})
        clinic.refresh_from_db()
        assert clinic.phone == "555-0222"

    def test_the_name_cannot_be_changed_here(self, browser, clinic, sent):
        browser.post(DETAILS, sent | {"name": "Other Clinic"})
        clinic.refresh_from_db()
        assert clinic.name == "Harbour Clinic"


def test_the_overview_shows_recent_changes(browser, clinic, miriam, open_weekdays):
    assert "Who changed what" not in browser.get("/staff/clinic/").text
    browser.post(HOURS, form_of(browser) | {"day-4-how": "closed"})
    elsewhere = ClinicFactory()
    update_opening_hours(
        clinic=elsewhere,
        week=((NINE_TO_FIVE,), *[()] * 6),
        seen=fingerprint(week_of(elsewhere)),
        by=clinician(elsewhere, Role.CLINIC_ADMIN),
    )
    shown = browser.get("/staff/clinic/").context["changes"]
    assert [(change.by, change.what) for change in shown] == [(miriam, "Opening hours changed")]
    assert changes().count() == 2

"""Table of all pages, for the tests that open each of them."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.architecture.routes import all_routes
from tests.functional.browser_monitor import loaded
from tests.functional.fixtures import PageData

#: The user (see `fixtures.py`), the page, and special cases: a query, the status, a form sent empty, or a URL that
#: redirects (because a secret in it must not stay there).
TABLE = """
#  visitor
   visitor       home
   visitor       catalogue
   visitor       catalogue                            ?position=seated&equipment=chair&q=ankel
   visitor       catalogue                            ?q=xylophone
   visitor       exercise
   visitor       exercise                             ?motion=1
   visitor       routines
   visitor       routine
   visitor       safety
   visitor       privacy
   visitor       consultation
   visitor       consultation                         sent-empty
   visitor       consultation_thanks
   visitor       display
   visitor       sign_in
   visitor       card_sign_in
   visitor       card_sign_in                         sent-empty
   visitor       card_link
   visitor       reminder_stop_by_token
   visitor       email_sign_in
   visitor       email_sign_in                         sent-empty
   visitor       email_code
   visitor       email_link
   visitor       passkey_sign_in
   visitor       account_login
   visitor       account_login                        sent-empty
   visitor       account_signup
   visitor       account_inactive
   visitor       account_reset_password
   visitor       account_reset_password               sent-empty
   visitor       account_reset_password_done
   visitor       account_reset_password_from_key      leads-on
   visitor       account_reset_password_from_key_done
   visitor       personas
   visitor       gallery
   visitor       gallery_figures
   visitor       /no-such-page/                       404

#  patient
   patient       my_today
   patient       my_plan
   patient       my_exercise
   patient       my_exercise                          ?motion=1
   patient       my_progress
   patient       my_messages
   patient       my_sign_out
   patient       my_settings
   patient       my_helpers
   patient       my_helpers                           sent-empty
   patient       my_helper_code
   patient       my_helper_remove
   patient       display
   patient       my_reminders
   patient       my_calendar
   without_plan  my_reminders
   without_plan  my_reminders                         sent-empty
   without_plan  my_calendar
   patient       my_email
   patient       my_email                           sent-empty
   patient       my_email_code
   patient       my_email_code                      sent-empty
   patient       my_email_remove
   patient       my_devices
   patient       my_devices_sign_out_others
   patient       my_device_sign_out
   patient       my_passkeys
   patient       my_passkey_add
   patient       my_passkey
   patient       my_passkey_remove
   without_plan  my_email
   without_plan  my_devices
   without_plan  my_passkeys
   without_plan  my_sign_out
   patient       staff_today                          403
   helper        my_today
   helper        my_plan
   helper        my_exercise
   helper        my_progress
   helper        my_session_step
   helper        my_session_check_in
   helper        my_sign_out
   helper        my_settings                          403
   changed       my_today
   without_plan  my_messages
   without_plan  my_messages                          sent-empty
   without_plan  my_today
   without_plan  my_plan
   without_plan  my_progress
   paused        my_today
   paused        my_plan
   finished      my_today
   finished      my_plan
   rest_day      my_today
   starts_later  my_today
   starts_later  my_plan
   over          my_today
   left_behind   my_today
   not_begun     my_session_pain
   under_way     my_today
   under_way     my_session_pain
   under_way     my_session_step
   under_way     my_session_step                      ?motion=1
   under_way     my_session_easier
   under_way     my_session_shorter
   under_way     my_session_effort
   refusing      my_session_skip_reason
   on_feet       my_session_feet
   on_feet       my_session_step
   on_feet       my_session_easier
   on_feet       my_session_gentler
   sore_found    my_session_feet
   patient       my_skip_day
   not_today     my_today
   under_way     my_session_check_in
   under_way     my_session_check_in                  sent-empty
   under_way     my_session_discard
   done          my_today
   done          my_session_advice
   done          my_progress
   resting       my_today
   resting       my_session_advice
   sore          my_today
   sore          my_session_advice
   on_hold       my_today
   on_hold       my_plan

#  team
   clinician     staff_today
   clinician     alerts
   clinician     alerts                               ?settled=yes
   clinician     alerts                               ?level=low
   clinician     patients
   clinician     patients                             ?q=nobody
   clinician     patients                             ?sort=alert&alert=any
   clinician     patient
   clinician     patient_edit
   clinician     patient_card
   clinician     patient_flags
   clinician     plan_flags
   clinician     patient_messages
   clinician     patient_notes
   clinician     patient_notes                        sent-empty
   clinician     plan_start
   clinician     plan_draft
   clinician     plan_draft                           ?q=calf
   clinician     plan_preview
   clinician     plan_as_routine
   clinician     plan_as_routine                      sent-empty
   clinician     plan_publish
   clinician     plan_move
   clinician     plan_version
   clinician     paper_log
   clinician     patient_report
   clinician     clinic_exercise_list
   clinician     clinic_exercise_create
   clinician     clinic_exercise_edit
   clinician     my_today                             403
   desk          staff_today
   desk          patients
   desk          patient
   desk          patient_new
   desk          patient_new                          sent-empty
   desk          requests
   desk          requests                             ?state=closed
   desk          request
   desk          account_logout
   desk          account_change_password
   desk          account_change_password              sent-empty
   desk          account_reauthenticate
   desk          mfa_index
   clinician     staff_routine_list
   clinician     staff_routine_create
   clinician     staff_routine_create                      sent-empty
   clinician     staff_routine_edit
   clinician     staff_routine_copy
   admin         staff_routine_edit
   admin         alert_rules
   admin         clinic_settings
   admin         clinic_details
   admin         opening_hours
   admin         team
   admin         team_invite
   admin         team_invite                          sent-empty
   admin         team_member
   admin         team_role
   admin         team_remove
   newcomer      account_set_password
   careful       mfa_reauthenticate
"""

#: Pages that first ask for a password or a code again: test_two_step_sign_in.py checks them.
NEED_REAUTHENTICATION = {
    "mfa_authenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}

#: Routes that show no page of their own, and the reason.
NO_PAGE = {
    "figure": "a picture",
    "staff:exercise_photo": "a picture",
    "library:routine_leaflet": "a PDF; its words are tested with it",
    "my:handout": "a PDF; its structure is tested with it",
    "staff:plan_handout": "a PDF; its structure is tested with it",
    "preferences:language": "accepts a form and redirects",
    "robots": "plain text",
    "pwa:manifest": "JSON for machines",
    "pwa:service_worker": "a script",
    "my:offline_sync": "JSON for the script of a patient's own phone",
    "my:offline": "only on a patient's own phone; test_offline.py looks at it there",
    "my:calendar_feed": "a file for calendar programs; its contents are tested with it",
    "my:reminders_stop": "accepts a form and redirects",
    "my:calendar_end": "accepts a form and redirects",
    "my:push_subscribe": "accepts data from a script and returns nothing",
    "sitemap": "XML for machines",
    "mfa_download_recovery_codes": "plain text",
    "staff:home_redirect": "redirects",
    "my:session": "redirects",
    "my:session_start": "accepts a form and redirects",
    "my:session_undo": "accepts a form and redirects",
    "my:unskip_day": "accepts a form and redirects",
    "my:version_seen": "accepts a form and redirects",
    "my:messages_read": "accepts a form and redirects",
    "staff:patient_messages_read": "accepts a form and redirects",
    "clinic:request_update": "accepts a form and redirects",
    "clinic:request_release": "accepts a form and redirects",
    "staff:plan_start_blank": "accepts a form and redirects",
    "staff:plan_start_from_routine": "accepts a form and redirects",
    "staff:plan_start_from_version": "accepts a form and redirects",
    "staff:plan_start_from_other_patient": "accepts a form and redirects",
    "staff:plan_draft_add_routine": "accepts a form and redirects",
    "staff:plan_draft_autosave": "accepts a form and redirects",
    "staff:plan_draft_find": "accepts a form and redirects",
    "staff:plan_draft_favourite": "accepts a form and redirects",
    "staff:plan_draft_continue_to_preview": "accepts a form and redirects",
    "staff:plan_draft_continue_to_publish": "accepts a form and redirects",
    "staff:plan_draft_continue_to_flags": "accepts a form and redirects",
    "staff:plan_draft_add": "accepts a form and redirects",
    "staff:plan_draft_change": "accepts a form and redirects",
    "staff:plan_draft_item_up": "accepts a form and redirects",
    "staff:plan_draft_item_down": "accepts a form and redirects",
    "staff:plan_draft_item_remove": "accepts a form and redirects",
    "staff:plan_draft_item_replace": "accepts a form and redirects",
    "staff:plan_draft_item_split": "accepts a form and redirects",
    "staff:plan_draft_item_acknowledge": "accepts a form and redirects",
    "staff:plan_draft_item_override": "accepts a form and redirects",
    "staff:plan_draft_item_take_back": "accepts a form and redirects",
    "staff:plan_draft_start": "accepts a form and redirects",
    "staff:plan_draft_undo": "accepts a form and redirects",
    "staff:plan_draft_discard": "accepts a form and redirects",
    "library:clinic_exercise_retire": "accepts a form and redirects",
    "library:clinic_exercise_restore": "accepts a form and redirects",
    "library:clinic_exercise_create_rows": "accepts a form and returns the page of the form",
    "library:clinic_exercise_create_preview": "accepts a form and returns the page of the form",
    "library:clinic_exercise_rows": "accepts a form and returns the page of the form",
    "library:clinic_exercise_preview": "accepts a form and returns the page of the form",
    "library:staff_routine_retire": "accepts a form and redirects",
    "library:staff_routine_restore": "accepts a form and redirects",
    "library:staff_routine_create_item_add": "accepts a form and returns the page of the form",
    "library:staff_routine_create_item_up": "accepts a form and returns the page of the form",
    "library:staff_routine_create_item_down": "accepts a form and returns the page of the form",
    "library:staff_routine_create_item_remove": "accepts a form and returns the page of the form",
    "library:staff_routine_item_add": "accepts a form and returns the page of the form",
    "library:staff_routine_item_up": "accepts a form and returns the page of the form",
    "library:staff_routine_item_down": "accepts a form and returns the page of the form",
    "library:staff_routine_item_remove": "accepts a form and returns the page of the form",
    "clinic:team_resend_invitation": "accepts a form and redirects",
    "clinic:team_reinstate": "accepts a form and redirects or shows the member's page",
    "staff:alert_acknowledge": "accepts a form and redirects",
    "staff:alert_note": "accepts a form and redirects",
    "staff:alert_pause": "accepts a form and redirects",
    "staff:alert_resolve": "accepts a form and redirects",
    "development:persona_sign_in": "accepts a form and redirects",
    "development:persona_card": "accepts a form and returns the personas page",
}


@dataclass(frozen=True)
class PageRow:
    """One row of the table: a page as one user sees it."""

    area: str
    who: str
    page: str
    query: str = ""
    status: int = 200
    sent_empty: bool = False
    leads_on: bool = False


def read(table: str) -> list[PageRow]:
    rows, area = [], ""
    for line in filter(None, map(str.strip, table.splitlines())):
        if line.startswith("#"):
            area = line.strip("# ")
            continue
        who, page, special = [*line.split(), ""][:3]
        rows.append(
            PageRow(
                area,
                who,
                page,
                query=special if special.startswith("?") else "",
                status=int(special) if special.isdigit() else 200,
                sent_empty=special == "sent-empty",
                leads_on=special == "leads-on",
            )
        )
    return rows


ROWS = read(TABLE)
ROUTES = {route.name: route for route in all_routes() if not route.name.startswith("admin:")}


def visit(page: Page, row: PageRow, page_data: PageData) -> None:
    """Open the page of one row, with all its panels open. Raise AssertionError if it redirects elsewhere."""
    route = ROUTES.get(row.page)
    address = page_data.address(row.who, row.page, route.arguments) if route else row.page
    response = page.goto(address + row.query)
    status = response.status if response else None
    has_arrived = row.leads_on or page.url.removesuffix(row.query).endswith(address)
    assert has_arrived and status == row.status, f"{row} led to {page.url}, {status}"  # noqa: PT018  # one answer
    if row.sent_empty:
        page.locator("main form[method=post]").first.evaluate(
            "form => { form.noValidate = true; form.querySelector('button, [type=submit]').click(); }"
        )
        page.locator("[aria-invalid=true], .invalid-feedback, .error-summary").first.wait_for()
    open_all(loaded(page))


def open_all(page: Page) -> None:
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")

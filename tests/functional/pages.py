"""Table of all pages, for the tests that open each of them."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from clinic.sealed_text import seal
from tests.architecture.routes import all_routes
from tests.functional.browser_monitor import loaded
from tests.functional.fixtures import PageData

#: The user (see `fixtures.py`), the page, and special cases: a query, the status, a form sent empty, or a URL that
#: redirects (because a secret in it must not stay there).
TABLE = """
#  visitor
   visitor       library:home
   visitor       library:catalogue
   visitor       library:catalogue                      ?position=seated&equipment=chair&q=ankel
   visitor       library:catalogue                      ?q=xylophone
   visitor       library:exercise
   visitor       library:exercise                       ?motion=1
   visitor       library:routines
   visitor       library:routine
   visitor       library:safety
   visitor       clinic:privacy
   visitor       clinic:consultation
   visitor       clinic:consultation                    sent-empty
   visitor       clinic:consultation_thanks
   visitor       preferences:display
   visitor       sign_in:options
   visitor       sign_in:card
   visitor       sign_in:card                           sent-empty
   visitor       sign_in:card_link
   visitor       my:reminder_stop_by_token
   visitor       sign_in:email
   visitor       sign_in:email                          sent-empty
   visitor       sign_in:email_code
   visitor       sign_in:email_link
   visitor       sign_in:passkey
   visitor       account_login
   visitor       account_login                          sent-empty
   visitor       account_signup
   visitor       account_inactive
   visitor       account_reset_password
   visitor       account_reset_password                 sent-empty
   visitor       account_reset_password_done
   visitor       account_reset_password_from_key        leads-on
   visitor       account_reset_password_from_key_done
   visitor       development:personas
   visitor       development:gallery
   visitor       development:gallery_figures
   visitor       /no-such-page/                         404
#  patient
   patient       my:today
   patient       my:plan
   patient       my:exercise
   patient       my:exercise                            ?motion=1
   patient       my:progress
   patient       my:activities
   without_plan  my:activities                          sent-empty
   patient       my:goal
   without_plan  my:goal
   without_plan  my:goal                                sent-empty
   patient       my:messages
   patient       my:message_photo_delete
   patient       my:sign_out
   patient       my:settings
   patient       my:data
   patient       my:data                                sent-empty
   without_plan  my:data
   patient       my:data_delete
   patient       my:data_delete                         sent-empty
   patient       my:helpers
   patient       my:helpers                             sent-empty
   patient       my:helper_code
   patient       my:helper_remove
   patient       preferences:display
   patient       my:reminders
   patient       my:calendar
   without_plan  my:reminders
   without_plan  my:reminders                           sent-empty
   without_plan  my:calendar
   patient       my:home_screen
   patient       my:email
   patient       my:email                               sent-empty
   patient       my:email_code
   patient       my:email_code                          sent-empty
   patient       my:email_remove
   patient       my:access_log
   patient       my:devices
   patient       my:sign_in_history
   patient       my:sign_in_not_me
   patient       my:devices_sign_out_others
   patient       my:device_sign_out
   patient       my:passkeys
   patient       my:passkey_add
   patient       my:passkey
   patient       my:passkey_remove
   without_plan  my:email
   without_plan  my:devices
   without_plan  my:passkeys
   without_plan  my:sign_out
   patient       staff:today                            403
   helper        my:today
   helper        my:plan
   helper        my:exercise
   helper        my:progress
   helper        my:session_step
   helper        my:session_check_in
   helper        my:sign_out
   helper        my:settings                            403
   changed       my:today
   without_plan  my:messages
   without_plan  my:messages                            sent-empty
   without_plan  my:today
   without_plan  my:plan
   without_plan  my:progress
   paused        my:today
   paused        my:plan
   finished      my:today
   finished      my:plan
   rest_day      my:today
   starts_later  my:today
   starts_later  my:plan
   over          my:today
   left_behind   my:today
   not_begun     my:session_pain
   under_way     my:today
   under_way     my:session_pain
   under_way     my:session_step
   under_way     my:session_step                        ?motion=1
   under_way     my:session_easier
   under_way     my:session_shorter
   under_way     my:session_effort
   refusing      my:session_skip_reason
   not_begun     my:session_ready
   not_begun     my:session_ready                       sent-empty
   sugar_due     my:session_sugar
   sugar_due     my:session_sugar                       sent-empty
   sugar_high    my:session_follow_up
   sugar_low     my:session_found
   sugar_small   my:session_found
   hot_foot_found my:session_found
   ill           my:session_found
   patient       my:stop
   under_way     my:stop
   helper        my:stop
   fell          my:report
   fell          my:report                              sent-empty
   fell          my:today
   emergency     my:report
   emergency     my:today
   foot          my:report
   low           my:report
   low           my:today
   low           my:sugar
   ketones       my:today
   ketones       my:sugar
   sitting_only  my:today
   sitting_only  my:plan
   on_feet       my:session_step
   on_feet       my:session_easier
   on_feet       my:session_gentler
   sore_found    my:session_follow_up
   patient       my:skip_day
   not_today     my:today
   under_way     my:session_check_in
   under_way     my:session_check_in                    sent-empty
   under_way     my:session_discard
   done          my:today
   done          my:session_advice
   done          my:session_done
   done          my:session_correct
   done          my:progress
   resting       my:today
   resting       my:session_advice
   sore          my:today
   sore          my:session_advice
   sore          my:session_done
   on_hold       my:today
   on_hold       my:plan
   to_screen     my:today
   to_screen     my:screening
   to_screen     my:screening_question
   screening     my:screening
   screening     my:screening_question
   screening     my:screening_advice
   screening_pain     my:screening_question
   screening_falls    my:screening_question
   screening_text     my:screening_question
   screening_end      my:screening_question
   screening_stopped  my:screening_advice
   screening_sent     my:screening
#  team
   clinician     staff:today
   clinician     staff:alerts
   clinician     staff:alerts                           ?settled=yes
   clinician     staff:alerts                           ?level=low
   clinician     staff:patients
   clinician     staff:patients                         ?found={nobody}
   clinician     staff:patients                         ?sort=alert&alert=any
   clinician     staff:safety_rules
   clinician     staff:patient
   clinician     staff:patient_edit
   clinician     staff:patient_card
   clinician     staff:patient_sign_ins
   clinician     staff:patient_flags
   clinician     staff:pain_limit
   clinician     staff:patient_instructions
   clinician     staff:alert_resolve
   clinician     staff:alert_resolve                    sent-empty
   clinician     staff:hold_end
   clinician     staff:hold_end                         sent-empty
   clinician     staff:flag_end
   clinician     staff:flag_end                         sent-empty
   clinician     staff:plan_flags
   clinician     staff:screening
   careful       staff:screening
   careful       staff:patient
   clinician     staff:patient_messages
   clinician     staff:patient_notes
   clinician     staff:patient_notes                    sent-empty
   clinician     staff:plan_start
   clinician     staff:plan_draft
   clinician     staff:plan_draft                       ?q=calf
   clinician     staff:plan_preview
   clinician     staff:plan_as_routine
   clinician     staff:plan_as_routine                  sent-empty
   clinician     staff:plan_publish
   clinician     staff:plan_move
   clinician     staff:plan_version
   clinician     staff:paper_log
   clinician     staff:patient_report
   clinician     library:clinic_exercise_list
   clinician     library:clinic_exercise_create
   clinician     library:clinic_exercise_edit
   clinician     my:today                               403
   desk          staff:today
   desk          staff:patients
   desk          staff:patient
   desk          staff:patient_new
   desk          staff:patient_new                      sent-empty
   desk          clinic:requests
   desk          clinic:requests                        ?state=closed
   desk          clinic:request
   desk          account_logout
   desk          account_change_password
   desk          account_change_password                sent-empty
   desk          account_reauthenticate
   desk          mfa_index
   clinician     library:staff_routine_list
   clinician     library:staff_routine_create
   clinician     library:staff_routine_create           sent-empty
   clinician     library:staff_routine_edit
   clinician     library:staff_routine_copy
   admin         library:staff_routine_edit
   admin         staff:access_log
   admin         staff:alert_rules
   admin         staff:today
   admin         staff:erasure_requests
   admin         staff:erasure_request
   admin         staff:erasure_new
   admin         clinic:clinic_settings
   admin         clinic:clinic_details
   admin         clinic:opening_hours
   admin         clinic:team
   admin         clinic:team_invite
   admin         clinic:team_invite                     sent-empty
   admin         clinic:team_member
   admin         account_recoveries
   admin         account_recoveries                     sent-empty
   admin         staff:team_role
   admin         staff:team_remove
   newcomer      account_set_password
   careful       mfa_reauthenticate
   careful       account_unlock
   careful       account_unlock                         sent-empty
"""


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
    query = row.query.format(nobody=seal("nobody"))
    response = page.goto(address + query)
    status = response.status if response else None
    has_arrived = row.leads_on or page.url.removesuffix(query).endswith(address)
    assert has_arrived and status == row.status, f"{row} led to {page.url}, {status}"  # noqa: PT018  # one answer
    if row.sent_empty:
        page.locator("main form[method=post]").first.evaluate(
            "form => { form.noValidate = true; form.querySelector('button, [type=submit]').click(); }"
        )
        page.locator("[aria-invalid=true], .invalid-feedback, .error-summary").first.wait_for()
    open_all(loaded(page))


def open_all(page: Page) -> None:
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")

"""The permission matrix: the response that each persona gets at each route.

`in` is a redirect to the sign-in page, `→` a redirect to anywhere else, a number the status. All objects that URLs name
belong to clinic A and patient A (see `fixtures.py`): a persona who is refused there gets the same answer for an object
that does not exist. A route that accepts both GET and POST is requested with GET here; refusals also with POST.

A change of a cell changes permissions. State the reason in the commit message.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.architecture.fixtures import PERSONAS

TABLE = """
#    Open to all               visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  home                          200      200     200      200        200   200    200        200        200
GET  catalogue                     200      200     200      200        200   200    200        200        200
GET  exercise                      200      200     200      200        200   200    200        200        200
GET  routines                      200      200     200      200        200   200    200        200        200
GET  routine                       200      200     200      200        200   200    200        200        200
GET  routine_leaflet               200      200     200      200        200   200    200        200        200
GET  safety                        200      200     200      200        200   200    200        200        200
GET  figure                        200      200     200      200        200   200    200        200        200
GET  robots                        200      200     200      200        200   200    200        200        200
GET  sitemap                       200      200     200      200        200   200    200        200        200
GET  privacy                       200      200     200      200        200   200    200        200        200
GET  consultation                  200      200     200      200        200   200    200        200        200
GET  consultation_thanks           200      200     200      200        200   200    200        200        200
POST choose_language               400      400     400      400        400   400    400        400        400
GET  display                       200      200     200      200        200   200    200        200        200

#    Signing in and out        visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  sign_in                       200        →       →        →          →     →      →          →          →
GET  card_sign_in                  200      200     200      200        200   200    200        200        200
GET  card_link                     200      200     200      200        200   200    200        200        200
GET  reminder_stop_by_token                 200      200     200      200        200   200    200        200        200
GET  calendar_feed                 200      200     200      200        200   200    200        200        200
GET  web_app_manifest                      200      200     200      200        200   200    200        200        200
GET  service_worker                        200      200     200      200        200   200    200        200        200
GET  email_sign_in                  200      200     200      200        200   200    200        200        200
GET  email_code                     200      200     200      200        200   200    200        200        200
GET  email_link                     200      200     200      200        200   200    200        200        200
GET  passkey_sign_in               200      200     200      200        200   200    200        200        200
GET  my_sign_out                   200      200     200      200        200   200    200        200        200
GET  home_redirect                    in        →       →        →          →     →      →          →          →

#    Patient A's pages         visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  my_today                       in      200     200      200        403   403    403        403        403
GET  my_plan                        in      200     200      200        403   403    403        403        403
GET  my_handout                     in      200     200      200        403   403    403        403        403
GET  my_progress                    in      200     200      200        403   403    403        403        403
GET  my_exercise                    in      200     200      404        403   403    403        403        403
GET  my_skip_day                   in      200     200      200        403   403    403        403        403
POST my_unskip_day              in        →       →        →        403   403    403        403        403
GET  my_version_seen                in        →       →      404        403   403    403        403        403
GET  my_session                     in        →       →        →        403   403    403        403        403
GET  my_settings                    in      200     403      200        403   403    403        403        403
GET  my_helpers                     in      200     403      200        403   403    403        403        403
GET  my_helper_code                 in      200     403      404        403   403    403        403        403
GET  my_helper_remove            in      200     403      404        403   403    403        403        403
GET  my_reminders                   in      200     403      200        403   403    403        403        403
GET  my_reminders_stop              in        →     403        →        403   403    403        403        403
POST my_push_subscribe                   in      403     403      403        403   403    403        403        403
GET  my_calendar                    in      200     403      200        403   403    403        403        403
POST my_calendar_end                in        →     403        →        403   403    403        403        403
GET  my_email                     in      200     403      200        403   403    403        403        403
GET  my_email_code                in      200     403      200        403   403    403        403        403
GET  my_email_remove              in      200     403      200        403   403    403        403        403
GET  my_devices                     in      200     403      200        403   403    403        403        403
GET  my_devices_sign_out_others          in      200     403      200        403   403    403        403        403
GET  my_device_sign_out                  in      200     403      404        403   403    403        403        403
GET  my_passkeys                    in      200     403      200        403   403    403        403        403
GET  my_passkey_add                 in      200     403      200        403   403    403        403        403
GET  my_passkey                     in      200     403      404        403   403    403        403        403
GET  my_passkey_remove              in      200     403      404        403   403    403        403        403
GET  my_offline                     in      403     403      403        403   403    403        403        403
GET  my_offline_sync                        in      200     200      200        403   403    403        403        403
GET  my_messages                    in      200     403      200        403   403    403        403        403
GET  my_messages_read               in        →     403        →        403   403    403        403        403
POST my_session_start               in        →       →        →        403   403    403        403        403
GET  my_session_pain                in      200     200      404        403   403    403        403        403
GET  my_session_step                in      200     200      404        403   403    403        403        403
GET  my_session_effort              in      200     200      404        403   403    403        403        403
GET  my_session_feet                in      200     200      404        403   403    403        403        403
GET  my_session_easier            in      200     200      404        403   403    403        403        403
GET  my_session_shorter             in      200     200      404        403   403    403        403        403
GET  my_session_gentler             in      200     200      404        403   403    403        403        403
GET  my_session_skip_reason                 in        →       →      404        403   403    403        403        403
POST my_session_undo                in        →       →      404        403   403    403        403        403
GET  my_session_check_in            in      200     200      404        403   403    403        403        403
GET  my_session_advice              in      200     200      404        403   403    403        403        403
GET  my_session_discard                in      200     200      404        403   403    403        403        403

#    Clinic A's team           visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  staff_today                    in      403     403      403        200   200    200        200        403
GET  requests                       in      403     403      403        200   200    200        200        403
GET  request                        in      403     403      403        200   200    200        404        403
POST request_update                    in      403     403      403        200   200    200        404        403
POST request_release                in      403     403      403        200   200    200        404        403
GET  patients                       in      403     403      403        200   200    200        200        403
GET  patient_new                    in      403     403      403        200   200    200        200        403
GET  patient                        in      403     403      403        200   200    200        404        403
GET  patient_edit                   in      403     403      403        200   200    200        404        403
GET  patient_card                   in      403     403      403        200   200    200        404        403
GET  patient_flags                  in      403     403      403        200   403    200        404        403
GET  plan_start                     in      403     403      403        200   403    200        404        403
POST plan_start_blank               in      403     403      403          →   403      →        404        403
POST plan_start_from_routine        in      403     403      403          →   403      →        404        403
POST plan_start_from_version        in      403     403      403          →   403      →        404        403
POST plan_start_from_other_patient  in      403     403      403          →   403      →        404        403
POST plan_draft_add_routine         in      403     403      403          →   403      →        404        403
GET  plan_draft                     in      403     403      403        200   403    200        404        403
POST plan_draft_autosave             in      403     403      403        200   403    200        404        403
POST plan_draft_find                 in      403     403      403        200   403    200        404        403
POST plan_draft_favourite            in      403     403      403        200   403    200        404        403
POST plan_draft_continue_to_preview  in      403     403      403        200   403    200        404        403
POST plan_draft_continue_to_publish  in      403     403      403        200   403    200        404        403
POST plan_draft_continue_to_flags    in      403     403      403        200   403    200        404        403
POST plan_draft_add                  in      403     403      403        200   403    200        404        403
POST plan_draft_change               in      403     403      403        200   403    200        404        403
POST plan_draft_item_up              in      403     403      403        200   403    200        404        403
POST plan_draft_item_down            in      403     403      403        200   403    200        404        403
POST plan_draft_item_remove          in      403     403      403        200   403    200        404        403
POST plan_draft_item_replace         in      403     403      403        200   403    200        404        403
POST plan_draft_item_split           in      403     403      403        200   403    200        404        403
POST plan_draft_item_acknowledge     in      403     403      403        200   403    200        404        403
POST plan_draft_item_override        in      403     403      403        200   403    200        404        403
POST plan_draft_item_take_back       in      403     403      403        200   403    200        404        403
POST plan_draft_start                in      403     403      403          →   403      →        404        403
POST plan_draft_undo                 in      403     403      403          →   403      →        404        403
POST plan_draft_discard              in      403     403      403          →   403      →        404        403
GET  plan_flags                     in      403     403      403        200   403    200        404        403
GET  plan_as_routine                in      403     403      403        200   403    200        404        403
GET  plan_preview                   in      403     403      403        200   403    200        404        403
GET  plan_publish                   in      403     403      403        200   403    200        404        403
GET  plan_move                      in      403     403      403        200   403    200        404        403
GET  paper_log                     in      403     403      403        200   403    200        404        403
GET  patient_report                 in      403     403      403        200   403    200        404        403
GET  plan_handout                   in      403     403      403        200   403    200        404        403
GET  plan_version                   in      403     403      403        200   403    200        404        403
GET  alerts                         in      403     403      403        200   403    200        200        403
POST alert_acknowledge              in      403     403      403          →   403      →        404        403
POST alert_note                     in      403     403      403          →   403      →        404        403
POST alert_pause                    in      403     403      403          →   403      →        404        403
GET  patient_messages               in      403     403      403        200   403    200        404        403
POST patient_messages_read          in      403     403      403          →   403      →        404        403
GET  patient_notes                  in      403     403      403        200   403    200        404        403
POST alert_resolve                   in      403     403      403          →   403      →        404        403

#    Own exercises             visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  clinic_exercise_list                  in      403     403      403        200   403    200        200        403
GET  clinic_exercise_create               in      403     403      403        200   403    200        200        403
GET  clinic_exercise_edit              in      403     403      403        200   403    200        404        403
POST clinic_exercise_retire            in      403     403      403          →   403      →        404        403
POST clinic_exercise_restore        in      403     403      403          →   403      →        404        403
POST clinic_exercise_create_rows          in      403     403      403        200   403    200        200        403
POST clinic_exercise_create_preview       in      403     403      403        200   403    200        200        403
POST clinic_exercise_rows              in      403     403      403        200   403    200        404        403
POST clinic_exercise_preview           in      403     403      403        200   403    200        404        403
GET  exercise_photo                404      200     200      404        200   200    200        404        200

#    Routines                  visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  staff_routine_list                   in      403     403      403        200   403    200        200        403
GET  staff_routine_create                in      403     403      403        200   403    200        200        403
GET  staff_routine_edit               in      403     403      403        200   403    200        404        403
GET  staff_routine_copy               in      403     403      403        200   403    200        404        403
POST staff_routine_retire             in      403     403      403        403   403      →        404        403
POST staff_routine_restore         in      403     403      403        403   403      →        404        403
POST staff_routine_create_item_add       in      403     403      403        200   403    200        200        403
POST staff_routine_create_item_up        in      403     403      403        200   403    200        200        403
POST staff_routine_create_item_down      in      403     403      403        200   403    200        200        403
POST staff_routine_create_item_remove    in      403     403      403        200   403    200        200        403
POST staff_routine_item_add           in      403     403      403        403   403    200        404        403
POST staff_routine_item_up            in      403     403      403        403   403    200        404        403
POST staff_routine_item_down          in      403     403      403        403   403    200        404        403
POST staff_routine_item_remove        in      403     403      403        403   403    200        404        403

#    Clinic admin's pages      visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  alert_rules                    in      403     403      403        403   403    200        403        403
GET  clinic_settings                in      403     403      403        403   403    200        403        403
GET  clinic_details                 in      403     403      403        403   403    200        403        403
GET  opening_hours                  in      403     403      403        403   403    200        403        403
GET  team                           in      403     403      403        403   403    200        403        403
GET  team_invite                    in      403     403      403        403   403    200        403        403
GET  team_member                    in      403     403      403        403   403    200        403        403
POST team_resend_invitation              in      403     403      403        403   403      →        403        403
POST team_reinstate                in      403     403      403        403   403    200        403        403
GET  team_role                      in      403     403      403        403   403    200        403        403
GET  team_remove                     in      403     403      403        403   403    200        403        403

#    Staff accounts            visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  account_login                 200        →       →        →          →     →      →          →          →
GET  account_logout                  →      200     200      200        200   200    200        200        200
GET  account_inactive              200      200     200      200        200   200    200        200        200
GET  account_signup                200        →       →        →          →     →      →          →          →
GET  account_reset_password        200      200     200      200        200   200    200        200        200
GET  account_reset_password_done      200      200     200      200        200   200    200        200        200
GET  account_reset_password_from_key      200      200     200      200        200   200    200        200        200
GET  account_reset_password_from_key_done  200  200  200  200  200  200  200  200  200
GET  account_change_password        in      403     403      403        200   200    200        200        200
GET  account_set_password           in      403     403      403          →     →      →          →          →
GET  account_reauthenticate         in      403     403      403        200   200    200        200        200
GET  mfa_authenticate               in        →       →        →          →     →      →          →          →
GET  mfa_index                      in      403     403      403        200   200    200        200        200
GET  mfa_reauthenticate             in      403     403      403          →     →      →          →          →
GET  mfa_activate_totp              in      403     403      403          →     →      →          →          →
GET  mfa_deactivate_totp            in      403     403      403        404   404    404        404        404
GET  mfa_view_recovery_codes        in      403     403      403        404   404    404        404        404
GET  mfa_generate_recovery_codes       in      403     403      403          →     →      →          →          →
GET  mfa_download_recovery_codes       in      403     403      403        404   404    404        404        404

#    Development only          visitor  patient  helper  another  clinician  desk  admin  elsewhere  superuser
GET  personas                      200      200     200      200        200   200    200        200        200
POST persona_sign_in                 →        →       →        →          →     →      →          →          →
POST persona_card                  200      200     200      200        200   200    200        200        200
GET  gallery                       200      200     200      200        200   200    200        200        200
GET  gallery_figures               200      200     200      200        200   200    200        200        200
"""


@dataclass(frozen=True)
class MatrixRow:
    """One route with one method; `cells` contains the expected response for each persona."""

    area: str
    method: str
    route: str
    cells: dict[str, str]


def read(table: str) -> list[MatrixRow]:
    """Return the rows of a table as above. Raises ValueError for a line that is not a row."""
    rows, area = [], ""
    for line in filter(None, table.splitlines()):
        if line.startswith("#"):
            area = line.strip("# ").split("  ")[0]
            continue
        method, route, *cells = line.split()
        if len(cells) != len(PERSONAS):
            raise ValueError(f"{route} has {len(cells)} cells for {len(PERSONAS)} personas")
        rows.append(MatrixRow(area, method, route, dict(zip(PERSONAS, cells, strict=True))))
    return rows


ROWS = read(TABLE)

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
#    Open to all                             visitor patient helper another clinician desk admin elsewhere superuser
GET  library:home                                200     200    200     200       200  200   200       200       200
GET  library:catalogue                           200     200    200     200       200  200   200       200       200
GET  library:exercise                            200     200    200     200       200  200   200       200       200
GET  library:routines                            200     200    200     200       200  200   200       200       200
GET  library:routine                             200     200    200     200       200  200   200       200       200
GET  library:routine_leaflet                     200     200    200     200       200  200   200       200       200
GET  library:safety                              200     200    200     200       200  200   200       200       200
GET  library:figure                              200     200    200     200       200  200   200       200       200
GET  library:robots                              200     200    200     200       200  200   200       200       200
GET  library:sitemap                             200     200    200     200       200  200   200       200       200
GET  clinic:privacy                              200     200    200     200       200  200   200       200       200
GET  clinic:consultation                         200     200    200     200       200  200   200       200       200
GET  clinic:consultation_thanks                  200     200    200     200       200  200   200       200       200
POST preferences:language                        400     400    400     400       400  400   400       400       400
GET  preferences:display                         200     200    200     200       200  200   200       200       200

#    Signing in and out                      visitor patient helper another clinician desk admin elsewhere superuser
GET  sign_in:options                             200       →      →       →         →    →     →         →         →
GET  sign_in:card                                200     200    200     200       200  200   200       200       200
GET  sign_in:card_link                           200     200    200     200       200  200   200       200       200
GET  my:reminder_stop_by_token                   200     200    200     200       200  200   200       200       200
GET  my:calendar_feed                            200     200    200     200       200  200   200       200       200
GET  pwa:manifest                                200     200    200     200       200  200   200       200       200
GET  pwa:service_worker                          200     200    200     200       200  200   200       200       200
GET  sign_in:email                               200     200    200     200       200  200   200       200       200
GET  sign_in:email_code                          200     200    200     200       200  200   200       200       200
GET  sign_in:email_link                          200     200    200     200       200  200   200       200       200
GET  sign_in:passkey                             200     200    200     200       200  200   200       200       200
GET  my:sign_out                                 200     200    200     200       200  200   200       200       200
GET  staff:home_redirect                          in       →      →       →         →    →     →         →         →

#    Patient A's pages                       visitor patient helper another clinician desk admin elsewhere superuser
GET  my:today                                     in     200    200     200       403  403   403       403       403
GET  my:plan                                      in     200    200     200       403  403   403       403       403
GET  my:handout                                   in     200    200     200       403  403   403       403       403
GET  my:progress                                  in     200    200     200       403  403   403       403       403
GET  my:exercise                                  in     200    200     404       403  403   403       403       403
GET  my:screening                                 in     200    200       →       403  403   403       403       403
GET  my:screening_question                        in     200    200       →       403  403   403       403       403
GET  my:screening_advice                          in     200    200       →       403  403   403       403       403
GET  my:skip_day                                  in     200    200     200       403  403   403       403       403
POST my:unskip_day                                in       →      →       →       403  403   403       403       403
GET  my:stop                                      in     200    200     200       403  403   403       403       403
GET  my:sugar                                     in       →      →       →       403  403   403       403       403
GET  my:report                                    in     200    200     404       403  403   403       403       403
GET  my:version_seen                              in       →      →     404       403  403   403       403       403
GET  my:activities                                in     200    200     200       403  403   403       403       403
GET  my:activity_remove                           in       →      →     404       403  403   403       403       403
GET  my:goal                                      in     200    200     200       403  403   403       403       403
POST my:goal_decline                              in       →      →       →       403  403   403       403       403
GET  my:goal_words                                in       →      →     404       403  403   403       403       403
GET  my:goal_score                                in       →      →     404       403  403   403       403       403
GET  my:goal_end                                  in       →      →     404       403  403   403       403       403
GET  my:session                                   in       →      →       →       403  403   403       403       403
GET  my:settings                                  in     200    403     200       403  403   403       403       403
GET  my:data                                      in     200    403     200       403  403   403       403       403
GET  my:data_delete                               in     200    403     200       403  403   403       403       403
POST my:data_delete_cancel                        in       →    403       →       403  403   403       403       403
GET  my:helpers                                   in     200    403     200       403  403   403       403       403
GET  my:helper_code                               in     200    403     404       403  403   403       403       403
GET  my:helper_remove                             in     200    403     404       403  403   403       403       403
GET  my:reminders                                 in     200    403     200       403  403   403       403       403
GET  my:reminders_stop                            in       →    403       →       403  403   403       403       403
POST my:push_subscribe                            in     403    403     403       403  403   403       403       403
GET  my:push_ended_seen                           in       →    403       →       403  403   403       403       403
GET  my:calendar                                  in     200    403     200       403  403   403       403       403
POST my:calendar_end                              in       →    403       →       403  403   403       403       403
GET  my:home_screen                               in     200    403     200       403  403   403       403       403
GET  my:email                                     in     200    403     200       403  403   403       403       403
GET  my:email_code                                in     200    403     200       403  403   403       403       403
GET  my:email_remove                              in     200    403     200       403  403   403       403       403
GET  my:access_log                                in     200    403     200       403  403   403       403       403
GET  my:sign_in_history                           in     200    403     200       403  403   403       403       403
POST my:sign_in_seen                              in       →    403     404       403  403   403       403       403
GET  my:sign_in_not_me                            in     200    403     404       403  403   403       403       403
GET  my:devices                                   in     200    403     200       403  403   403       403       403
GET  my:devices_sign_out_others                   in     200    403     200       403  403   403       403       403
GET  my:device_sign_out                           in     200    403     404       403  403   403       403       403
GET  my:passkeys                                  in     200    403     200       403  403   403       403       403
GET  my:passkey_add                               in     200    403     200       403  403   403       403       403
GET  my:passkey                                   in     200    403     404       403  403   403       403       403
GET  my:passkey_remove                            in     200    403     404       403  403   403       403       403
GET  my:offline                                   in     403    403     403       403  403   403       403       403
GET  my:offline_sync                              in     200    200     200       403  403   403       403       403
GET  my:messages                                  in     200    403     200       403  403   403       403       403
GET  my:messages_read                             in       →    403       →       403  403   403       403       403
GET  my:message_photo                             in     200    403     404       403  403   403       403       403
GET  my:message_photo_delete                      in     200    403     404       403  403   403       403       403
POST my:session_start                             in       →      →       →       403  403   403       403       403
GET  my:session_pain                              in     200    200     404       403  403   403       403       403
GET  my:session_step                              in     200    200     404       403  403   403       403       403
GET  my:session_effort                            in     200    200     404       403  403   403       403       403
GET  my:session_ready                             in     200    200     404       403  403   403       403       403
GET  my:session_sugar                             in       →      →     404       403  403   403       403       403
GET  my:session_follow_up                         in       →      →     404       403  403   403       403       403
GET  my:session_found                             in       →      →     404       403  403   403       403       403
GET  my:session_easier                            in     200    200     404       403  403   403       403       403
GET  my:session_shorter                           in     200    200     404       403  403   403       403       403
GET  my:session_gentler                           in     200    200     404       403  403   403       403       403
GET  my:session_skip_reason                       in       →      →     404       403  403   403       403       403
POST my:session_undo                              in       →      →     404       403  403   403       403       403
GET  my:session_check_in                          in     200    200     404       403  403   403       403       403
GET  my:session_advice                            in     200    200     404       403  403   403       403       403
GET  my:session_done                              in     200    200     404       403  403   403       403       403
GET  my:session_correct                           in     200    200     404       403  403   403       403       403
GET  my:session_discard                           in     200    200     404       403  403   403       403       403

#    Clinic A's team                         visitor patient helper another clinician desk admin elsewhere superuser
GET  staff:today                                  in     403    403     403       200  200   200       200       403
GET  clinic:requests                              in     403    403     403       200  200   200       200       403
GET  clinic:request                               in     403    403     403       200  200   200       404       403
POST clinic:request_update                        in     403    403     403       200  200   200       404       403
POST clinic:request_release                       in     403    403     403       200  200   200       404       403
GET  staff:patients                               in     403    403     403       200  200   200       200       403
GET  staff:safety_rules                           in     403    403     403       200  200   200       200       403
GET  staff:patient_new                            in     403    403     403       200  200   200       200       403
GET  staff:patient                                in     403    403     403       200  200   200       404       403
GET  staff:patient_edit                           in     403    403     403       200  200   200       404       403
GET  staff:patient_card                           in     403    403     403       200  200   200       404       403
GET  staff:patient_flags                          in     403    403     403       200  403   200       404       403
GET  staff:screening                              in     403    403     403       200  403   200       404       403
GET  staff:screening_paper                        in     403    403     403       200  403   200       404       403
POST staff:screening_again                        in     403    403     403         →  403     →       404       403
POST staff:screening_due                          in     403    403     403         →  403     →       404       403
POST staff:screening_invite                       in     403    403     403         →  403     →       404       403
POST staff:screening_decide                       in     403    403     403         →  403     →       404       403
GET  staff:patient_sign_ins                       in     403    403     403       200  403   200       404       403
GET  staff:plan_start                             in     403    403     403       200  403   200       404       403
POST staff:plan_start_blank                       in     403    403     403         →  403     →       404       403
POST staff:plan_start_from_routine                in     403    403     403         →  403     →       404       403
POST staff:plan_start_from_version                in     403    403     403         →  403     →       404       403
POST staff:plan_start_from_other_patient          in     403    403     403         →  403     →       404       403
POST staff:plan_draft_add_routine                 in     403    403     403         →  403     →       404       403
GET  staff:plan_draft                             in     403    403     403       200  403   200       404       403
POST staff:plan_draft_autosave                    in     403    403     403       200  403   200       404       403
POST staff:plan_draft_find                        in     403    403     403       200  403   200       404       403
POST staff:plan_draft_favourite                   in     403    403     403       200  403   200       404       403
POST staff:plan_draft_continue_to_preview         in     403    403     403       200  403   200       404       403
POST staff:plan_draft_continue_to_publish         in     403    403     403       200  403   200       404       403
POST staff:plan_draft_continue_to_flags           in     403    403     403       200  403   200       404       403
POST staff:plan_draft_add                         in     403    403     403       200  403   200       404       403
POST staff:plan_draft_change                      in     403    403     403       200  403   200       404       403
POST staff:plan_draft_item_up                     in     403    403     403       200  403   200       404       403
POST staff:plan_draft_item_down                   in     403    403     403       200  403   200       404       403
POST staff:plan_draft_item_remove                 in     403    403     403       200  403   200       404       403
POST staff:plan_draft_item_replace                in     403    403     403       200  403   200       404       403
POST staff:plan_draft_item_split                  in     403    403     403       200  403   200       404       403
POST staff:plan_draft_item_acknowledge            in     403    403     403       200  403   200       404       403
POST staff:plan_draft_item_override               in     403    403     403       200  403   200       404       403
POST staff:plan_draft_item_take_back              in     403    403     403       200  403   200       404       403
POST staff:plan_draft_start                       in     403    403     403         →  403     →       404       403
POST staff:plan_draft_undo                        in     403    403     403         →  403     →       404       403
POST staff:plan_draft_discard                     in     403    403     403         →  403     →       404       403
GET  staff:plan_flags                             in     403    403     403       200  403   200       404       403
GET  staff:plan_as_routine                        in     403    403     403       200  403   200       404       403
GET  staff:plan_preview                           in     403    403     403       200  403   200       404       403
GET  staff:plan_publish                           in     403    403     403       200  403   200       404       403
GET  staff:plan_move                              in     403    403     403       200  403   200       404       403
GET  staff:paper_log                              in     403    403     403       200  403   200       404       403
GET  staff:patient_report                         in     403    403     403       200  403   200       404       403
GET  staff:plan_handout                           in     403    403     403       200  403   200       404       403
GET  staff:plan_version                           in     403    403     403       200  403   200       404       403
GET  staff:alerts                                 in     403    403     403       200  403   200       200       403
POST staff:alert_acknowledge                      in     403    403     403         →  403     →       404       403
POST staff:alert_note                             in     403    403     403         →  403     →       404       403
POST staff:alert_pause                            in     403    403     403         →  403     →       404       403
GET  staff:patient_messages                       in     403    403     403       200  403   200       404       403
GET  staff:patient_message_photo                  in     403    403     403       200  403   200       404       403
POST staff:patient_messages_read                  in     403    403     403         →  403     →       404       403
GET  staff:patient_notes                          in     403    403     403       200  403   200       404       403
POST staff:alert_resolve                          in     403    403     403         →  403     →       404       403
POST staff:hold_look                              in     403    403     403         →  403     →       404       403
GET  staff:hold_end                               in     403    403     403       200  403   200       404       403
GET  staff:pain_limit                             in     403    403     403       200  403   200       404       403
GET  staff:flag_end                               in     403    403     403         →  403     →       404       403
GET  staff:patient_instructions                   in     403    403     403       200  403   200       404       403

#    Own exercises                           visitor patient helper another clinician desk admin elsewhere superuser
GET  library:clinic_exercise_list                 in     403    403     403       200  403   200       200       403
GET  library:clinic_exercise_create               in     403    403     403       200  403   200       200       403
GET  library:clinic_exercise_edit                 in     403    403     403       200  403   200       404       403
POST library:clinic_exercise_retire               in     403    403     403         →  403     →       404       403
POST library:clinic_exercise_restore              in     403    403     403         →  403     →       404       403
POST library:clinic_exercise_create_rows          in     403    403     403       200  403   200       200       403
POST library:clinic_exercise_create_preview       in     403    403     403       200  403   200       200       403
POST library:clinic_exercise_rows                 in     403    403     403       200  403   200       404       403
POST library:clinic_exercise_preview              in     403    403     403       200  403   200       404       403
GET  staff:exercise_photo                        404     200    200     404       200  200   200       404       200

#    Routines                                visitor patient helper another clinician desk admin elsewhere superuser
GET  library:staff_routine_list                   in     403    403     403       200  403   200       200       403
GET  library:staff_routine_create                 in     403    403     403       200  403   200       200       403
GET  library:staff_routine_edit                   in     403    403     403       200  403   200       404       403
GET  library:staff_routine_copy                   in     403    403     403       200  403   200       404       403
POST library:staff_routine_retire                 in     403    403     403       403  403     →       404       403
POST library:staff_routine_restore                in     403    403     403       403  403     →       404       403
POST library:staff_routine_create_item_add        in     403    403     403       200  403   200       200       403
POST library:staff_routine_create_item_up         in     403    403     403       200  403   200       200       403
POST library:staff_routine_create_item_down       in     403    403     403       200  403   200       200       403
POST library:staff_routine_create_item_remove     in     403    403     403       200  403   200       200       403
POST library:staff_routine_item_add               in     403    403     403       403  403   200       404       403
POST library:staff_routine_item_up                in     403    403     403       403  403   200       404       403
POST library:staff_routine_item_down              in     403    403     403       403  403   200       404       403
POST library:staff_routine_item_remove            in     403    403     403       403  403   200       404       403

#    Clinic admin's pages                    visitor patient helper another clinician desk admin elsewhere superuser
GET  staff:access_log                             in     403    403     403       403  403   200       403       403
GET  staff:alert_rules                            in     403    403     403       403  403   200       403       403
GET  staff:erasure_requests                       in     403    403     403       403  403   200       403       403
GET  staff:erasure_new                            in     403    403     403       403  403   200       403       403
GET  staff:erasure_request                        in     403    403     403       403  403   200       403       403
POST staff:erasure_carry_out                      in     403    403     403       403  403   200       403       403
POST staff:erasure_refuse                         in     403    403     403       403  403   200       403       403
GET  clinic:clinic_settings                       in     403    403     403       403  403   200       403       403
GET  clinic:clinic_details                        in     403    403     403       403  403   200       403       403
GET  clinic:opening_hours                         in     403    403     403       403  403   200       403       403
GET  clinic:team                                  in     403    403     403       403  403   200       403       403
GET  clinic:team_invite                           in     403    403     403       403  403   200       403       403
GET  clinic:team_member                           in     403    403     403       403  403   200       403       403
POST clinic:team_resend_invitation                in     403    403     403       403  403     →       403       403
POST clinic:team_reinstate                        in     403    403     403       403  403   200       403       403
GET  staff:team_role                              in     403    403     403       403  403   200       403       403
GET  staff:team_remove                            in     403    403     403       403  403   200       403       403

#    Staff accounts                          visitor patient helper another clinician desk admin elsewhere superuser
GET  account_login                               200       →      →       →         →    →     →         →         →
GET  account_logout                                →     200    200     200       200  200   200       200       200
GET  account_inactive                            200     200    200     200       200  200   200       200       200
GET  account_signup                              200       →      →       →         →    →     →         →         →
GET  account_reset_password                      200     200    200     200       200  200   200       200       200
GET  account_reset_password_done                 200     200    200     200       200  200   200       200       200
GET  account_reset_password_from_key             200     200    200     200       200  200   200       200       200
GET  account_reset_password_from_key_done        200     200    200     200       200  200   200       200       200
GET  account_change_password                      in     403    403     403       200  200   200       200       200
GET  account_set_password                         in     403    403     403         →    →     →         →         →
GET  account_reauthenticate                       in     403    403     403       200  200   200       200       200
GET  account_recover                              404      →      →       →         →    →     →         →         →
GET  account_recoveries                            in     403    403     403       403  403   200       403       200
POST account_recovery_confirm                      in     403    403     403       403  403     →       403         →
POST account_recovery_cancel                       in     403    403     403       403  403     →       403         →
GET  account_unlock                                in     403    403     403       200  200   200       200       200
POST account_alive                                 in     403    403     403       204  204   204       204       204
GET  mfa_authenticate                             in       →      →       →         →    →     →         →         →
GET  mfa_trust                                    in       →      →       →         →    →     →         →         →
GET  mfa_index                                    in     403    403     403       200  200   200       200       200
GET  mfa_reauthenticate                           in     403    403     403         →    →     →         →         →
GET  mfa_activate_totp                            in     403    403     403         →    →     →         →         →
GET  mfa_deactivate_totp                          in     403    403     403       404  404   404       404       404
GET  mfa_login_webauthn                           in       →      →       →         →    →     →         →         →
GET  mfa_add_webauthn                             in     403    403     403         →    →     →         →         →
GET  mfa_remove_webauthn                          in     403    403     403         →    →     →         →         →
GET  mfa_reauthenticate_webauthn                  in     403    403     403         →    →     →         →         →
GET  mfa_view_recovery_codes                      in     403    403     403       404  404   404       404       404
GET  mfa_generate_recovery_codes                  in     403    403     403         →    →     →         →         →
GET  mfa_download_recovery_codes                  in     403    403     403       404  404   404       404       404

#    Development only                        visitor patient helper another clinician desk admin elsewhere superuser
GET  development:personas                        200     200    200     200       200  200   200       200       200
POST development:persona_sign_in                   →       →      →       →         →    →     →         →         →
POST development:persona_card                    200     200    200     200       200  200   200       200       200
GET  development:gallery                         200     200    200     200       200  200   200       200       200
GET  development:gallery_figures                 200     200    200     200       200  200   200       200       200
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

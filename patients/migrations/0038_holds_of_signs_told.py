"""Begin a hold of its own for each sign of an open alert, and record who has confirmed a flag.

Until now a patient had one hold of a kind, whichever report began it: ending it for one report freed the patient from
what another one told, that nobody had answered.
"""

import datetime

from django.db import migrations
from django.db.models import Q

#: Question → (kind of hold for a person, the answer that begins it), as of this migration.
BEGUN_BY = {
    "chest": ("all", True),
    "breath": ("all", True),
    "faint": ("all", True),
    "dizzy_passed": ("all", False),
    "calf": ("all", True),
    "calf_breath": ("all", True),
    "calf_and_breath": ("all", True),
    "fell": ("standing", True),
    "fell_head": ("all", True),
    "fell_stands": ("all", False),
    "bad_fall": ("all", True),
    "weak": ("standing", True),
    "weak_sudden": ("all", True),
    "weak_both": ("all", True),
    "stroke": ("all", True),
    "saddle": ("all", True),
    "new_sore": ("feet", True),
    "sore_bad": ("all", True),
    "hot_foot": ("foot_rest", True),
    "cold_foot": ("all", True),
    "bad_sore_told": ("all", True),
    "faint_or_chest_pain": ("all", True),
}
#: The one question that begins two.
MORE = [("bad_sore_told", "feet")]
#: A hold that nobody has looked at goes to the whole team.
ONE_DAY = datetime.timedelta(days=1)
#: Kind of hold → the flag that stays with "the flag stays".
FLAG_OF_KIND = {"standing": "fell", "feet": "foot_sore", "foot_rest": "charcot_active"}


def begin_holds(apps, schema_editor):
    Alert = apps.get_model("patients", "Alert")
    ExerciseHold = apps.get_model("patients", "ExerciseHold")
    waiting = Alert.objects.filter(settled_at=None).exclude(session=None, report=None)
    for alert in waiting.select_related("session", "report").order_by("raised_at"):
        source = alert.session or alert.report
        told = [
            (question, kind)
            for question, (kind, answer) in BEGUN_BY.items()
            if source.answers.get(question) is answer
        ]
        told += [(question, kind) for question, kind in MORE if source.answers.get(question) is True]
        for question, kind in told:
            of_this = {"session_id": alert.session_id, "report_id": alert.report_id}
            sign = {"patient_id": alert.patient_id, "kind": kind, "question": question, **of_this}
            if ExerciseHold.objects.filter(**sign).exists():
                continue
            ExerciseHold.objects.create(
                **sign,
                clinic_id=alert.clinic_id,
                on_date=source.on_date,
                begun_at=alert.raised_at,
                team_from=alert.raised_at + ONE_DAY,
                looked_at=alert.acknowledged_at,
                looked_by_id=alert.acknowledged_by_id,
            )


def name_the_day(apps, schema_editor):
    """Give the holds until a date their date, which the patient reads."""
    ExerciseHold = apps.get_model("patients", "ExerciseHold")
    for hold in ExerciseHold.objects.filter(ends_at=None, start_on__isnull=False):
        same = {"patient": hold.patient_id, "kind": hold.kind, "question": hold.question, "start_on": None}
        until = ExerciseHold.objects.filter(**same, session=hold.session_id, report=hold.report_id)
        until.filter(ends_at__isnull=False, begun_at=hold.ended_at).update(start_on=hold.start_on)


def confirm_flags(apps, schema_editor):
    AuditEvent = apps.get_model("clinic", "AuditEvent")
    ExerciseHold = apps.get_model("patients", "ExerciseHold")
    PatientFlag = apps.get_model("patients", "PatientFlag")
    confirmed = AuditEvent.objects.filter(action="flag.confirmed", object_type="patients.patientflag")
    for event in confirmed.exclude(actor=None).order_by("-at"):
        flag = PatientFlag.objects.filter(pk=event.object_id)
        flag.update(confirmed_at=event.at, confirmed_by=event.actor_id)
    kept = ExerciseHold.objects.filter(outcome="flag_kept", kind__in=FLAG_OF_KIND, ended_at__isnull=False)
    for hold in kept.order_by("ended_at"):
        flags = PatientFlag.objects.filter(
            Q(cleared_at=None) | Q(cleared_at__gt=hold.ended_at),
            patient=hold.patient_id,
            flag=FLAG_OF_KIND[hold.kind],
            set_at__lte=hold.ended_at,
            confirmed_at=None,
        )
        flags.exclude(origin="clinician").update(confirmed_at=hold.ended_at, confirmed_by=hold.ended_by_id)


def forward(apps, schema_editor):
    begin_holds(apps, schema_editor)
    name_the_day(apps, schema_editor)
    confirm_flags(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("patients", "0037_a_hold_for_each_sign"), ("clinic", "0006_safety_version_2")]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]

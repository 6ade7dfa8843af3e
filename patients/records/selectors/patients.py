"""Look up one patient for the patient detail page."""

from __future__ import annotations

import datetime
import uuid

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from clinic.models import User
from patients.activities.selectors import with_activities
from patients.goals.selectors import with_goals
from patients.lookups import found_or_404, noted
from patients.models import Helper, PainLimit, Patient
from patients.safety.selectors.known_holds import with_days, with_holds
from patients.safety.selectors.plan_safety import PatientSafety
from patients.screening.selectors import with_screening_state
from patients.sessions.selectors.session_log import with_skipped_days, with_wishes
from patients.sign_in.selectors.events import with_disowned

ONE_DAY = datetime.timedelta(days=1)
#: The days whose activities the page lists: half a year, as its plots have.
ACTIVITIES_OF = datetime.timedelta(weeks=26)


def get_patient_with_safety_or_404(
    user: User, patient_id: uuid.UUID, now: datetime.datetime | None = None
) -> tuple[Patient, PatientSafety]:
    """Return the patient, with what the page shows beside the plan, and the patient's safety data, in one query.

    The patient has helper names, holds, the days of sessions and near falls, skipped days, wishes, goals, activities,
    the own pain limit, the state of the screening, and when the patient last disowned a sign-in;
    `PatientSafety` has the flags and the home circumstances. Raises Http404 for a patient who does not exist or is of
    another clinic.
    """
    now = now or timezone.now()
    patients = Patient.objects.visible_to(user).with_live_card().select_related("clinic", "clinician")
    patients = patients.annotate(
        **Helper.objects.live().with_helper_names(),
        **with_skipped_days(),
        **with_wishes(),
        **with_goals(OuterRef("pk")),
        **with_screening_state(),
        **with_holds(),
        **with_activities(OuterRef("pk"), now.date() - ACTIVITIES_OF, now.date() + ONE_DAY),
        **with_disowned(now),
        **with_days(OuterRef("pk"), now),
    )
    limits = PainLimit.objects.live().filter(patient=OuterRef("pk"))
    patients = patients.annotate(own_pain_limit=Subquery(limits.values("limit")[:1]))
    found = found_or_404(PatientSafety.first_of(patients.filter(pk=patient_id)))
    noted(found[0])
    return found

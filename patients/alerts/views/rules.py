"""The clinic admin's page of alert rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest, get_clinic_for_user, staff_permission_required
from clinic.roles import Action
from patients.alerts.forms.alert_rules import AlertRulesForm, describe
from patients.alerts.rules import Rules, alert_rule_definitions, get_alert_rules
from patients.alerts.services.rules import StaleRulesError, save_alert_rules


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_CLINIC)
def alert_rules(request: AuthenticatedRequest) -> HttpResponse:
    """Show and save the form of all rules. "Back to the default" of one rule also saves changes to the others."""
    clinic = get_clinic_for_user(request.user)
    rules = get_alert_rules(clinic)
    if request.method != "POST":
        return _page(request, AlertRulesForm(initial=AlertRulesForm.start_from(rules)), rules)
    form = AlertRulesForm(AlertRulesForm.reset_to_default(request.POST, request.POST.get("reset", "")))
    if not form.is_valid():
        return _page(request, form, rules)
    try:
        changed = save_alert_rules(
            clinic=clinic, rules=form.rules, seen=form.cleaned_data["seen"], by=request.user
        )
    except StaleRulesError as stale:
        on_record = [
            (str(row.label), describe(row, stale.rules[kind]))
            for kind, row in alert_rule_definitions().items()
            if stale.rules[kind] != form.rules[kind]
        ]
        form.accept_current_version(stale.rules)
        return _page(request, form, stale.rules, on_record=on_record, status=409)
    messages.success(
        request, _("Saved. It holds from the next check-in on.") if changed else _("Nothing was changed.")
    )
    return redirect("staff:alert_rules")


def _page(
    request: AuthenticatedRequest,
    form: AlertRulesForm,
    rules: Rules,
    *,
    on_record: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"section": "clinic", "form": form, "rows": form.over(rules), "on_record": on_record}
    return render(request, "patients/alerts/alert_rules.html", context, status=status)

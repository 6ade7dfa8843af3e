"""The clinic admin's page about what raises an alert, how grave it is, and when it goes to the whole team."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.permissions import SignedInRequest, check_may, staff_may
from clinic.roles import Action
from patients.alerts.forms import AlertRulesForm, in_words
from patients.alerts.rules import LADDER, Rules, rules_of
from patients.alerts.services.rules import StaleRulesError, save_rules


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.RUN_CLINIC)
def alert_rules(request: SignedInRequest) -> HttpResponse:
    """One form for all rules. "Back to the default" is a button of each, and saves what else was typed."""
    clinic = check_may(request.user, Action.RUN_CLINIC).clinic
    rules = rules_of(clinic)
    if request.method != "POST":
        return _page(request, AlertRulesForm(initial=AlertRulesForm.start_from(rules)), rules)
    form = AlertRulesForm(AlertRulesForm.back_to_default(request.POST, request.POST.get("reset", "")))
    if not form.is_valid():
        return _page(request, form, rules)
    try:
        changed = save_rules(clinic=clinic, rules=form.rules, seen=form.cleaned_data["seen"], by=request.user)
    except StaleRulesError as stale:
        on_record = [
            (str(row.kind.label), in_words(row, stale.rules[kind]))
            for kind, row in LADDER.items()
            if stale.rules[kind] != form.rules[kind]
        ]
        form.save_on_top_of(stale.rules)
        return _page(request, form, stale.rules, on_record=on_record, status=409)
    messages.success(
        request, _("Saved. It holds from the next check-in on.") if changed else _("Nothing was changed.")
    )
    return redirect("alert_rules")


def _page(
    request: SignedInRequest,
    form: AlertRulesForm,
    rules: Rules,
    *,
    on_record: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"section": "clinic", "form": form, "rows": form.over(rules), "on_record": on_record}
    return render(request, "patients/alerts/alert_rules.html", context, status=status)

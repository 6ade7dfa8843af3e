"""The search of the administration's lists: what is typed is posted, and stands in the address as a sealed token.

Each link of a list (filters, dates, order, pages) repeats what was searched. The name of a patient would be in the
history of the browser and in the proxy's log.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clinic.sealed_text import seal, unseal


def is_search(request: HttpRequest) -> bool:
    """Return True if the form of the search was sent, and no form that changes something."""
    return request.method == "POST" and SEARCH_VAR in request.POST and "action" not in request.POST


class SealedSearchForm(ChangeListSearchForm):
    def clean_q(self) -> str:
        """Return what was searched; "" for text that is no token, such as one that somebody typed into the address."""
        return unseal(self.cleaned_data[SEARCH_VAR])


class SealedChangeList(ChangeList):
    search_form_class = SealedSearchForm


class SealedSearchMixin:
    """Mixin for all classes of the administration. `templates/admin/search_form.html` is its form."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SealedChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead a search to the address with its token, from the first page on; filters stay."""
        if not is_search(request):
            return super().changelist_view(request, extra_context)  # type: ignore[misc, no-any-return]  # of the admin
        query = request.GET.copy()
        query[SEARCH_VAR] = seal(request.POST[SEARCH_VAR].replace("\x00", "").strip())
        query.pop(PAGE_VAR, None)
        if not query[SEARCH_VAR]:
            del query[SEARCH_VAR]
        return redirect(f"{request.path}?{query.urlencode()}")

"""Page with all figures, still and animated, for people who draw figures. Outside production only."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from exercises import figures as engine


@login_not_required
def figures(request: HttpRequest) -> HttpResponse:
    """Show all figures with the sizes of their files in bytes, and their other supports."""
    rows = [
        {
            "slug": slug,
            "figure": figure,
            "supports": [level for level in engine.list_supports(slug) if level != figure.support],
            "sizes": {kind: len(engine.render(slug, kind).encode()) for kind in engine.KINDS},
        }
        for slug, figure in engine.FIGURES.items()
    ]
    return render(request, "exercises/figures/gallery.html", {"rows": rows})

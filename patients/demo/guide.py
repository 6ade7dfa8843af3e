"""The guide to the demo data, printed after seeding and each time `make run` starts."""

from __future__ import annotations

from django.conf import settings

from patients.demo.personas import DEMO_PASSWORD, PERSONAS, accounts


def guide() -> str:
    """Return the addresses of the demo and the way to sign in as each persona that is in the database."""
    accounts_by_key = accounts()
    lines = [
        "",
        f"  Surefoot           {settings.SITE_URL}/",
        f"  Step in as anyone  {settings.SITE_URL}/dev/personas/   (one click each)",
        f"  Components         {settings.SITE_URL}/ui/",
        "",
    ]
    for persona in PERSONAS:
        if persona.key not in accounts_by_key:
            continue
        if persona.date_of_birth:
            born = f"{persona.date_of_birth:%B} {persona.date_of_birth.day}, {persona.date_of_birth.year}"
            how = f"{persona.name}, born {born}: by card, from the personas page"
        elif persona.helps:
            how = f"{persona.name}: from the personas page"
        else:
            how = f"{persona.email}"
        lines.append(f"  {persona.label:<30} {how}")
    if accounts_by_key:
        lines += ["", f"  Password of the team, at {settings.SITE_URL}/sign-in/: {DEMO_PASSWORD}", ""]
    return "\n".join(lines)

"""Headers, cookies and closed doors of the app as production serves it: read from a process with its settings."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests.infra.test_settings_from_environment import ROOT, SOUND

#: Asks for pages as a browser does behind a proxy, and prints what it got. The tables are those of the models.
ASK = """
import json, sys
import django
from django.conf import settings
settings.MIGRATION_MODULES = type("None", (dict,), {"__contains__": lambda *_: True, "__getitem__": lambda *_: None})()
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
call_command("migrate", run_syncdb=True, verbosity=0)
from tests.factories import PASSWORD, ClinicFactory, clinician
dana = clinician(ClinicFactory(), email="dana@clinic.example")
dana.set_password(PASSWORD)
dana.save()
client = Client(raise_request_exception=False)
answers = []

def ask(method, path, form=None, secure=True, **headers):
    given = dict(secure=secure, headers={"Host": "plans.example.org"} | headers)
    response = client.generic(method, path, **given) if form is None else client.post(path, form, **given)
    answers.append([method, path, response.status_code, {name.lower(): text for name, text in response.items()}])

for path in json.loads(sys.argv[1]):
    ask("GET", path)
ask("GET", "/consultation/", secure=False)
ask("GET", "/", Origin="https://evil.example")
for method in ("TRACE", "TRACK", "CONNECT"):
    ask(method, "/")
ask("POST", reverse("preferences:language"), {"language": "es", "next": "/"})
ask("POST", reverse("preferences:display"), {"text": "t2", "colours": "dark", "motion": "calm", "voice": "off"})
ask("POST", "/accounts/login/", {"login": dana.email, "password": PASSWORD})
cookies = {name: dict(morsel) | {"value": morsel.value} for name, morsel in client.cookies.items()}
print(json.dumps({"answers": answers, "cookies": cookies, "password": dana.password}))
"""
OPEN = [
    "/",
    "/consultation/",
    "/privacy/",
    "/accounts/login/",
    "/nowhere/",
    "/healthz",
    "/sw.js",
    "/my/",
    "/admin/",
]
OPEN += ["/static/css/surefoot.css", "/static/js/idle.js", "/static/img/icon.svg"]
#: Pages of development, files of the repository, folders, and pages that say how the app is made or does.
CLOSED = [
    *(
        "/dev/personas/",
        "/ui/",
        "/ui/figures/",
        "/.git/HEAD",
        "/.env",
        "/manage.py",
        "/static/",
        "/static/css/",
    ),
    *(
        "/static/%2e%2e/manage.py",
        "/metrics",
        "/docs/",
        "/admin/doc/",
        "/accounts/email/",
    ),
]

CONTENT_TYPE = re.compile(r'(text/(html|plain|css|javascript)|image/svg\+xml)(; charset="?utf-8"?)?')


@pytest.fixture(scope="module")
def production():
    """Return the answers of the app with the settings of production, to a sign-in among others."""
    environment = SOUND | {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "sqlite://:memory:",
        "STATIC_ROOT": str(ROOT / "static"),
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }
    command = [sys.executable, "-c", ASK, json.dumps(OPEN + CLOSED)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def opened(production):
    """Return (path, headers) of each page that was asked for with GET over https."""
    return [
        (path, headers)
        for method, path, status, headers in production["answers"]
        if method == "GET" and status != 301 and path in OPEN
    ]


def test_every_answer_demands_https_for_a_year_on_all_subdomains(opened):
    for path, headers in opened:
        if path == "/healthz":  # of probes, which use plain http
            continue
        seconds = int(re.search(r"max-age=(\d+)", headers["strict-transport-security"]).group(1))
        assert seconds >= 365 * 24 * 60 * 60, path
        assert "includeSubDomains" in headers["strict-transport-security"]


def test_every_page_says_what_it_is_and_that_browsers_must_not_guess(opened):
    for path, headers in opened:
        if path != "/healthz":
            assert headers["x-content-type-options"] == "nosniff", path
        if "location" not in headers:
            assert CONTENT_TYPE.fullmatch(headers["content-type"]), path


def test_every_page_has_the_content_security_policy_and_names_no_address_to_other_sites(opened):
    for path, headers in opened:
        if path == "/healthz":
            continue
        policy = headers["content-security-policy"]
        assert all(f"{part} 'none'" in policy for part in ("object-src", "base-uri", "frame-ancestors")), path
        assert headers["referrer-policy"] == "same-origin"


def test_no_other_site_may_read_an_answer(production):
    for *_asked, headers in production["answers"]:
        assert not [name for name in headers if name.startswith("access-control-")]


def test_plain_http_is_sent_to_https_except_for_probes(production):
    redirects = [
        (path, headers["location"])
        for method, path, status, headers in production["answers"]
        if status == 301 and method == "GET"
    ]

    assert redirects == [("/consultation/", "https://plans.example.org/consultation/")]


@pytest.mark.parametrize("path", CLOSED)
def test_what_belongs_to_development_or_to_the_server_is_a_missing_page(production, path):
    statuses = [status for _method, asked, status, _headers in production["answers"] if asked == path]

    assert statuses in (
        [404],
        [302],
    )  # a page that does not exist, or the sign-in that every closed page asks for
    for _method, asked, status, headers in production["answers"]:
        if asked == path and status == 302:
            assert headers["location"].startswith(("/accounts/login/", "/admin/login/"))


def test_trace_is_not_answered(production):
    statuses = {
        method: status
        for method, _path, status, _headers in production["answers"]
        if method not in ("GET", "POST")
    }

    assert set(statuses) == {"TRACE", "TRACK", "CONNECT"}
    assert set(statuses.values()) == {405}


def test_cookies_are_for_this_host_over_https_and_out_of_the_reach_of_scripts(production):
    cookies = production["cookies"]

    assert {name.removeprefix("__Host-") for name in cookies} == {
        *("sessionid", "csrftoken", "django_language", "display", "__Secure-known_accounts")
    }
    for name, cookie in cookies.items():
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["domain"] == "", name
        if name == "__Secure-known_accounts":
            assert cookie["path"] == "/accounts/"
        else:
            assert (name[:7], cookie["path"]) == ("__Host-", "/")


def test_the_key_of_a_session_has_128_bits_or_more(production):
    key = production["cookies"]["__Host-sessionid"]["value"]

    assert re.fullmatch(r"[a-z0-9]{32}", key)  # 32 of 36 characters: 165 bits


def test_a_password_is_stored_as_a_slow_salted_hash(production):
    algorithm, iterations, salt, _hash = production["password"].split("$")

    assert algorithm == "pbkdf2_sha256"
    assert int(iterations) >= 600_000  # OWASP's password storage cheat sheet
    assert len(salt) >= 22

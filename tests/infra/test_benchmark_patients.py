"""The patients that the benchmarks of page weights need can be created with the services of today."""

import json

import pytest
from django.conf import settings
from django.test import Client

from tests.benchmarks.own_phone import main
from tests.factories import ExerciseFactory

pytestmark = pytest.mark.django_db


def test_each_patient_is_signed_in_at_the_page_that_is_measured(capsys):
    for _number in range(6):
        ExerciseFactory(position="seated")
    main()
    made = json.loads(capsys.readouterr().out)
    assert made["name"] == settings.SESSION_COOKIE_NAME
    pages = {}
    for state, cookie in made["values"].items():
        phone = Client()
        phone.cookies[made["name"]] = cookie
        response = phone.get("/my/session/" if state != "today" else "/my/", follow=True)
        pages[state] = response.redirect_chain[-1][0] if response.redirect_chain else "/my/"
        assert response.status_code == 200
    assert pages["today"] == "/my/"
    assert pages["pain"].endswith("/pain/")
    assert "/exercises/" in pages["exercise"]

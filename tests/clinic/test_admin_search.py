"""A search in the administration puts its words into no address."""

import pytest
from django.contrib import admin
from django.urls import reverse

from clinic.admin.sealed_search import SealedSearchMixin
from clinic.models import ConsultationRequest, OutboxMessage, User
from clinic.sealed_text import unseal
from patients.models import Patient
from tests.factories import ConsultationRequestFactory, PatientFactory, UserFactory, administrator

pytestmark = pytest.mark.django_db


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def patient(clinic):
    return PatientFactory(full_name="Rosa Delgado", clinic=clinic)


@pytest.fixture
def administration(client, clinic):
    client.force_login(administrator(clinic))
    return client


def test_every_list_of_the_administration_searches_so():
    assert [
        model for model, page in admin.site._registry.items() if not isinstance(page, SealedSearchMixin)
    ] == []


def test_a_name_is_in_no_address_and_in_no_link(administration, patient):
    PatientFactory(full_name="Bruno Keller", clinic=patient.clinic)
    response = administration.post(list_of(Patient), {"q": " Rosa Delgado "}, follow=True)
    ((address, status),) = response.redirect_chain
    page = response.content.decode()
    assert status == 302
    assert "Rosa" not in address
    assert [row.full_name for row in response.context["cl"].result_list] == ["Rosa Delgado"]
    assert 'value="Rosa Delgado"' in page
    links = [piece.split('"')[0] for piece in page.split('href="')[1:]]
    assert any("q=" in link for link in links)
    assert [link for link in links if "rosa" in link.lower()] == []


def test_the_form_of_the_page_sends_nothing_by_its_address(administration, patient):
    page = administration.get(list_of(Patient)).content.decode()
    form = page[page.index('id="changelist-search"') :].split("</form>")[0]
    assert 'method="post"' in form
    assert "csrfmiddlewaretoken" in form


def test_a_name_that_is_typed_into_the_address_is_repeated_in_no_link(administration, patient):
    response = administration.get(list_of(Patient) + "?q=Bruno")
    assert response.context["cl"].query == ""
    assert [row.full_name for row in response.context["cl"].result_list] == ["Rosa Delgado"]


def test_filters_stay_and_the_page_is_the_first(administration, patient):
    chosen = f"?clinic__id__exact={patient.clinic_id}&p=2"
    address = administration.post(list_of(Patient) + chosen, {"q": "Rosa"})["Location"]
    assert f"clinic__id__exact={patient.clinic_id}" in address
    assert "p=2" not in address
    assert unseal(address.partition("q=")[2].replace("%3D", "=")) == "Rosa"


def test_no_text_shows_all(administration, patient):
    assert administration.post(list_of(Patient), {"q": ""})["Location"] == list_of(Patient) + "?"


@pytest.mark.parametrize(
    ("model", "text"),
    [(ConsultationRequest, "Maria"), (OutboxMessage, "rosa@example.org"), (User, "rosa@clinic.example")],
)
def test_it_finds(administration, clinic, model, text):
    ConsultationRequestFactory(clinic=clinic, name="Maria Santos")
    ConsultationRequestFactory(clinic=clinic, name="Else")
    for to in ("rosa@example.org", "else@example.org"):
        OutboxMessage.objects.create(to=to, subject="Your exercises")
    UserFactory(email="rosa@clinic.example")
    response = administration.post(list_of(model), {"q": text}, follow=True)
    assert response.context["cl"].result_count == 1
    assert response.context["cl"].root_queryset.count() > 1


def test_a_search_without_emergency_access_leads_to_the_page_that_opens_it(client, patient):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    address = client.post(list_of(Patient), {"q": "Rosa"})["Location"]
    assert address.startswith("/admin/emergency-access/")
    assert "Rosa" not in address


def test_a_search_needs_no_fresh_authentication(administration, settings):
    settings.REQUIRE_FRESH_AUTHENTICATION = True
    assert administration.post(list_of(User), {"q": "Rosa"})["Location"].startswith(list_of(User))

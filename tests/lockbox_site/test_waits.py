"""Nobody waits for ever: what is locked, slow or gone is said in time and in the
person's language, and nothing that was typed is lost."""

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from audit_app.acting import settings_of
from lockbox_site.configuration import WAITS
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from tests.api.conftest import caller
from tests.helpers.others import closed, end_backend, holding, impatient
from tests.helpers.request_form import ADD_REQUEST, typed_request
from tests.helpers.web import signed_in, step_url

__all__ = ["caller"]

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Förslaget saknar bedömning av gallringen."


@pytest.fixture(autouse=True)
def patient_again():
    yield
    connection.close()


def person(user):
    client = signed_in(user)
    client.raise_request_exception = False
    impatient(lock_timeout="300ms")
    return client


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.django_db(databases=["default", "auditor", "owner"])
def test_each_alias_waits_as_long_as_it_should_and_compiles_no_page():
    shown = {}
    for alias in ("default", "auditor", "owner"):
        with connections[alias].cursor() as cursor:
            for name in ("lock_timeout", "statement_timeout", "jit"):
                cursor.execute(f"SHOW {name}")
                shown[alias, name] = cursor.fetchone()[0]
    assert settings_of(lock=2, statement=15, idle=60) == WAITS
    # But for what the tests themselves have patience with; see tests/conftest.py.
    assert shown == {
        ("default", "lock_timeout"): "2s",
        ("default", "statement_timeout"): "5min",
        ("default", "jit"): "off",
        ("auditor", "lock_timeout"): "2s",
        ("auditor", "statement_timeout"): "5min",
        ("auditor", "jit"): "off",
        ("owner", "lock_timeout"): "0",
        ("owner", "statement_timeout"): "0",
        ("owner", "jit"): "on",
    }


def test_a_step_on_a_locked_case_gives_the_form_back(cast):
    review = cast.proposed()
    bo = person(cast.bo)
    with holding(review.access_request):
        answer = bo.post(
            step_url(review, "return"), {"no_conflict": "on", "comment": TEXT}
        )
    assert answer.status_code == 503
    assert TEXT in words(answer) and "Någon annan arbetar" in words(answer)
    assert SecrecyReview.objects.get().status == "proposed"
    again = bo.post(step_url(review, "return"), {"no_conflict": "on", "comment": TEXT})
    assert again.status_code == 302


def test_a_request_that_is_typed_in_gives_the_form_back(cast):
    nils = person(cast.nils)
    with closed("requests_app_arrival"):
        answer = nils.post(ADD_REQUEST, typed_request(cast, justification=TEXT))
    assert TEXT in words(answer) and "Någon annan arbetar" in words(answer)
    assert not AccessRequest.objects.exists()


def test_a_form_of_a_register_can_be_sent_again_from_the_page(cast):
    sam = person(cast.sam)
    url = reverse("admin:requests_app_provider_add")
    with closed("requests_app_provider"):
        answer = sam.post(url, {"name": "Molnet & Co", "next": "1"})
    assert answer.status_code == 503
    shown = words(answer)
    assert 'name="name" value="Molnet &amp; Co"' in shown and "Försök igen" in shown
    assert f'action="{url}"' in shown


def test_what_takes_too_long_to_find_can_be_narrowed(cast):
    karin = person(cast.karin)
    impatient(statement_timeout="300ms", lock_timeout="0")
    with closed("requests_app_secrecyreview"):
        answer = karin.get(reverse("admin:requests_app_secrecyreview_changelist"))
    assert answer.status_code == 503 and "Avgränsa" in words(answer)


def test_a_password_is_not_written_into_a_page(cast):
    visitor = Client(raise_request_exception=False)
    impatient(lock_timeout="300ms")
    with closed("lockbox_site_user"):
        answer = visitor.post(
            reverse("admin:login"), {"username": "karin", "password": "hemligt!"}
        )
    assert answer.status_code == 503 and "hemligt!" not in words(answer)


def test_a_provider_is_told_to_call_again_and_others_go_in_meanwhile(cast, caller):
    """The finding: one locked request held the whole connection's intake."""
    caller.http.raise_request_exception = False
    assert caller.apply("P-1").status_code == 201
    impatient(lock_timeout="300ms")
    with holding(AccessRequest.objects.get()):
        refused = caller.apply("P-1", minutes=5)
        assert caller.apply("P-2").status_code == 201
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert caller.apply("P-1", minutes=5).status_code == 201


def test_a_provider_is_told_to_call_again_where_the_database_is_lost(cast, caller):
    caller.http.raise_request_exception = False

    def lost(execute, sql, params, many, context):
        if "requests_app_arrival" in sql:
            end_backend()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(lost):
        refused = caller.apply("P-1", key="one")
    connection.close()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    impatient(lock_timeout="300ms")
    with closed("allauth_idp_oidc_client"):
        assert caller.fetch_token().status_code == 503
    assert caller.apply("P-1", key="one").status_code == 201
    assert AccessRequest.objects.count() == 1

"""Each municipality signs in through a provider of its own, and its directory knows its
own people: nobody of one is taken for somebody of another."""

import hashlib
from contextlib import ExitStack

import pytest
from django.test import Client

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site.configuration import IdentityProvider
from lockbox_site.models import ScimToken, User
from requests_app.core.step import as_owner, machine_account
from tests.helpers.engagement import add_authority, municipality
from tests.helpers.people import engage
from tests.helpers.web import Browser, words
from tests.signin.provider import Surfer, running
from tests.signin.refusals import is_refused
from tests.signin.scim import ANNA, TOKEN, USERS, replace, send

pytestmark = pytest.mark.django_db

NUMBERS = {
    "Exempelstad": "999900-0004",
    "Grannstad": "999900-0012",
    "Byxle": "999900-0020",
}
IDENTITY = "oid-1"


@pytest.fixture(scope="module")
def oidc_providers():
    with ExitStack() as stack:
        yield {name: stack.enter_context(running()) for name in NUMBERS}


@pytest.fixture
def providers(oidc_providers, settings):
    settings.IDENTITY_PROVIDERS = tuple(
        IdentityProvider(
            issuer=oidc_providers[name].url,
            client_id="lockbox",
            client_secret="a secret of the tests alone",
            name=f"{name}s inloggning",
            person_claim="sub",
            roles_claim="roles",
            mfa_claim="amr",
            mfa_values=("mfa",),
            municipality=number,
        )
        for name, number in NUMBERS.items()
    )
    return oidc_providers


@pytest.fixture
def towns(cast):
    """In each, somebody whom their own directory names alike."""
    people = {}
    for name, number in NUMBERS.items():
        with acting_as(machine_account("system")):
            place = municipality(name, number)
            board = add_authority("BN", "Byggnämnden", municipality=place)
        user = f"u{number[-2:]}"
        people[name] = engage(cast, user, "registrar", board, identity=IDENTITY)
    return people


def sign_in(name):
    surfer = Surfer(Browser())
    return surfer, surfer.sign_in(f"/sign-in/?of={NUMBERS[name]}")


def test_the_same_name_at_three_providers_is_three_people(towns, providers):
    for name, provider in providers.items():
        provider.tell(IDENTITY, "registrar")
        surfer, answer = sign_in(name)
        assert answer.status_code == 302, words(answer)
        assert surfer.client.get("/").context["user"] == towns[name]


def test_who_is_known_to_one_is_nobody_at_another(towns, providers, cast):
    with acting_as(machine_account("system")), as_owner():
        towns["Grannstad"].identity = "oid-grannstad"
        towns["Grannstad"].save()
    providers["Byxle"].tell("oid-grannstad", "registrar")
    _surfer, answer = sign_in("Byxle")
    assert is_refused(answer, "Inget konto i Lockbox har din identitet")


def test_an_answer_of_one_provider_is_no_answer_of_another(towns, providers):
    for provider in providers.values():
        provider.tell(IDENTITY, "registrar")
    surfer = Surfer(Browser())
    way = surfer.client.get(f"/sign-in/?of={NUMBERS['Grannstad']}").url
    back = surfer.through(way)
    # The state is the one of Grannstad: it is asked what the code is worth.
    assert surfer.client.get(back).status_code == 302
    assert surfer.client.get("/").context["user"] == towns["Grannstad"]
    other = Surfer(Browser())
    assert is_refused(other.client.get(back), "Börja om")


def test_each_has_a_button_of_its_own(cast, providers):
    body = Client().get("/login/").content.decode()
    for name, number in NUMBERS.items():
        assert f"of={number}&amp;next=" in body and f"{name}s inloggning" in body


def test_one_provider_for_several_is_refused_in_words(
    towns, providers, settings, caplog
):
    first = settings.IDENTITY_PROVIDERS[0]
    settings.IDENTITY_PROVIDERS = (
        first.__class__(**{**first.__dict__, "municipality": ""}),
    )
    providers["Exempelstad"].tell(IDENTITY, "registrar")
    answer = Surfer(Browser()).sign_in()
    assert is_refused(answer, "flera kommuner", status=503)


def test_where_the_municipality_has_left_it_is_said(towns, providers):
    place = towns["Byxle"].municipality
    with acting_as(machine_account("system")), as_owner():
        towns["Byxle"].is_active = False
        towns["Byxle"].save()
        place.left_at, place.left_by_decision = (
            acting.now(),
            "KF 2031-0117 § 5",
        )
        place.save()
    providers["Byxle"].tell(IDENTITY, "registrar")
    _surfer, answer = sign_in("Byxle")
    assert is_refused(answer, "Din kommun har lämnat")
    body = Client().get("/login/").content.decode()
    assert "Grannstads inloggning" in body and "Byxles inloggning" not in body
    providers["Grannstad"].tell(IDENTITY, "registrar")
    _surfer, answer = sign_in("Grannstad")
    assert answer.status_code == 302


def test_a_name_from_a_directory_ends_as_its_municipality_says(towns, directory):
    place = towns["Grannstad"].municipality
    with acting_as(machine_account("system")), as_owner():
        place.name_ending = "@grannstad.example"
        place.save()
    for name in ("u04", "anna@byxle.example"):
        answer = send(directory, "post", told={**ANNA, "userName": name})
        assert answer.status_code == 400
        assert "@grannstad.example" in answer.json()["detail"]
    told = {**ANNA, "userName": "anna@grannstad.example"}
    assert send(directory, "post", told=told).status_code == 201


@pytest.fixture
def directory(towns):
    """The directory of Grannstad."""
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    with acting_as(machine_account("system")), as_owner():
        ScimToken.objects.create(
            name="t",
            digest=digest,
            made_at=acting.now(),
            municipality=towns["Grannstad"].municipality,
        )
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def test_a_directory_knows_nobody_elsewhere(towns, directory):
    told = send(directory, "get").json()
    assert [row["id"] for row in told["Resources"]] == [str(towns["Grannstad"].pk)]
    stranger = towns["Exempelstad"]
    assert send(directory, "get", f"{USERS}/{stranger.pk}").status_code == 404
    answer = replace(directory, stranger, active=False)
    assert answer.status_code == 404
    assert send(directory, "delete", f"{USERS}/{stranger.pk}").status_code == 404
    assert User.objects.get(pk=stranger.pk).is_active
    asked = send(directory, "get", f'{USERS}?filter=externalId eq "{IDENTITY}"').json()
    assert asked["totalResults"] == 1


def test_whom_a_directory_makes_is_of_its_municipality(towns, directory):
    assert send(directory, "post", told=ANNA).status_code == 201
    anna = User.objects.get(identity="oid-anna")
    assert anna.municipality == towns["Grannstad"].municipality
    again = {**ANNA, "userName": "annan@grannstad.example"}
    assert send(directory, "post", told=again).status_code == 409
    with acting_as(machine_account("system")), as_owner():
        anna.municipality = towns["Byxle"].municipality
        anna.save()
    assert send(directory, "post", told=again).status_code == 201

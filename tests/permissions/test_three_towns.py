"""Three municipalities in one installation, of 60, 5 and 3 people: whoever is of one,
with each of its roles, or lent to another, asks every address that there is and every
row of the others. None of it has a word of them, and what is there is answered as what
is not."""

import re
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import RegisterToken
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Role
from requests_app.core.step import as_owner, machine_account
from requests_app.registers.tables.information import REGISTERS
from tests.admin.addresses import CALLS, patterns
from tests.cast import Cast
from tests.helpers.drawn import drawn
from tests.helpers.people import give, rewrite
from tests.helpers.web import page
from tests.permissions.neighbours import ROLES, town_of
from tests.permissions.strangers import FORGED, lookups, signed

pytestmark = pytest.mark.long

# Each has a word that stands in all of its rows.
WORDS = {"Storstad": "STORAA60", "Grannstad": "GRANNB05", "Byxle": "BYXLEC03"}
NUMBERS = {
    "Storstad": "999900-0038",
    "Grannstad": "999900-0012",
    "Byxle": "999900-0020",
}
NOBODYS = 987654321
# Everybody's, and out of the session: what a browser gets without being asked for rows.
LEFT_OUT = ("logout", "scim", "wake_up", "sign_in_elsewhere", "signed_in_elsewhere")
KEY = "a token of the tests for "


def roles_of_a_large_town():
    others = [role for role in Role.values if role not in ROLES]
    return [*ROLES, *others, *["dpo"] * (60 - len(ROLES) - len(others))]


@pytest.fixture(scope="module")
def towns(once):
    with acting.at(acting.now()):
        cast = Cast()
        sizes = {
            "Storstad": roles_of_a_large_town(),
            "Grannstad": list(ROLES[:5]),
            "Byxle": list(ROLES[:3]),
        }
        made = {}
        for name, roles in sizes.items():
            case = town_of(cast, name, NUMBERS[name], roles, WORDS[name])
            people = get_user_model().objects.filter(
                municipality=case.authority.municipality
            )
            assert people.count() == len(roles)
            made[name] = SimpleNamespace(
                case=case, people=list(people), rows=list(rows_of(case))
            )
        lent = get_user_model().objects.get(username="storstad58")
        rewrite(lent, last_name="Lånad")  # whom they may know there
        give(cast, lent, "registrar", made["Grannstad"].case.authority)
        yield SimpleNamespace(towns=made, lent=lent)


def rows_of(case):
    """A row of each kind that has a page."""
    place = case.authority.municipality
    secret = WORDS[next(name for name in WORDS if name in place.name)]
    for model, shown in admin.site._registry.items():
        for row in model._default_manager.order_by("-pk")[:50]:
            if is_of(row, place, secret):
                yield row, list(getattr(shown, "steps", {}))
                break


def is_of(row, place, secret):
    texts = [str(getattr(row, field.attname)) for field in row._meta.concrete_fields]
    authority = getattr(row, "authority", None)
    request = getattr(row, "access_request", None)
    return (
        any(secret.lower() in text.lower() for text in texts)
        or (authority is not None and authority.municipality == place)
        or (request is not None and request.external_id == secret)
    )


def addresses():
    """Every one that takes nothing but a name that everybody knows."""
    for route, pattern in patterns(get_resolver()):
        name = f"admin:{pattern.name}"
        if pattern.name in LEFT_OUT or route.startswith(CALLS) or not pattern.name:
            continue
        if pattern.name in ("table", "table_export"):
            yield from (reverse(name, args=[one]) for one in REGISTERS)
        for full in (name, pattern.name):
            try:
                yield reverse(full)
                break
            except NoReverseMatch:
                continue


def guesses(towns, own):
    """Rows of the others, and the same where there is no row."""
    for name, town in towns.items():
        if name in own:
            continue
        for row, steps in town.rows:
            for asked in ("change", "history", *(("step", one) for one in steps)):
                what, *more = [asked] if isinstance(asked, str) else asked
                there = page(row, what, *more)
                nowhere = page(type(row)(pk=NOBODYS), what, *more)
                yield there, nowhere, str(row.pk)


def body_of(client, url, key=""):
    answer = client.get(url)
    content = b"".join(answer) if answer.streaming else answer.content
    text = FORGED.sub(b"", content).decode(errors="replace")
    # The address may be told again, with the number that was asked for.
    return answer.status_code, re.sub(rf"\b({key or 'x'}|{NOBODYS})\b", "N", text)


def people_to_ask(towns, name):
    """One with each of the roles."""
    by_role = {}
    for person in towns[name].people:
        by_role.setdefault(person.roles.first().role, person)
    return list(by_role.items())


@pytest.mark.parametrize("name", WORDS)
def test_nothing_of_the_others_is_on_any_page(towns, name, undone):
    words = [word for other, word in WORDS.items() if other != name]
    urls = [*addresses(), *lookups()]
    assert len(urls) > 180
    for role, person in people_to_ask(towns.towns, name):
        client = signed(person)
        for url in drawn(urls, 30):
            _status, text = body_of(client, url)
            for word in words:
                assert word.lower() not in text.lower(), (role, url, word)


@pytest.mark.parametrize("name", WORDS)
def test_a_search_for_what_is_the_others_finds_what_one_for_nothing_does(
    towns, name, undone
):
    words = [word for other, word in WORDS.items() if other != name]
    for _role, person in people_to_ask(towns.towns, name):
        client = signed(person)
        for word in words:
            asked = f"/search/?q={word}"
            unknown = f"/search/?q={'Z' * len(word)}"
            found = body_of(client, asked)[1].replace(word, "Q")
            assert found == body_of(client, unknown)[1].replace("Z" * len(word), "Q")


@pytest.mark.parametrize("name", WORDS)
def test_a_row_of_the_others_is_answered_as_no_row(towns, name, undone):
    every = list(guesses(towns.towns, [name]))
    assert len(every) > 100
    for role, person in people_to_ask(towns.towns, name):
        asked = drawn(every, 15)
        client = signed(person)
        for there, nowhere, key in asked:
            assert body_of(client, there, key) == body_of(client, nowhere, key), (
                role,
                there,
            )


def test_whoever_is_lent_sees_two_and_not_the_third(towns, undone):
    client = signed(towns.lent)
    for url in [*addresses(), *lookups()]:
        assert WORDS["Byxle"].lower() not in body_of(client, url)[1].lower(), url
    every = guesses(towns.towns, ["Storstad", "Grannstad"])
    for there, nowhere, key in drawn(every, 60):
        assert body_of(client, there, key) == body_of(client, nowhere, key), there
    case = towns.towns["Grannstad"].case
    assert client.get(page(case)).status_code == 200


@pytest.mark.parametrize("name", WORDS)
def test_a_key_reads_what_its_own_municipality_has(towns, name, undone):
    words = [word for other, word in WORDS.items() if other != name]
    for role, person in people_to_ask(towns.towns, name):
        with acting_as(machine_account("system")), as_owner():
            RegisterToken.objects.create(
                name="t",
                digest=RegisterToken.digest_of(f"{KEY}{person.username}"),
                person=person,
                made_at=acting.now(),
            )
        client = Client(headers={"Authorization": f"Bearer {KEY}{person.username}"})
        for register in REGISTERS:
            url = f"/api/registers/v1/{register}"
            answer = client.get(url)
            text = answer.content.decode().lower()
            assert not [word for word in words if word.lower() in text], (role, url)


def test_figures_of_the_whole_installation_name_nobody(towns, settings, undone):
    settings.METRICS_TOKEN = "a token of the tests alone"
    client = Client(headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    for url in ("/metrics", "/healthz", "/login/", "/accessibility/"):
        text = client.get(url).content.decode()
        assert not [word for word in WORDS.values() if word in text], url


@pytest.mark.parametrize("name", WORDS)
def test_a_user_name_of_another_is_not_told_to_be_taken(towns, name, undone):
    """In the form, whether or not somebody is called so elsewhere."""
    with acting_as(machine_account("system")), as_owner():
        for other, number in NUMBERS.items():
            place = Municipality.objects.get(organisation_number=number)
            place.name_ending = f"@{other.lower()}.example"
            place.save()
        other = next(one for one in WORDS if one != name)
        person = towns.towns[other].people[0]
        person.username = f"anna@{other.lower()}.example"
        person.save()
    town = towns.towns[name]
    sam = next(
        one for role, one in people_to_ask(towns.towns, name) if "system" in role
    )
    client, url = signed(sam), reverse("admin:lockbox_site_user_add")
    place = town.case.authority.municipality_id
    rest = {
        "first_name": "A",
        "last_name": "B",
        "language": "sv",
        "municipality": place,
    }

    def told(username):
        answer = client.post(url, {"username": username, **rest})
        if answer.status_code == 302:
            return "made"
        return answer.context["adminform"].form.errors["username"]

    assert told(f"anna@{other.lower()}.example") == told(f"no@{other.lower()}.example")
    assert told("anna") != "made"
    assert told(f"anna@{name.lower()}.example") == "made"
    stray = get_user_model()(username="bea", last_name="B", municipality_id=place)
    refused = pytest.raises(IntegrityError, match="ends as those of its municipality")
    with refused, transaction.atomic(), acting_as(sam):
        stray.save()


def test_there_are_people_with_every_role(towns):
    asked = {role for role, _person in people_to_ask(towns.towns, "Storstad")}
    assert asked == set(Role.values)

"""Every role at every address, in every relation to a case. See matrix.py for the rule,
and takers.py for steps.

The rows are made once; each person signs in once. An address that the rule does not
name fails.
"""

import pytest
from django.db import transaction
from django.urls import get_resolver

from audit_app.sealing import sealer
from requests_app.api.site import api
from requests_app.cases.intake.rights import (
    arrivals_visible_to,
    deliveries_visible_to,
    grants_visible_to,
    managed_by,
    overseen_by,
    readable_by,
    requests_readable_by,
    requests_visible_to,
    visible_to,
)
from requests_app.cases.review.rights.decision import freezes_visible_to
from requests_app.cases.review.rights.involvement import consultations_visible_to
from requests_app.core.people import rights
from requests_app.oversight.rights import deviations_visible_to, duties_visible_to
from requests_app.registers.tables.information import REGISTERS as KNOWN
from tests.admin.addresses import (
    ADMINS,
    CALLS,
    OPEN,
    PLACES,
    SHUT,
    at,
    autocompletes,
    case_pages,
    everything,
    list_pages,
    patterns,
    plain_pages,
    register_pages,
    workplaces,
)
from tests.admin.answers import wrong
from tests.admin.city import build
from tests.cast import Cast
from tests.helpers.clients import Client
from tests.helpers.drawn import drawn
from tests.helpers.matrix import (
    AUDIT,
    AUDIT_OF,
    EVERY,
    LISTS,
    PAGES,
    REGISTERS,
    TABLES,
    WORKPLACES,
)
from tests.helpers.matrix_of_rows import READ
from tests.helpers.sql import sql
from tests.helpers.takers import OFFICERS, STEPS

pytestmark = pytest.mark.long
# Addresses that are asked for a role in a place, drawn by the run's seed.
MOST = 30


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Rows of every kind, people of every role at three authorities; rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build(Cast())
        # A decision's proof is there when a checkpoint has it.
        sealer.seal()
        sql("select audit_ledger_checkpoint(%s, sha256(''), '')", sealer.size_of_tree())
        yield made
        transaction.set_rollback(True)


def test_every_address_has_a_rule():
    ruled = set(PAGES) | set(READ) | set(WORKPLACES) | {*AUDIT, *AUDIT_OF}
    ruled |= {"autocomplete", "several", "table", "table_export"}
    models = {**REGISTERS, **LISTS}
    for name in models:
        label = f"{ADMINS[name].opts.app_label}_{name}"
        pages = ["changelist", "add", "change", "history"]
        pages += ["step"] if name in STEPS else []
        ruled |= {f"{label}_{page}" for page in pages}
    found = {
        pattern.name
        for route, pattern in patterns(get_resolver())
        if not route.startswith(CALLS) or pattern.name in PAGES  # the rest: tests/api
    }
    assert found == ruled
    steps = {name: set(page.steps) for name, page in ADMINS.items() if has_steps(page)}
    assert steps == {name: set(rule) for name, rule in STEPS.items() if rule}
    assert set(KNOWN) == set(TABLES)


def has_steps(page):
    return bool(getattr(page, "steps", None))


def test_every_call_of_the_contract_api_is_shut_for_people(world):
    client = signed(world.people["Y", "NIS"])
    for path, calls in api.get_openapi_schema()["paths"].items():
        for method, call in calls.items():
            if "security" not in call:  # what the API is, told to anybody
                assert path.endswith(("/api-info", "/changelog"))
                continue
            url = path.replace("{number}", "own-1")
            for caller in (Client(), client):
                answer = caller.generic(method.upper(), url, "{}", "application/json")
                assert answer.status_code == 401, (method, url)


def test_a_provider_does_not_know_of_requests_that_came_another_way(world):
    for number in ("own-1", "own-2", "loose", "nothing"):
        assert world.caller.get(f"/requests/{number}").status_code == 404
    assert world.caller.get("/requests").json()["requests"] == []


def signed(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("letter", EVERY)
def test_the_role_gets_what_the_rule_says_of_its_own_authority(world, letter):
    client = signed(world.people[letter, "GSN"])
    pages = [
        *plain_pages(signed_in=True),
        *register_pages(letter, "GSN", world.rows),
        *list_pages(letter, "GSN"),
        *autocompletes(letter),
        *workplaces(letter, world.cast),
    ]
    for relation in ("own", "conflict", "listed", "named"):
        pages += case_pages(letter, relation, world.cases[relation])
    assert wrong(client, drawn(pages, MOST)) == []


@pytest.mark.parametrize("letter", EVERY)
@pytest.mark.parametrize("relation", ["other", "runs"])
def test_the_role_gets_what_the_rule_says_elsewhere(world, letter, relation):
    code = PLACES[relation]
    pages = [
        *register_pages(letter, code, world.rows),
        *case_pages(letter, relation, world.cases[relation]),
    ]
    if relation == "runs":
        pages += case_pages(letter, "loose", world.cases["loose"])
    assert wrong(signed(world.people[letter, code]), drawn(pages, MOST)) == []


RIGHTS = (
    visible_to,
    readable_by,
    overseen_by,
    managed_by,
    requests_visible_to,
    requests_readable_by,
    deliveries_visible_to,
    grants_visible_to,
    arrivals_visible_to,
    consultations_visible_to,
    deviations_visible_to,
    duties_visible_to,
    freezes_visible_to,
)


@pytest.mark.parametrize("letter", EVERY)
def test_the_role_sees_the_same_of_a_small_authority_as_of_a_large(
    world, letter, request, monkeypatch
):
    """The database is asked another way: its rows are the same."""
    people = {code: world.people[letter, code] for code in PLACES.values()}

    def seen():
        return {
            (code, right.__name__): set(right(person).values_list("pk", flat=True))
            for code, person in people.items()
            for right in RIGHTS
        }

    request.addfinalizer(rights.forget_sizes)
    rights.forget_sizes()
    of_small = seen()
    assert {*map(rights.has_small_scope, people.values())} == {True}
    monkeypatch.setattr(rights, "FEW", -1)
    rights.forget_sizes()
    assert {*map(rights.has_small_scope, people.values())} == {False}
    assert seen() == of_small
    assert any(of_small.values()) or letter == "Y"


def test_the_case_officer_works_the_case_and_nothing_else(world):
    client, case = signed(world.people["L", "SNC"]), world.worked
    pages = [(at("secrecyreview", page, case.pk), OPEN) for page in ("change", "who")]
    for step in STEPS["secrecyreview"]:
        wanted = OPEN if step in OFFICERS else SHUT
        pages.append((at("secrecyreview", "step", case.pk, step), wanted))
    assert wrong(client, pages) == []


def test_who_has_no_role_gets_nowhere(world):
    pages = [
        (url, SHUT if wanted in (OPEN, "read") else wanted)
        for url, wanted in everything(world)
    ]
    assert wrong(signed(world.nobody), pages) == []


def test_who_is_not_signed_in_is_sent_to_sign_in(world):
    client = Client()
    for url, _wanted in everything(world):
        answer = client.get(url)
        assert answer.status_code == 302 and answer.url.startswith("/login/"), url
    opened = [p for p in plain_pages(signed_in=False) if p[1] == OPEN]
    assert wrong(client, opened) == []

"""Every role at every address, in every relation to a case. See matrix.py for the rule.

The rows are made once; each person signs in once. An address that the rule does not
name fails.
"""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from guardian.shortcuts import assign_perm

from audit_app import clock
from audit_app.acting import acting
from audit_app.noticing import NoticedRow
from audit_app.sealing import sealer, tree
from requests_app.api.site import api
from requests_app.background.documents import draw_up_at_once
from requests_app.models import (
    Absence,
    Alteration,
    Arrival,
    Attachment,
    BoardReport,
    ClassificationLabel,
    Comparison,
    ConflictDeclaration,
    Consultation,
    DelegationRule,
    ListedReview,
    OutsideAnswer,
    SecrecyBranch,
)
from requests_app.registers import REGISTERS as KNOWN
from requests_app.workflow import (
    assignment,
    contract,
    freeze,
    named_list,
    replay,
    reported_act,
)
from requests_app.workflow.alteration import report_alterations
from requests_app.workflow.comparison import begin_comparison
from requests_app.workflow.content import keep
from requests_app.workflow.intake import set_aside
from tests.cast import Cast
from tests.helpers import two_persons
from tests.helpers.caller import Caller
from tests.helpers.channels import channel_of
from tests.helpers.matrix import (
    ADDED_AT,
    ADDED_BY,
    AUDIT,
    AUDIT_OF,
    BY_WHO_RUNS,
    EVERY,
    KEPT_AT,
    LISTS,
    OFFICERS,
    PAGES,
    READ,
    REGISTERS,
    ROLES,
    SEEN,
    STEPS,
    TABLES,
    WORKPLACES,
)
from tests.helpers.people import engage, enter, first_managers_of
from tests.helpers.sql import sql

OPEN, SHUT, GONE = "open", "shut", "gone"
# Addresses that are there to be posted to, by anybody.
NO_HISTORY = {
    ("arrival", "history"),
    ("consultation", "history"),
    ("listedreview", "history"),
    ("replayrun", "history"),
}
ARGUMENTS = {"choose_password": ["MQ", "none"], "scim": ["Users"]}
FORMS = ("/logout/", "/language/", "/oauth/")
PLACES = {"own": "GSN", "other": "SNC", "runs": "NIS"}
ADMINS = {model._meta.model_name: page for model, page in admin.site._registry.items()}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Rows of every kind, people of every role at three authorities; rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build(Cast())
        # A decision's proof is there when a checkpoint has it.
        sealer.seal()
        sql("select audit_ledger_checkpoint(%s, sha256(''), '')", tree.size())
        yield made
        transaction.set_rollback(True)


def build(cast):
    people = {}
    for letter, role in ROLES.items():
        for code in PLACES.values():
            authority = getattr(cast, code.lower())
            people[letter, code] = engage(cast, f"{code}-{letter}", role, authority)
    with acting(cast.sam):
        nobody = get_user_model().objects.create(username="nobody")
        rows = registers(cast)
    cases = {
        "own": both(cast, "own"),
        "conflict": both(cast, "conflict"),
        "listed": both(cast, "listed"),
        "named": both(cast, "named"),
    }
    cases["own"]["freeze"] = freeze.freeze(
        by=cast.ivar,
        authority=cast.gsn,
        product=cast.azure.product,
        reason="An incident",
    )
    stop = cases["own"]["freeze"]
    report_alterations(
        [NoticedRow(stop._meta.db_table, str(stop.pk), stop)], by=cast.karin
    )
    cases["own"]["alteration"] = Alteration.objects.get()
    with acting(cast.lena):
        cases["own"]["boardreport"] = BoardReport.objects.create(
            authority=cast.gsn,
            meeting_on=date(2026, 3, 1),
            content=keep("<p>", "text/html", "list.html"),
            sha256="0" * 64,
            made_by=cast.lena,
            made_at=clock.now(),
        )
    cases["own"]["replayrun"] = replay.order(by=cast.karin, authority=cast.gsn)
    for name in ("own", "conflict", "named"):
        papers_in(cases[name]["secrecyreview"], people["O", "GSN"], cast)
        cases[name]["consultation"] = cases[name]["secrecyreview"].consultations.get()
    waits_for_two(cast, cases)
    client = contract.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    begin_comparison(cast.contract, by=cast.sweeper, lost_from=clock.now())
    cases["runs"] = {
        **cases["own"],
        "contractclient": client.client,
        "comparison": Comparison.objects.get(),
    }
    cases["other"] = cases["runs"]
    set_aside(cast.m365, by=cast.intake, payload=b"{", trouble="x")
    cases["loose"] = {
        "accessrequest": cast.request(number="loose", objects=("x@y.example",)),
        "arrival": Arrival.objects.get(result="not_taken"),
    }
    answered_past_us(cases, cast)
    own = [people[letter, "GSN"] for letter in ROLES]
    for model in ("secrecyreview", "answered"):
        for person in own:
            declare(cases["conflict"][model], person)
        for name in ("listed", "named"):
            review = cases[name][model]
            named_list.close_list(review, by=cast.bo, reason="A staff matter")
        with acting(cast.bo):
            for person in own:
                assign_perm("view_secrecyreview", person, cases["named"][model])
    # Asked before it was listed, the owner would have been named on it.
    papers_in(cases["listed"]["secrecyreview"], people["O", "GSN"], cast)
    listed = cases["listed"]["secrecyreview"]
    cases["listed"]["consultation"] = listed.consultations.get()
    cast.assigned(number="hers")
    worked = cast.registered(number="worked")
    officer = people["L", "SNC"]
    assignment.assign(worked, by=cast.per, person=officer, basis="OSL 2:1")
    return SimpleNamespace(
        cast=cast,
        people=people,
        nobody=nobody,
        rows=rows,
        cases=cases,
        worked=worked,
        caller=Caller(client),
    )


def waits_for_two(cast, cases):
    """What a second person is to look at."""
    for name in ("listed", "named"):
        review = cases[name]["secrecyreview"]
        cases[name]["listedreview"] = ListedReview(pk=review.pk)
    cases["own"]["noticechannel"] = channel_of(cast)
    change = two_persons.proposed(cast.gsn, cast.per, kind="company")
    cases["own"]["registerchange"] = change
    runs = engage(cast, "nina", "it_manager", cast.nis)
    first = first_managers_of(cast.gsn, cast.rut, cast.eva, by=runs)
    cases["own"]["firstmanagers"] = first


def both(cast, name):
    """A case to work on, and one that has been answered: for what comes after."""
    fresh = cast.registered(number=f"{name}-1")
    answered = cast.decided(number=f"{name}-2")
    task = answered.access_request.deliveries.get()
    draw_up_at_once(answered, by=cast.bo)
    cast.confirm(task, proof=SimpleUploadedFile("proof.txt", b"proof", "text/plain"))
    act = {"happened_at": clock.now(), "action": "read", "object_name": "elsewhere"}
    reported_act.record_act(answered, by=cast.karin, **act)
    found = answered.deviations.get()
    return {
        "secrecyreview": fresh,
        "answered": answered,
        "accessrequest": fresh.access_request,
        "delivery": task,
        "accessgrant": answered.access_request.grants.get(),
        "deviation": found,
        "incidentduty": found.duties.get(kind="gdpr33"),
    }


def answered_past_us(cases, cast):
    """With its proof; the requests themselves go on."""
    for name in ("own", "named", "loose", "conflict"):
        with acting(cast.lena):
            OutsideAnswer.objects.create(
                access_request=cases[name]["accessrequest"],
                answer="deny",
                given_at=clock.now(),
                way="portal",
                given_by="x",
                account=keep("x"),
                proof=keep(b"%PDF-", "application/pdf"),
                recorded_by=cast.lena,
                recorded_at=clock.now(),
            )


def papers_in(review, person, cast):
    """A file, and a question to somebody, as they lie in a case."""
    with acting(cast.karin):
        Attachment.objects.create(
            review=review,
            title="Log",
            content=keep(b"x", "text/plain", "log.txt"),
            added_by=cast.karin,
            added_at=clock.now(),
        )
        Consultation.objects.create(
            review=review,
            person=person,
            asked_as="information_owner",
            question=keep("What is in it?"),
            due_at=clock.now() + timedelta(hours=4),
            asked_by=cast.karin,
            asked_at=clock.now(),
        )


def declare(review, person):
    with acting(person):
        ConflictDeclaration.objects.create(
            review=review,
            person=person,
            stage="assessment",
            has_conflict=True,
            ground="close",
            declared_at=clock.now(),
        )


def registers(cast):
    """A row of each register, of the authority that the rule names."""
    held = {"authority": cast.gsn}
    made = {
        "secrecybranch": SecrecyBranch.objects.create(name="Elevhälsan", **held),
        "classificationlabel": ClassificationLabel.objects.create(
            aspect="integrity", level=1, label="x", **held
        ),
        "absence": Absence.objects.create(
            person=cast.karin,
            substitute=cast.jonas,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 1, 9),
        ),
        "roleassignment": enter(cast, cast.jonas, "dpo", by=cast.per),
        "delegationrule": DelegationRule.objects.create(
            item_no="9",
            title="Not confirmed",
            outcomes=["refused"],
            role="decision_maker",
            board_decision="§ 9",
            made_by=cast.sam,
            valid_from=date(2026, 1, 1),
            **held,
        ),
        "authority": cast.gsn,
        "connection": cast.m365,
        "user": cast.agnes,
    }
    for name, (home, _sees, _keeps) in REGISTERS.items():
        if name not in made:
            rows = ADMINS[name].model.objects.all()
            made[name] = (rows.filter(authority=cast.gsn) if home else rows).first()
    return made


# -- The addresses -------------------------------------------------------------------


def patterns(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern, route)
        else:
            yield route, pattern.name


def at(model, page, *args):
    return reverse(f"admin:{ADMINS[model].opts.app_label}_{model}_{page}", args=args)


CALLS = (
    "api/v1/requests",
    "api/v1/comparison",
    "api/v1/notification",
    "api/v1/object-lookups",
    "api/registers/",
)


def test_every_address_has_a_rule():
    ruled = set(PAGES) | set(READ) | set(WORKPLACES) | {*AUDIT, *AUDIT_OF}
    ruled |= {"autocomplete", "table", "table_export"}
    models = {**REGISTERS, **LISTS}
    for name in models:
        label = f"{ADMINS[name].opts.app_label}_{name}"
        pages = ["changelist", "add", "change", "history"]
        pages += ["step"] if name in STEPS else []
        ruled |= {f"{label}_{page}" for page in pages}
    found = {
        name
        for route, name in patterns(get_resolver())
        # Doors of their own: tests/api.
        if not route.startswith(CALLS)
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
                assert path.endswith("/api-info")
                continue
            url = path.replace("{number}", "own-1")
            for caller in (Client(), client):
                answer = caller.generic(method.upper(), url, "{}", "application/json")
                assert answer.status_code == 401, (method, url)


def test_a_provider_does_not_know_of_requests_that_came_another_way(world):
    for number in ("own-1", "own-2", "loose", "nothing"):
        assert world.caller.get(f"/requests/{number}").status_code == 404
    assert world.caller.get("/requests").json()["requests"] == []


def page_of(model, page, case):
    """The address of a page of a case's row, or None where the case has no such row."""
    obj = case.get(model)
    return None if obj is None else at(model, page, obj.pk)


def case_pages(letter, relation, case):
    """(address, what is expected, is it to be posted to?) of everything in a case."""
    for model, obj in case.items():
        if model == "answered":
            continue
        seen = letter in SEEN[relation].get(model, "")
        for page in ("change", "history"):
            is_page = seen and (model, page) not in NO_HISTORY
            yield at(model, page, obj.pk), OPEN if is_page else GONE
        for step in STEPS[model] if seen else by_turns(STEPS[model], letter):
            takes = letter in STEPS[model][step].get(relation, "")
            wanted = GONE if not seen else OPEN if takes else SHUT
            yield at(model, "step", obj.pk, step), wanted
    for name, rule in READ.items():
        model = name.split("_")[2]
        if model in case:
            reads = letter in rule.get(relation, "")
            yield read_url(name, case), OPEN if reads else GONE


def by_turns(steps, letter):
    """Each role's share of the steps of a row that is not seen: one gate answers for all.

    Where nobody sees the row, all the roles together try each step.
    """
    return list(steps)[EVERY.index(letter) :: len(EVERY)]


def read_url(name, case):
    obj = case[name.split("_")[2]]
    more = []
    if name.endswith("request_payload"):
        more = [obj.arrivals.first().pk]
    elif name.endswith("review_document"):
        obj = case["answered"]
        more = [obj.decisions.get().documents.first().pk]
    elif name.endswith("review_proof"):
        obj = case["answered"]
        more = [obj.decisions.get().pk, "tlog-proof"]
    elif name.endswith("_attachment"):
        more = [obj.attachments.get().pk]
    return reverse(f"admin:{name}", args=[obj.pk, *more])


def register_pages(letter, code, rows):
    for model, (home, sees, keeps) in REGISTERS.items():
        seen = letter in sees
        also = BY_WHO_RUNS.get(model, ("", "")) if code == "NIS" else ("", "")
        here = seen and (home in (None, code) or letter in also[0])
        kept = here and letter in (keeps if home in (None, code) else also[1])
        kept = kept and KEPT_AT.get(model, code) == code
        adds = ADDED_BY.get(model, keeps)
        obj = rows[model]
        yield at(model, "changelist"), OPEN if seen else SHUT
        yield at(model, "add"), OPEN if letter in adds else SHUT
        yield at(model, "change", obj.pk), OPEN if kept else "read" if here else SHUT
        yield at(model, "history", obj.pk), OPEN if here else SHUT
        for step, rule in STEPS.get(model, {}).items():
            takes = (kept or home in (None, code)) and here and letter in rule["own"]
            yield at(model, "step", obj.pk, step), OPEN if takes else SHUT


def list_pages(letter, code):
    for model, (sees, adds) in LISTS.items():
        yield at(model, "changelist"), OPEN if letter in sees else SHUT
        here = code in ADDED_AT.get(model, PLACES.values())
        yield at(model, "add"), OPEN if here and letter in adds else SHUT


def workplaces(letter, cast):
    """What a manager, a keeper of the map and an auditor have to themselves."""
    for name, roles in WORKPLACES.items():
        about = {
            "hand_over": [cast.karin.pk],
            "go_live": [cast.gsn.pk],
            "waiting_roles": [cast.gsn.pk],
        }
        url = reverse(f"admin:{name}", args=about.get(name, []))
        yield url, OPEN if letter in roles else SHUT
    for name, roles in TABLES.items():
        for page in ("table", "table_export"):
            # Who sees a register may look at its table; who keeps it brings rows in.
            url = reverse(f"admin:{page}", args=[name])
            yield url, OPEN if letter in roles else SHUT
    for name in AUDIT:
        yield reverse(f"admin:{name}"), OPEN if letter == "A" else SHUT


def autocompletes(letter):
    """Who sees the rows of a register may look for one."""
    for page in ADMINS.values():
        for part in (
            (page, *page.get_inline_instances(None)) if page.inlines else (page,)
        ):
            for name in part.autocomplete_fields:
                target = part.model._meta.get_field(name).related_model
                seen = letter in REGISTERS[target._meta.model_name][1]
                asked = (
                    f"app_label={part.opts.app_label}&model_name={part.opts.model_name}"
                )
                url = f"{reverse('admin:autocomplete')}?{asked}&field_name={name}"
                yield url, OPEN if seen else SHUT


def plain_pages(*, signed_in):
    for name, rule in PAGES.items():
        allowed = rule == "open" or (signed_in and rule == "signed")
        yield plain_url(name), OPEN if allowed else SHUT


def plain_url(name):
    if name is None:
        return "/nothing/here/"
    if name == "view_on_site":
        return "/r/1/1/"
    if name in ARGUMENTS:
        return reverse(name, args=ARGUMENTS[name])
    if name == "app_list":
        return "/requests_app/"
    if name in ("api_info", "api-root", "openapi"):
        return reverse(f"contract-api:{name}")
    for prefix in ("admin:", ""):
        try:
            return reverse(prefix + name)
        except Exception:  # noqa: S112 — the other place has it
            continue
    raise AssertionError(name)


# -- The matrix ----------------------------------------------------------------------


def signed(person):
    client = Client()
    client.force_login(person)
    return client


def wrong(client, pages):
    """What answers otherwise than the rule says. What is shut takes no POST either."""
    found = []
    for url, wanted in pages:
        status = client.get(url).status_code
        if not fits(status, OPEN if wanted == "read" else wanted):
            found.append((url, wanted, status))
        if wanted != OPEN and not url.startswith(FORMS):
            status = client.post(url, {"do": "1"}).status_code
            if not fits(status, SHUT):
                found.append((f"POST {url}", wanted, status))
    return found[:8]


def fits(status, wanted):
    if wanted == OPEN:
        return status in (200, 302, 503)
    if wanted == GONE:
        return status == 404
    # The contract API reads no body that is not JSON, whoever sends it.
    return status in (401, 403, 404, 405, 415)


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
    assert wrong(client, pages) == []


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
    assert wrong(signed(world.people[letter, code]), pages) == []


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
    assert (
        wrong(client, [p for p in plain_pages(signed_in=False) if p[1] == OPEN]) == []
    )


def everything(world):
    yield from register_pages("I", "GSN", world.rows)
    yield from list_pages("I", "NIS")
    yield from autocompletes("I")
    yield from workplaces("I", world.cast)
    yield from case_pages("I", "own", world.cases["own"])

"""A year in Exempelstad with the rules of retention: what must go is gone from every
column, what is held stands, and whatever was proved before is proved after."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.admin import site
from django.contrib.auth import get_user_model
from django.db import connection
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import Kind, record
from audit_app.models import Checkpoint
from audit_app.reconcile import everything
from audit_app.sealing import outside as sealing_outside
from audit_app.sealing import sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from audit_app.verifying.program import main
from lockbox_site.backup import run
from lockbox_site.demo import cases, town
from lockbox_site.scratch import from_outside
from requests_app.audit.pages.pages import urls
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.step import SYSTEM, WrongState, machine_account
from requests_app.records.models import DisposalDate
from requests_app.records.sweep import carry_out_retention
from tests.admin.test_decision_proof import address
from tests.helpers import databases
from tests.helpers.kept_words import kept
from tests.helpers.ledgers import configure, nobody
from tests.helpers.people import rewrite
from tests.helpers.retention_rules import rule_of
from tests.helpers.web import signed_in
from tests.workflow.appeals import registered, served

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]
SHORT = {"searches": 90, "reads": 365, "sign_ins": 90, "notices": 30, "addresses": 30}
MONTHS = 14
# What is taken from no address, and what leads to another page.
ELSEWHERE = {"audit_find"}


@pytest.fixture
def city(transactional_db, settings, tmp_path):
    """The city with its cases, and rules of all its boards."""
    name = connection.settings_dict["NAME"]
    databases.make_bare(f"{name}_kept")
    databases.connect_to(f"{name}_kept")
    key = configure(settings, tmp_path)
    with acting.may_be_set():
        with acting_as(machine_account(SYSTEM), reason="test"):
            town.build("correct horse battery")
        list(cases.build())
        for authority in Authority.objects.all():
            rule_of(authority, person("per"), person("nora"), **SHORT)
        yield key
    databases.connect_to(name)
    from_outside(f"DROP DATABASE {name}_kept WITH (FORCE)")


def person(name):
    return get_user_model().objects.get(username=name)


def month(number, held):
    """Somebody signs in, searches and reads, and others try: each with its word."""
    web = signed_in(person("birgitta"))
    assert web.get("/search/", {"q": f"Sökord{number:02}"}).status_code == 200
    record(
        "user.sign_in_refused", by=None, kind=Kind.AUTH, address=f"Adress{number:02}"
    )
    record("page.read", by=person("per"), kind=Kind.READ, path=f"/Läst{number:02}/")
    record(
        "page.read",
        by=person("per"),
        on=held,
        kind=Kind.READ,
        path=f"/Hållen{number:02}/",
    )
    carry_out_retention(machine_account("sweep"))
    assert sealer.seal_round(nobody) == []


def appealed():
    """A refusal in the city that somebody appeals."""
    for decision in Decision.objects.filter(outcome="refused").order_by("pk"):
        review = decision.review
        registrars = RoleAssignment.objects.filter(
            authority=review.authority, role="registrar"
        )
        keeper = SimpleNamespace(lena=registrars.first().person)
        with suppress(WrongState):
            served(keeper, review)
            registered(keeper, review)
            return review
    raise AssertionError("no refusal of the city can be appealed")


def pages_of_auditor(review):
    """Each page of the auditor's that has all that its address names, by its name."""
    roles = RoleAssignment.objects.filter(role="auditor", authority=review.authority)
    auditor = roles.first().person
    web = signed_in(auditor)
    known = {"number": review.diary_number, "person_id": auditor.pk}
    for route in urls(site):
        names = route.pattern.converters.keys()
        if route.name not in ELSEWHERE and names <= known.keys():
            kwargs = {name: known[name] for name in names}
            yield route.name, web.get(reverse(f"admin:{route.name}", kwargs=kwargs))


def lines_of(decision):
    """The file with what proves it, as its case officer takes it out."""
    web = signed_in(decision.review.case_officer)
    answer = web.get(address(decision, "jsonl"))
    assert answer.status_code == 200
    return answer.content


def test_a_year_of_retention_leaves_the_record_whole(city, settings, tmp_path, capsys):
    held, began = appealed(), acting.now()
    of_others = Decision.objects.exclude(review=held)
    decision = of_others.exclude(review__case_officer=None).order_by("pk").first()
    waiting = SecrecyReview.objects.filter(matter="documents").exclude(
        status=SecrecyReview.Status.CLOSED
    )
    documents = list(waiting)
    assert documents, "one waits in the city"
    before = set(everything("default"))
    assert sealer.seal_round(nobody) == []
    note = Checkpoint.objects.order_by("size").last().note
    proof = tmp_path / "proof.jsonl"
    proof.write_bytes(lines_of(decision))
    for number in range(MONTHS):
        with acting.at(began + timedelta(days=30 * number)):
            month(number, held)
        if number == MONTHS // 2:
            # While somebody waits for documents nobody knows which they will be.
            whole_year = {f"Sökord{of:02}" for of in range(number)}
            assert {word for word in whole_year if kept(word)} == whole_year
            for asked_for in documents:
                rewrite(asked_for, status=SecrecyReview.Status.REROUTED)
    for number in range(MONTHS):
        is_young = number >= MONTHS - 3
        for word in ("Sökord", "Adress"):
            assert bool(kept(f"{word}{number:02}")) is is_young, (word, number)
        assert bool(kept(f"Läst{number:02}")) is (number > 0), number
        assert kept(f"Hållen{number:02}") == ["audit_app_ledgerdetail.body"], number
    # What was closed past the workflow, above, is told, and the day that follows from
    # it; retention leaves nothing to tell.
    outside = {
        (one.what, one.object_type, one.object_id) for one in set(everything("default"))
    }
    assert before == set()
    closed = [*documents, *DisposalDate.objects.filter(review__in=documents)]
    assert outside == {("outside", row._meta.db_table, str(row.pk)) for row in closed}
    ledger = Ledger()
    ledger.take(sealing_outside.sections("owner"))
    histories = {one.table: one.history for one in sealing_outside.histories("owner")}
    folder = Path(settings.LEDGER_FOLDER)
    given = [("kept", note)]
    assert faults(ledger, histories, given, [city.public], folder) == []
    with acting.at(began + timedelta(days=30 * MONTHS)):
        pages = dict(pages_of_auditor(decision.review))
    assert len(pages) > 8
    assert {answer.status_code for answer in pages.values()} == {200}
    dump = tmp_path / "dump.sql"
    run("pg_dump", "--format=plain", f"--file={dump}")
    key = ["--key", str(city.public)]
    assert main(["--dump", str(dump), *key]) == 0
    assert "ran out by a rule of retention" in capsys.readouterr().out
    assert main(["--rows", str(proof), *key]) == 0

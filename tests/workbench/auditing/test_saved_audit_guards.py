"""An audit in the database: the sample is what its seed draws, and the end is the end."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from audit_app.acting import acting_as
from requests_app.audit import steps
from requests_app.audit.models import AuditFinding, SampledCase, SavedAudit, drawn
from requests_app.core.content import keep
from tests.cast import Cast
from tests.helpers.saved_audits import answered, decide_five, draw, numbers
from tests.helpers.snapshot import snapshot
from tests.helpers.sql import sql

pytestmark = pytest.mark.usefixtures("undone")
REFUSED = "stays|only|append-only|size|kept|denied"


@pytest.fixture(scope="module")
def decided(once):
    return decide_five(Cast())


def saves(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def gone(row):
    sql(f"delete from {row._meta.db_table} where id = %s", row.pk)


def past_the_steps(cast, audit, finding, outside):
    """What no step does, by whoever is signed in, in the database itself."""
    now = timezone.now()
    mine = {"answered_by": cast.agnes, "answered_at": now}
    return {
        "a name": lambda: saves(audit, name="Other"),
        "a seed": lambda: saves(audit, seed="0" * 64),
        "a population": lambda: saves(audit, population=keep("x")),
        "an answer": lambda: saves(finding, answer="none"),
        "a new answer": lambda: AuditFinding.objects.create(
            audit=audit, review=finding.review, question="in_time", answer="yes", **mine
        ),
        "opened again": lambda: saves(
            audit, ended_at=None, ended_by=None, conclusion=None
        ),
        "a case more": lambda: SampledCase.objects.create(
            audit=audit, review=outside, position=4
        ),
        "gone": lambda: gone(audit),
        "a finding gone": lambda: gone(finding),
        "a case gone": lambda: gone(audit.cases.first()),
        "another case": lambda: saves(audit.cases.first(), review=outside),
    }


WAYS = [
    "a name", "a seed", "a population", "an answer", "a new answer", "opened again",
    "a case more", "gone", "a finding gone", "a case gone", "another case",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_an_audit_that_has_ended_stays_as_it_is(cast, decided, way):
    audit = draw(cast)
    case = audit.cases.first()
    answered(cast, case, reasons=("yes",))
    sample = numbers(audit)
    outside = next(row for row in decided if row.diary_number not in sample)
    steps.end(audit, by=cast.agnes, conclusion="Done.")
    finding = AuditFinding.objects.get()
    before = snapshot()
    with (
        pytest.raises(DatabaseError, match=REFUSED),
        transaction.atomic(),
        acting_as(cast.agnes),
    ):
        past_the_steps(cast, audit, finding, outside)[way]()
    assert snapshot() == before


def forged(cast, decided, **changes):
    """An audit written past the step: three cases, in an order of one's own."""
    values = {
        "name": "Mine",
        "authority": cast.gsn,
        "decided_from": timezone.localdate(),
        "decided_to": timezone.localdate(),
        "size": 3,
        "seed": "ab" * 32,
        "population": keep("\n".join(sorted(row.diary_number for row in decided))),
        "population_size": 5,
        "ledger_size": 0,
        "made_by": cast.agnes,
        "made_at": timezone.now(),
    }
    return SavedAudit.objects.create(**(values | changes))


@pytest.mark.parametrize("lie", ["none", "order", "size", "population", "name"])
def test_a_sample_that_its_seed_does_not_draw_is_no_sample(cast, decided, lie):
    by_number = {row.diary_number: row for row in decided}
    in_order = [by_number[number] for number in drawn("ab" * 32, by_number)]
    chosen = in_order[:3]
    changes = {}
    if lie == "order":
        chosen = [in_order[1], in_order[0], in_order[2]]
    if lie == "size":
        chosen = in_order[:2]
    if lie == "population":
        changes = {"population_size": 4}
    if lie == "name":
        changes = {"made_by": cast.bo}

    def write():
        with transaction.atomic(), acting_as(cast.agnes):
            audit = forged(cast, decided, **changes)
            for position, review in enumerate(chosen, 1):
                SampledCase.objects.create(
                    audit=audit, review=review, position=position
                )
            connection.check_constraints()

    if lie == "none":
        write()
        return
    with pytest.raises(IntegrityError, match="seed draws|own name"):
        write()
    assert not SavedAudit.objects.exists()


def test_a_finding_is_of_a_case_of_the_sample(cast, decided):
    audit = draw(cast)
    sample = numbers(audit)
    outside = next(row for row in decided if row.diary_number not in sample)
    values = {"answered_by": cast.agnes, "answered_at": timezone.now()}
    values |= {"audit": audit, "question": "in_time", "answer": "yes"}
    with acting_as(cast.agnes):
        AuditFinding.objects.create(review=audit.cases.first().review, **values)
    for wrong, said in (
        ({"review": outside}, "of a case of the sample"),
        ({"question": "reasons", "answer": "no"}, "no_says_what"),
        ({"question": "reasons", "answered_by": cast.bo}, "own name"),
        ({}, "auditfinding_once"),
    ):
        row = {"review": audit.cases.first().review, **values, **wrong}
        with (
            pytest.raises(IntegrityError, match=said),
            transaction.atomic(),
            acting_as(cast.agnes),
        ):
            AuditFinding.objects.create(**row)


def test_it_is_ended_in_ones_own_name_and_whole(cast, decided):
    audit, now = draw(cast), timezone.now()
    for values, said in (
        ({"ended_by": cast.bo, "ended_at": now, "conclusion": keep("x")}, "own name"),
        ({"ended_by": cast.agnes, "ended_at": now}, "ended_whole"),
    ):
        row = SavedAudit.objects.get(pk=audit.pk)
        with (
            pytest.raises(IntegrityError, match=said),
            transaction.atomic(),
            acting_as(cast.agnes),
        ):
            saves(row, **values)

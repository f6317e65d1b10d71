"""An audit that is kept: drawn by chance and to be drawn again, answered, ended,
and its report."""

import io
import subprocess
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pypdf import PdfReader

from audit_app.models import Checkpoint, LedgerEntry
from audit_app.sealing import sealer
from requests_app.audit import steps
from requests_app.audit.models import AuditFinding
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import people
from requests_app.core.step import ChangedSince, WrongState
from tests.cast import MAILBOX, SITE, Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.people import engage, give
from tests.helpers.saved_audits import answered, at, decide_five, draw, numbers, state
from tests.helpers.snapshot import snapshot
from tests.helpers.web import fetch, lines, signed_in, words
from tests.workflow.test_answer import work

pytestmark = pytest.mark.usefixtures("undone")
# As a stranger with a shell draws it again: no code of ours, no Python.
AGAIN = (
    "while read -r number; do"
    ' echo $(printf %s "$SEED$number" | sha256sum | cut -c1-64) $number;'
    " done | sort | head -n \"$SIZE\" | cut -d' ' -f2-"
)


@pytest.fixture(scope="module")
def decided(once):
    return decide_five(Cast())


def test_a_stranger_draws_the_same_sample_with_sha256sum(cast, decided):
    audit = draw(cast)
    again = subprocess.run(
        ["sh", "-c", AGAIN],
        input=audit.population.text + "\n",
        env={"SEED": audit.seed, "SIZE": "3", "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.split("\n")[:-1] == numbers(audit)
    everything = sorted(row.diary_number for row in decided)
    assert audit.population.text.split("\n") == everything
    assert audit.population_size == 5


def test_what_the_auditor_typed_draws_and_nothing_else(cast, decided):
    assert numbers(draw(cast)) == numbers(draw(cast))
    # Of five, in some order: 120 to one that six draws are alike.
    seeds = [f"a sentence of my own {n}" for n in range(6)]
    assert len({tuple(numbers(draw(cast, size=5, seed=one))) for one in seeds}) > 1
    with pytest.raises(IntegrityError), transaction.atomic():
        draw(cast, seed="short")


def test_of_several_authorities_all_are_drawn_or_none(cast, decided):
    """As large a sample of each; the one that has not as many is named."""
    both = [cast.gsn.pk, cast.snc.pk]
    with pytest.raises(PermissionDenied):
        draw(cast, authorities=both)
    give(cast, cast.agnes, "auditor", cast.snc)
    before = snapshot()
    with pytest.raises(ValidationError) as error:
        draw(cast, authorities=both)
    assert cast.snc.name in str(error.value.error_dict["decided_to"][0].messages)
    assert snapshot() == before


def test_of_several_authorities_there_is_an_audit_each_by_one_seed(cast, decided):
    give(cast, cast.agnes, "auditor", cast.snc)
    request = cast.request(number="BOTH", objects=(MAILBOX, SITE))
    theirs = request.reviews.get(authority=cast.snc)
    work(cast, theirs, cast.cilla, "refused", cast.didrik)
    drawn = {}
    made = steps.draw(
        by=cast.agnes,
        name="Both",
        authorities=[cast.gsn.pk, cast.snc.pk],
        decided_from=timezone.localdate() - timedelta(days=1),
        decided_to=timezone.localdate(),
        size=1,
        seed="six four one",
    )
    for audit in made:
        drawn[audit.authority_id] = numbers(audit)
        assert (audit.seed, audit.name) == ("six four one", "Both")
    assert drawn[cast.snc.pk] == [theirs.diary_number]
    assert set(drawn[cast.gsn.pk]) <= {row.diary_number for row in decided}


def test_who_drew_it_and_when_is_in_ledger_and_history(cast, decided):
    audit = draw(cast)
    line = LedgerEntry.objects.get(event="audit.drawn", object_id=str(audit.pk))
    assert (line.actor_id, line.authority_id) == (cast.agnes.pk, cast.gsn.pk)
    assert audit.history.get().history_user_name == "Agnes Test"
    case = audit.cases.first()
    of_case = LedgerEntry.objects.get(
        object_type="requests_app_sampledcase", object_id=str(case.pk)
    )
    assert of_case.authority_id == cast.gsn.pk
    assert case.history.count() == 1


def test_days_and_outcome_narrow_what_is_drawn_from(cast, decided):
    audit = draw(cast, size=2, outcome="refused")
    refused = {row.diary_number for row in (decided[1], decided[3])}
    assert set(numbers(audit)) == refused and audit.population_size == 2
    long_ago = timezone.localdate() - timedelta(days=30)
    before = snapshot()
    with pytest.raises(ValidationError) as error:
        draw(cast, decided_from=long_ago, decided_to=long_ago)
    assert "decided_to" in error.value.error_dict
    with pytest.raises(ValidationError) as error:
        draw(cast, size=6)
    assert "5" in str(error.value.error_dict["size"][0].messages)
    assert snapshot() == before


def test_it_is_the_authoritys_own_auditors(cast, decided):
    other = engage(cast, "olle", "auditor", cast.snc)
    before = snapshot()
    for person in (cast.karin, cast.bo, cast.per, other):
        with pytest.raises(PermissionDenied):
            draw(cast, by=person)
    audit = draw(cast)
    case = audit.cases.first()
    for person in (cast.karin, other):
        with pytest.raises(PermissionDenied):
            answered(cast, case, by=person, reasons=("yes",))
        with pytest.raises(PermissionDenied):
            steps.end(audit, by=person, conclusion="x")
    table = "requests_app_auditfinding"
    assert before[table] == snapshot()[table]
    colleague = engage(cast, "olga", "auditor", cast.gsn)
    answered(cast, case, by=colleague, reasons=("yes",))
    assert AuditFinding.objects.get().answered_by == colleague


def test_a_checklist_is_answered_bit_by_bit_and_each_answer_has_its_author(
    cast, decided
):
    audit = draw(cast)
    case = audit.cases.first()
    answered(cast, case, reasons=("no", "Only the paragraph."), in_time=("yes",))
    seen = state(case)
    colleague = engage(cast, "olga", "auditor", cast.gsn)
    same = {"reasons": ("no", "Only the paragraph."), "in_time": ("none", "Withdrawn.")}
    answered(cast, case, seen, by=colleague, **same)
    rows = {row.question: row for row in AuditFinding.objects.all()}
    assert rows["reasons"].answered_by == cast.agnes
    assert rows["reasons"].history.count() == 1
    assert rows["in_time"].answered_by == colleague
    assert rows["in_time"].text.text == "Withdrawn."
    assert [row.answer for row in rows["in_time"].history.all()] == ["none", "yes"]


def test_what_somebody_else_answered_meanwhile_is_not_written_over(cast, decided):
    case = draw(cast).cases.first()
    answered(cast, case, reasons=("yes",))
    before = snapshot()
    with pytest.raises(ChangedSince):
        answered(cast, case, "", reasons=("none",))
    assert snapshot() == before


def test_a_named_list_is_drawn_by_its_number_and_answered_with_access(cast, decided):
    hidden = decided[0]
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    audit = draw(cast, size=5)
    assert hidden.diary_number in numbers(audit)
    case = audit.cases.get(review=hidden)
    with pytest.raises(PermissionDenied):
        answered(cast, case, reasons=("yes",))
    # What is hidden answers for no outcome.
    of_outcome = draw(cast, size=2, outcome="granted")
    assert of_outcome.population_size == 2
    assert hidden.diary_number not in of_outcome.population.text
    row = SecrecyReview.objects.get(pk=hidden.pk)
    people.take_access(row, by=cast.agnes, reason="Yearly audit")
    answered(cast, case, reasons=("yes",))
    assert AuditFinding.objects.get().review == hidden


def test_nothing_changes_once_it_has_ended(cast, decided):
    audit = draw(cast)
    case = audit.cases.first()
    answered(cast, case, reasons=("yes",))
    steps.end(audit, by=cast.agnes, conclusion="As it should be.")
    assert audit.conclusion.text == "As it should be."
    before = snapshot()
    with pytest.raises(WrongState):
        answered(cast, case, state(case), reasons=("no", "After all."))
    with pytest.raises(WrongState):
        steps.end(audit, by=cast.agnes, conclusion="Anew.")
    assert snapshot() == before


def test_the_report_has_all_that_is_needed_to_draw_it_again(cast, decided, laid_out):
    audit = draw(cast)
    case = audit.cases.first()
    answered(cast, case, reasons=("no", "Which paragraph?"))
    steps.end(audit, by=cast.agnes, conclusion="Two of three are as they should.")
    body = signed_in(cast.agnes).get(at("report", audit.pk)).content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    text = " ".join(text.split())
    for wanted in (
        "Spring", "Agnes Test", "Two of three are as they should.", "Which paragraph?",
        *(row.diary_number for row in decided),
    ):  # fmt: skip
        assert wanted in text, wanted
    assert audit.seed.replace(" ", "") in text.replace(" ", "")


def test_sealed_it_cites_leaves_and_a_checkpoint(
    cast, decided, laid_out, settings, tmp_path
):
    audit = draw(cast)
    connection.check_constraints()
    configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    agnes = signed_in(cast.agnes)
    body = agnes.get(at("report", audit.pk)).content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    text = "".join(text.split())
    for row in audit.cases.all():
        line = LedgerEntry.objects.get(
            object_type="requests_app_decision",
            object_id=str(row.review.decisions.get().pk),
            kind="change",
        )
        assert f"post{line.pk},löv{line.leaf.leaf_index}" in text
    drawn = LedgerEntry.objects.get(event="audit.drawn", object_id=str(audit.pk))
    assert f"post{drawn.pk},löv{drawn.leaf.leaf_index}" in text
    assert "".join(Checkpoint.objects.first().note.split()) in text
    later = draw(cast, name="Later")
    assert later.ledger_size == Checkpoint.objects.first().size > audit.ledger_size
    shown = words(agnes.get(at("one", later.pk)))
    assert "ännu inte förseglad" in shown
    _, queries = fetch(agnes, at("report", audit.pk))
    assert len(queries) <= 12, lines(queries)

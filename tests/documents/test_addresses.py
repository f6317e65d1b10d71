"""No paper names an object by a provider's address, which may hold somebody's name."""

import pytest

from audit_app import acting
from requests_app.cases.access.selectors import portal_comment
from requests_app.cases.review.drafting import texts
from requests_app.cases.review.law.facts import assessment_with_texts, basis_of
from requests_app.cases.review.papers.afterwards import (
    document_of_reasons,
    document_of_revocation,
    portal_text,
)
from requests_app.cases.review.papers.decision import (
    document_of,
    invitation,
    narrower_invitation,
)
from requests_app.cases.review.steps import afterwards, decision, revocation
from requests_app.core.models import Outcome
from requests_app.core.words.texts import is_personal, printable, redact
from requests_app.disclosure.papers.reports import line_of, to_report
from tests.cast import MAILBOX
from tests.helpers.cases import unmapped
from tests.helpers.people import rewrite
from tests.helpers.personal_addresses import PERSONAL, asked_for_all, people_in
from tests.helpers.reasons import left_out
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db

ADDRESSES = [row.address for row in PERSONAL]
STRUCK = ("OSL-23-2-st1", "OSL-23-2-st3")


def assessed(cast, **terms):
    """Everything that the addresses propose is tested: nothing is secret."""
    subject = asked_for_all(cast, **terms)
    proposed = basis_of(subject).proposed
    tested = [cast.tested(row.code, "struck", "None.") for row in proposed]
    cast.assess(subject, tested=tested)
    return fresh(subject)


def papers_of(made):
    yield from (str(document_of(made, full=full)) for full in (True, False))
    yield portal_comment("deny", [made])
    yield portal_comment("approve", [made])
    yield invitation(made)
    yield narrower_invitation(made.review, "Det skadade objektet")
    (row,) = to_report(made.review.authority, acting.today())
    yield str(line_of(row))


def test_each_of_the_addresses_tells_of_somebody_and_none_does_that_is_ours():
    assert len(ADDRESSES) == 200 and all(map(is_personal, ADDRESSES))
    for ours in ("O-17", "M-1", "/subscriptions/4711/resourceGroups/rg-prod/vm-01"):
        assert not is_personal(ours)


@pytest.mark.parametrize("outcome", ["refused", "granted", "partially_granted"])
def test_what_has_no_designation_is_told_by_its_place_in_the_request(cast, outcome):
    subject = assessed(cast)
    cast.propose(subject, outcome=outcome)
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    for paper in papers_of(made):
        assert not people_in(paper), paper
    if outcome != "partially_granted":
        assert "O-17 (e-postlåda), objekt 2 i begäran, objekt 3" in next(
            papers_of(made)
        )


def test_the_same_alone_and_without_any_designation(cast):
    subject = cast.assigned()
    unmapped(cast, subject)
    cast.assess(subject, tested=[cast.tested("OSL-21-7", "does_not_apply")])
    cast.propose(fresh(subject), outcome="refused")
    made = decision.decide(fresh(subject), by=cast.bo, no_conflict=True)
    for paper in papers_of(made):
        assert MAILBOX not in paper
    assert "objekt 1 i begäran" in next(papers_of(made))


def test_what_a_provider_types_beside_it_is_left_out_where_it_tells(cast):
    """The request's number, the support case, who employs: each with an address."""
    mailbox = next(row for row in ADDRESSES if "@" in row)
    number = "19460415-3199"
    for place, text in enumerate((mailbox, f"Ärende {number}", "Storgatan 5")):
        assert printable(text) == ""
        told = {"employer_entity": text, "support_case": text}
        subject = assessed(cast, number=f"{place} {text}", **told)
        cast.propose(subject, outcome="refused")
        made = decision.decide(subject, by=cast.bo, no_conflict=True)
        for paper in papers_of_one(made):
            assert text not in paper and not people_in(paper), (text, paper)


def papers_of_one(made):
    yield from (str(document_of(made, full=full)) for full in (True, False))
    yield portal_comment("deny", [made])
    yield narrower_invitation(made.review, "Det skadade objektet")


def test_a_subject_that_names_somebody_past_the_form_is_printed_nowhere(cast):
    subject = cast.decided("refused")
    rewrite(subject, public_subject="Begäran om Storgatan 5")
    for paper in papers_of(subject.decisions.get()):
        assert "Storgatan" not in paper


def test_reasons_afterwards_and_a_revocation_name_none(cast):
    subject = assessed(cast)
    cast.propose(subject, omission=left_out())
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    told = {"made": made, "received_at": made.decided_at, "applicant": "Microsoft"}
    row = afterwards.ask_for_reasons(fresh(subject), by=cast.lena, **told)
    afterwards.give_reasons(fresh(subject), by=cast.bo, gives=True, text="Ja.")
    row.refresh_from_db()
    cast.confirm(subject.access_request.deliveries.get())
    both = {"reason": "Den upphör.", "reason_for_recipient": "Den upphör."}
    taken = revocation.revoke(fresh(subject), by=cast.bo, ground="security", **both)
    papers = [document_of_reasons(row), portal_text(taken)]
    papers += [document_of_revocation(taken, full=full) for full in (True, False)]
    for paper in map(str, papers):
        assert not people_in(paper), paper


@pytest.mark.parametrize("outcome", list(Outcome))
def test_no_draft_names_one(cast, outcome):
    subject = asked_for_all(cast)
    basis = basis_of(subject, assessment_with_texts(subject))
    for text in texts.draft(subject, basis, outcome, 60):
        assert not people_in(text), text


def test_a_line_of_a_list_leaves_them_out():
    for row in PERSONAL:
        line = redact(f"Reparera {row.address}, den är skadad")
        assert not people_in(line), line
        assert line.startswith("Reparera …") and line.endswith("skadad")
    kept = "Reparera ett objekt i Power Platform / Dataverse, se SR 2026-1123"
    assert redact(kept) == kept

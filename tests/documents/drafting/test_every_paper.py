"""Every paper that the drafts can make: what may not be told stands on no recipient's
copy, and all of it can be drawn for the archive."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from requests_app.cases.review.drafting.case import Case
from requests_app.cases.review.drafting.texts import for_recipient, internal
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.papers.document import paragraphs
from requests_app.cases.review.papers.render import pen
from requests_app.cases.review.steps import decision
from requests_app.core.models import Outcome
from requests_app.core.words.texts import cites, identifiers_in, names_in
from tests.documents.drafting.examples import MAILBOX, answered, tried
from tests.documents.drafting.test_contradictions import (
    GIVEN,
    GROUNDS,
    KINDS,
    TESTS,
    grounded,
)
from tests.documents.drafting.test_what_a_recipient_is_told import HIDDEN, TELLING
from tests.helpers.archive import faults
from tests.helpers.printed_cases import printed_cases
from tests.helpers.sheets import NOON, sheet, text_of

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("laid_out")]

TYPED = "Kajsa lever under hot"
HIDDEN_TESTS = {code: (tried(code, "applies", f"{TYPED}."),) for code in HIDDEN}
# Paragraphs to a file.
MANY = 150


def every_case() -> Iterator[Case]:
    """Every outcome, ground, kind of case and kind of secrecy; and each answer."""
    tests = {**TESTS, **HIDDEN_TESTS}.values()
    for outcome, changed, rows, ground in product(
        Outcome.values, KINDS.values(), tests, GROUNDS
    ):
        case = answered(MAILBOX, N7=(ground, f"{TYPED}.") if ground else None)
        rows = tuple(
            replace(row, reasons=f"{TYPED}.") for row in grounded(rows, ground)
        )
        yield replace(case, outcome=outcome, tests=rows, **changed)
    for outcome, (code, value) in product(("granted", "refused"), GIVEN):
        case = answered(MAILBOX, **{code: (value, f"{TYPED}.")})
        yield replace(case, outcome=outcome)


def test_no_recipient_reads_what_was_typed_or_may_not_be_named():
    count = 0
    for case in every_case():
        text, count = for_recipient(case), count + 1
        assert TYPED not in text, text
        hidden = [row for row in case.tests if not row.may_be_named]
        assert not any(cites(text, row.citation) for row in hidden), text
        assert not (hidden and TELLING.search(text)), text
    assert count > 5_000


def every_paragraph() -> list[str]:
    drafts = (internal, for_recipient)
    texts = (draft(case) for case in every_case() for draft in drafts)
    return sorted({part for text in texts for part in paragraphs(text)})


def test_nobody_is_asked_whether_a_draft_names_a_person():
    """The employer is known, and nothing else looks like a name or a number."""
    for text in every_paragraph():
        names = names_in(text, [MAILBOX.request.employer])
        assert not names and not identifiers_in(text), text


def test_every_paragraph_is_drawn_for_the_archive():
    each = every_paragraph()
    with pen() as draw:
        for start in range(0, len(each), MANY):
            parts = each[start : start + MANY]
            body = draw(sheet(reasons="\n\n".join(parts)), NOON)
            assert not faults(body), parts
            words = text_of(body)
            missing = [part for part in parts if part.split()[0] not in words]
            assert not missing


@pytest.mark.django_db
def test_so_is_every_kind_of_paper(cast):
    printed_cases(cast)
    made = list(Decision.objects.all())
    sheets = [row.document for one in made for row in decision.sheets_of(one)]
    assert {row.heading for row in sheets} >= {"Beslut om återkallelse", "Rättelse"}
    with pen() as draw:
        for row in sheets:
            assert not faults(draw(row, NOON)), row.title

"""What is kept and for how long, its rules and the papers on processing: on a desk and
on a phone, for a manager, an auditor and the data protection officer, axe finds nothing
and nothing is wider than the window."""

import pytest
from django.urls import reverse

from audit_app.ledger import Kind, record
from requests_app.cases.review.papers.document import Section
from requests_app.privacy import papers
from requests_app.privacy.models import ProcessingPaper
from requests_app.records.sweep import carry_out_retention
from tests.background.test_retention import SHORT, later
from tests.browser.looking import (
    LOOKED_THROUGH,
    look,
    looker,
    shown,
)
from tests.helpers.processing_papers import papers_by_two
from tests.helpers.retention_rules import rules_everywhere
from tests.helpers.web import page

__all__ = ["look", "looker"]

pytestmark = [pytest.mark.long, LOOKED_THROUGH]
PAGE = reverse("admin:retention")


def test_what_is_kept_is_readable_for_each_who_sees_it(cast, look):
    look.sign_in(cast.dora)
    shown(look, "retention-undecided", PAGE)
    rules_everywhere(cast, **SHORT)
    review = cast.registered()
    for on in (review, None):
        record("page.read", by=cast.per, on=on, kind=Kind.READ, path="/x/")
    with later(800):
        carry_out_retention(cast.sweeper)
    for who in ("per", "agnes", "dora"):
        look.sign_in(getattr(cast, who))
        shown(look, f"retention-{who}", PAGE)
        look.page.evaluate(
            "document.querySelectorAll('details').forEach(one => { one.open = true })"
        )
        shown(look, f"retention-open-{who}")
    look.sign_in(cast.per)
    rule = cast.gsn.retention_rule
    shown(look, "retention-rule", page(rule))
    shown(
        look, "retention-rules", reverse("admin:requests_app_retentionrule_changelist")
    )


def test_what_has_changed_since_a_paper_was_signed_is_readable(cast, look, monkeypatch):
    papers_by_two(cast)
    ours = papers.PAPERS[ProcessingPaper.Kind.STAFF]
    other = Section("Nytt", ("En mening som är ny.",))
    monkeypatch.setitem(
        papers.PAPERS, "staff", (ours[0], lambda facts: [*ours[1](facts)[1:], other])
    )
    papers.digest_of.cache_clear()
    try:
        look.sign_in(cast.per)
        shown(look, "papers-changed", reverse("admin:processing_papers"))
        look.page.evaluate("document.querySelector('details').open = true")
        shown(look, "papers-changed-open")
        assert "En mening som är ny." in look.page.inner_text("main")
    finally:
        papers.digest_of.cache_clear()

"""Testing for harm: a part of assessing, no step."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.catalogue.tree import tree
from requests_app.documents.drafting.words import day_in_words
from requests_app.law.case import NO_GROUND
from requests_app.law.grounds import grounds_for
from requests_app.law.harm_tests import field_key
from requests_app.law.outdated import disqualified
from requests_app.law.proposed_answers import has_ended, is_in_force
from requests_app.law.rules import needs_reasons
from requests_app.models import HarmTest, Part, Provision, SecrecyReview
from requests_app.words.in_record import in_record
from requests_app.workflow.content import same_or_keep
from requests_app.workflow.step import save

Outcome = HarmTest.Outcome
NOT_IN_FORCE = gettext_lazy("No longer in force since %(day)s.")


class HarmTestInput(NamedTuple):
    """One harm test as the lawyer gave it; an empty outcome is no answer yet.

    `ground` breaks the secrecy by this provision, where it applies; "none": none does.
    `part` is what it was made of; everything, if none.
    """

    provision: Provision
    outcome: str
    motivation: str = ""
    facts_for: str = ""
    facts_against: str = ""
    ground: str = ""
    part: Part | None = None

    @property
    def key(self) -> str:
        """By which the form names its fields."""
        return field_key(self.provision, self.part)

    @property
    def hinders(self) -> bool:
        return self.outcome in (Outcome.APPLIES, Outcome.UNLESS_RESERVED)


def test_harm(
    review: SecrecyReview, tested: list[HarmTestInput], *, by: Any
) -> dict[str, str]:
    """Keep the tests; returns what lacks its reasons, by the form's field."""
    related = ("provision", "motivation", "facts_for", "facts_against")
    rows = {
        (row.provision_id, row.part_id): row
        for row in review.harm_tests.select_related(*related)
    }
    people = disqualified(review, rows.values())
    _strike_what_has_ended(rows.values(), by=by)
    asks_once = tree(review.tree).asks_once
    missing: dict[str, str] = {}
    for test in tested:
        if not test.outcome or not is_in_force(test.provision):
            continue
        if wrong := _wrong(review, test, asks_once=asks_once):
            missing |= wrong
            continue
        row = rows.get((test.provision.pk, test.part.pk if test.part else None))
        if row is None and test.outcome == Outcome.AS_WHOLE:
            continue
        row = row or HarmTest(review=review, provision=test.provision, part=test.part)
        keeps_ground = test.hinders and not asks_once
        _test(
            row,
            test._replace(ground=test.ground if keeps_ground else ""),
            by=by,
            anew=row.answered_by_id in people,
        )
    return missing


def _wrong(
    review: SecrecyReview, test: HarmTestInput, *, asks_once: bool
) -> dict[str, str]:
    """What is wrong or lacking in a test, by the form's field."""
    provision = test.provision
    wrong: dict[str, str] = {}
    if test.outcome == Outcome.AS_WHOLE:
        return wrong
    if needs_reasons(provision.harm_test, test.outcome) and not test.motivation.strip():
        wrong[f"reasons_{test.key}"] = _("Write why the provision applies or does not.")
    if test.hinders and not provision.holds_against_provider:
        wrong[f"outcome_{test.key}"] = _(
            "This secrecy holds only against one person, not against the provider: test"
            " what protects the information against others, and strike this."
        )
    lawful = ("", NO_GROUND, *grounds_for(provision, review))
    if test.hinders and not asks_once and test.ground not in lawful:
        wrong[f"ground_{test.key}"] = _(
            "That ground does not break this secrecy: choose another, or none."
        )
    return wrong


def _strike_what_has_ended(rows: Iterable[HarmTest], *, by: Any) -> None:
    """A version that the law has put an end to carries nothing any more; history keeps
    how it was tested."""
    for row in rows:
        ended, struck = row.provision.valid_to, HarmTest.Outcome.STRUCK
        if ended and has_ended(row.provision) and row.outcome != struck:
            text = in_record(NOT_IN_FORCE, day=day_in_words(ended))
            _test(row, HarmTestInput(row.provision, struck, text), by=by)


def _test(row: HarmTest, test: HarmTestInput, *, by: Any, anew: bool = False) -> None:
    texts = {
        name: same_or_keep(getattr(row, name), getattr(test, name))
        for name in ("motivation", "facts_for", "facts_against")
    }
    same = all(getattr(row, name) == text for name, text in texts.items())
    same = same and (row.outcome, row.ground) == (test.outcome, test.ground)
    if row.pk and same and not anew:
        return
    row.harm_test = test.provision.harm_test
    row.outcome = test.outcome
    row.ground = test.ground
    row.validate_constraints()
    save(row, **texts, answered_by=by, answered_at=clock.now())

"""Facts of a request on a mailbox of the school board, and what comes of them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.drafting import texts as drafting_texts
from requests_app.cases.review.law.facts import basis_of
from requests_app.cases.review.steps import decision
from requests_app.core.models import Outcome
from requests_app.registers import steps
from requests_app.registers.models.standing import StandingAssessment
from tests.cast import MAILBOX
from tests.helpers.consents import consented
from tests.helpers.reasons import left_out
from tests.law import statute

FACTORS = {f"N7.10-2a.{name}": "neutral" for name in statute.FACTORS}
WEIGHED = {**FACTORS, "N7.10-2a.suitable": "not_unsuitable"}
TERMS = ("engineer_country", "employer_entity")


def assessed(cast, *tests, objects=(MAILBOX,), number="EXSR1", **changes):
    """A mailbox of the school board: its named provision struck unless it is tested."""
    terms = {name: changes.pop(name) for name in TERMS if name in changes}
    subject = cast.assigned(objects=objects, number=number, **terms)
    tested = [cast.tested(code, outcome) for code, outcome in tests]
    if "OSL-23-2-st1" not in dict(tests):
        tested.append(cast.tested("OSL-23-2-st1", "struck"))
    answers = {**WEIGHED, **changes.pop("answers", {})}
    cast.assess(subject, tested=tested, answers=answers, **changes)
    return SecrecyReview.objects.get(pk=subject.pk)


def granted(cast, subject, outcome=Outcome.GRANTED, **terms):
    cast.propose(subject, outcome=outcome, **terms)
    return decision.decide(subject, by=cast.bo, no_conflict=True)


def not_granted(cast, subject, *said):
    """No kind of grant passes, and the law says why."""
    texts = []
    for outcome in (Outcome.GRANTED, Outcome.PARTIALLY_GRANTED):
        with pytest.raises(ValidationError) as caught, transaction.atomic():
            cast.propose(subject, outcome=outcome)
        texts.append(" ".join(caught.value.messages))
    for words in said:
        assert any(words in text for text in texts), texts
    assert not subject.decisions.exists()


def less_if_needed(subject, text):
    """Reasons are left out where all of them would name what the recipient may not
    read of."""
    tests = basis_of(subject).facts.hindering
    reveals = not all(test.may_be_named for test in tests)
    return {"omission": left_out(text)} if reveals else {}


def refusal(cast, subject):
    """Both motivations as they are drafted, and the refusal they belong to."""
    texts = drafting_texts.draft(subject, basis_of(subject), Outcome.REFUSED, None)
    made = granted(
        cast,
        subject,
        Outcome.REFUSED,
        granted_minutes=None,
        granted_scope="",
        motivation_internal=texts.internal,
        **less_if_needed(subject, texts.for_recipient),
    )
    assert not made.grants
    return texts


def on_consent(cast, *tests, answers=None, given_by="self"):
    subject = cast.assigned()
    for code, outcome in tests:
        if outcome == "applies":
            consented(cast, subject, code, given_by=given_by)
    tested = [cast.tested(code, outcome) for code, outcome in tests]
    if "OSL-23-2-st1" not in dict(tests):
        tested.append(cast.tested("OSL-23-2-st1", "struck"))
    cast.assess(subject, tested=tested, ground="osl-12-2", answers=answers or {})
    return SecrecyReview.objects.get(pk=subject.pk)


def revoke(cast):
    row = StandingAssessment.objects.get(
        authority=cast.gsn, provider__name="Microsoft", information_set=None
    )
    steps.revoke(row, by=cast.karin, reason="The agreement has ended")

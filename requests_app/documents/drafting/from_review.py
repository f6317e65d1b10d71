"""A decision's texts drafted in Swedish from the answers: to be read and changed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from requests_app.catalogue.countries import EEA, NAMES
from requests_app.documents.drafting.case import (
    Case,
    CasePart,
    ReasonedAnswer,
    References,
    RequestFacts,
    TriedProvision,
    as_company,
)
from requests_app.documents.drafting.internal import internal
from requests_app.documents.drafting.recipient import for_recipient
from requests_app.documents.drafting.words import span
from requests_app.law.facts import Basis
from requests_app.law.parts import covered_by, open_parts
from requests_app.law.reasons import named_as_a_rule
from requests_app.law.recipient import recipients_of
from requests_app.law.terms import ConditionTerm
from requests_app.models import (
    Authority,
    CloudObject,
    Condition,
    HarmTest,
    SecrecyReview,
)
from requests_app.words.addresses import printable
from requests_app.words.phrases import listed

Kind = Condition.Kind
# Which kind of object a designation is, in a sentence.
OBJECTS: dict[str, str] = {
    CloudObject.Kind.MAILBOX: "e-postlådan",
    CloudObject.Kind.SITE: "webbplatsen",
    CloudObject.Kind.TEAM: "teamet",
    CloudObject.Kind.DRIVE: "lagringsytan",
    CloudObject.Kind.VIRTUAL_MACHINE: "den virtuella maskinen",
    CloudObject.Kind.SUBSCRIPTION: "prenumerationen",
    CloudObject.Kind.LOG: "loggen",
}


class Motivations(NamedTuple):
    """Both motivations; only the first may tell what is secret."""

    internal: str
    for_recipient: str


CONDITIONS = {
    Kind.NAMED_OBJECT: "Åtkomsten gäller endast de objekt som anges i beslutet.",
    Kind.NAMED_ENGINEER: (
        "Leverantören ska före åtkomsten meddela myndigheten vilken tekniker som"
        " utför åtgärden."
    ),
    Kind.INSIDE_EEA: "Leverantören ska låta utföra åtgärden från en plats inom EES.",
    Kind.SCREEN_SHARE: (
        "Leverantören ska utföra åtgärden endast genom skärmdelning med"
        " myndighetens personal."
    ),
    Kind.NO_COPYING: (
        "Leverantören får inte kopiera, exportera eller läsa innehåll utöver vad"
        " åtgärden oundvikligen kräver."
    ),
    Kind.ACCOUNT: (
        "Leverantören ska lämna en skriftlig redogörelse för åtgärden inom fem"
        " arbetsdagar från det att åtkomsten har upphört."
    ),
}
ACCOUNT_DAYS = 5


def condition(kind: str, minutes: int | None, authority: Authority) -> ConditionTerm:
    """A standard condition in the authority's words."""
    if kind == Kind.DURATION:
        return ConditionTerm(kind, f"Åtkomsten får vara högst {span(minutes or 0)}.")
    days = ACCOUNT_DAYS if kind == Kind.ACCOUNT else None
    text = CONDITIONS[Kind(kind)]
    if authority.kind == Authority.Kind.COMPANY:
        text = as_company(text)
    return ConditionTerm(kind, text, days)


def draft(
    review: SecrecyReview,
    basis: Basis,
    outcome: str,
    minutes: int | None,
    named: frozenset[str] | None = None,
) -> Motivations:
    """Both motivations for this outcome, on what has been answered: on a basis that was
    read with its texts (`assessment_with_texts`). `named`: codes of the provisions that
    the recipient may read of; those that may be as a rule, if none are given."""
    case = case_of(review, basis, outcome, minutes, named)
    return Motivations(internal(case), for_recipient(case))


def case_of(
    review: SecrecyReview,
    basis: Basis,
    outcome: str,
    minutes: int | None,
    named: frozenset[str] | None = None,
) -> Case:
    """One query: the objects. What was assessed stands on the basis."""
    return Case(
        authority=str(review.authority),
        diary_number=review.diary_number,
        request=_request_facts(review, basis),
        outcome=outcome,
        answers=_answers(basis),
        tests=_tests(basis, named),
        parts=tuple(_parts(basis).values()),
        references=_references(review, basis),
        has_personal_data=basis.facts.has_personal_data,
        reliance=basis.reliance.state,
        is_frozen=bool(basis.facts.frozen),
        minutes=minutes,
        is_company=review.authority.kind == Authority.Kind.COMPANY,
        is_registered_as_tf=review.matter == SecrecyReview.Matter.DOCUMENTS,
        is_foreign_demand=review.matter == SecrecyReview.Matter.FOREIGN_DEMAND,
        treaty_ground=review.treaty_ground,
        questions=basis.facts.put_among(basis.facts.questions),
    )


def _answers(basis: Basis) -> dict[str, ReasonedAnswer]:
    rows = basis.assessment.answers
    return {row.node: ReasonedAnswer(row.answer, _text(row.motivation)) for row in rows}


def _request_facts(review: SecrecyReview, basis: Basis) -> RequestFacts:
    request = review.access_request
    product = request.connection.product
    rows = review.requested_objects.still_named()
    mapped = [row.cloud_object for row in rows.select_related("cloud_object__system")]
    in_map = [cloud_object for cloud_object in mapped if cloud_object is not None]
    country = request.engineer_country.upper()
    return RequestFacts(
        number=printable(request.external_id),
        provider=product.provider.name,
        objects=tuple(f"{OBJECTS[row.kind]} {row.designation}" for row in in_map),
        unmapped=len(mapped) - len(in_map),
        support_case=printable(request.support_case),
        employer=printable(request.employer_entity),
        country=NAMES.get(country, [country])[0],
        is_in_eea=country in EEA,
        minutes=request.duration_minutes,
        status=request.status,
        product=product.name,
        can_answer_partly=product.can_answer_partly,
        minutes_beside=basis.facts.minutes_beside,
    )


def _parts(basis: Basis) -> dict[int, CasePart]:
    may_be_given = open_parts(basis.facts)
    return {
        part.key: CasePart(part.name, part in may_be_given)
        for part in basis.facts.parts
    }


def _tests(basis: Basis, named: frozenset[str] | None) -> tuple[TriedProvision, ...]:
    if named is None:
        named = named_as_a_rule(basis.facts.tests)
    parts = _parts(basis)
    counting = {test.key: test for test in basis.facts.tests}
    return tuple(
        replace(
            _tried(row, parts, covered_by(basis.facts, counting[row.pk])),
            may_be_named=row.provision.code in named,
        )
        for row in basis.assessment.harm_tests
        if row.pk in counting
    )


def _tried(
    row: HarmTest, parts: dict[int, CasePart], covered: frozenset[int]
) -> TriedProvision:
    own = tuple(part for key, part in parts.items() if key in covered)
    return TriedProvision(
        row.provision.code,
        str(row.provision),
        row.provision.title_sv,
        row.harm_test,
        row.outcome,
        _text(row.motivation),
        _text(row.facts_for),
        _text(row.facts_against),
        row.provision.valid_from,
        row.ground,
        parts=own,
        place=listed(part.name for part in own) if len(own) < len(parts) else "",
    )


def _references(review: SecrecyReview, basis: Basis) -> References:
    rows = basis.reliance.rows
    chosen = basis.facts.answers.get("N9.transfer")
    recipients = recipients_of(review, rows, basis.facts.highest_class)
    return References(
        _each_once(row.assignment for row in rows),
        _each_once(row.processor_agreement for row in rows),
        _each_once(
            row.transfer_reference
            for row in recipients
            if row.transfer_ground == chosen
        ),
    )


def _each_once(names: Iterable[str]) -> str:
    """However many assessments rest on it."""
    return ", ".join(filter(None, dict.fromkeys(names)))


def _text(content: Any) -> str:
    return content.text if content else ""

"""What is known of recipient, place and weight before the lawyer begins, and whence.

Nothing that weighs for disclosure is chosen beforehand: it is told, and the lawyer
answers. A proposal without an answer only tells what is known.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from requests_app.catalogue.countries import country_name
from requests_app.law.recipient import is_inside, is_provider_itself, recipients_of
from requests_app.models import (
    HarmTest,
    Provision,
    SecrecyReview,
    StandingAssessment,
    StandingRecipient,
)
from requests_app.models.standing_assessment import Factor
from requests_app.models.standing_recipient import TransferGround

FOR, AGAINST, NEUTRAL = "for", "against", "neutral"
# What each case alone can tell: never taken from what was settled beforehand.
OF_THE_CASE = (
    Factor.STRENGTH,
    Factor.PERSONS,
    Factor.FOREIGN_LAW,
    Factor.ALTERNATIVES,
)
# What a standing assessment settles beside the weights.
SETTLED = ("N7.10-2a.assignment", "N9.processor", "N9.transfer")
STRONG = (Provision.HarmTest.REVERSE, Provision.HarmTest.ABSOLUTE)
HINDERING = (HarmTest.Outcome.APPLIES, HarmTest.Outcome.UNLESS_RESERVED)


class ProposedAnswer(NamedTuple):
    """A proposed answer, and where it comes from; without an answer, what is known.
    `usual`: how it is weighed as a rule, which nothing is chosen by."""

    answer: str
    because: str
    usual: str = ""


class Reliance(NamedTuple):
    """The standing assessments that carry a review, and what is wrong with them."""

    state: str  # valid, missing, expired or revoked
    rows: list[StandingAssessment]
    lacking: list[str]


def of_engineer(review: SecrecyReview) -> dict[str, ProposedAnswer]:
    """From the request. An employer that is not the provider's own legal entity can be
    anybody: what it is to the provider is for the lawyer to find out."""
    request = review.access_request
    answers = {}
    if employer := request.employer_entity:
        because = (_("the request says %s") % employer)[:300]
        answers["N9.entity"] = ProposedAnswer(_entity(review), because)
    country = request.engineer_country.upper()
    if not country:
        return answers
    where = "eea" if is_inside(country) else "third"
    answers["N9.country"] = ProposedAnswer(
        where, _("the request says %s") % country_name(country)
    )
    if where == "eea" and _entity(review) == "provider":
        source = _("the engineer is the provider's own, inside the EEA")
        answers["N9.transfer"] = ProposedAnswer("not_needed", source)
    return answers


def _entity(review: SecrecyReview) -> str:
    provider = review.access_request.connection.product.provider
    if not is_provider_itself(provider, review.access_request.employer_entity):
        return ""
    return "provider" if is_inside(provider.country) else "provider_third"


def of_secrecy(harm_tests: list[HarmTest]) -> dict[str, ProposedAnswer]:
    """The strength of the secrecy follows from the provisions that apply."""
    strong = [
        str(row.provision)
        for row in harm_tests
        if row.outcome in HINDERING and row.harm_test in STRONG
    ]
    if not strong:
        return {}
    source = _("strong secrecy: %s") % ", ".join(strong)
    return {"N7.10-2a.strength": ProposedAnswer(AGAINST, source[:300])}


def of_reliance(
    review: SecrecyReview, rows: list[StandingAssessment], level: int | None
) -> dict[str, ProposedAnswer]:
    """What every assessment relied on says; where they differ, the stricter. Of a
    recipient, a place or a class that they do not cover it says nothing."""
    day = f"{rows[0].valid_from:%Y-%m-%d}"
    recipients = recipients_of(review, rows, level)
    if not recipients:
        source = _("the standing assessment of %s") % day
        because = _("%s does not cover this recipient at this place") % source
        return dict.fromkeys(SETTLED, ProposedAnswer("", because))
    purposes = ", ".join(dict.fromkeys(row.purpose for row in recipients))
    words = {"day": day, "purpose": purposes}
    # What access is for, no field of a request tells: the lawyer reads it here.
    source = _("the standing assessment of %(day)s for %(purpose)s") % words
    return {
        **_weights(rows, source),
        **_agreements(rows, source),
        **_entities(review, recipients, source),
        **_transfer(recipients, source),
    }


def _entities(
    review: SecrecyReview, recipients: list[StandingRecipient], source: str
) -> dict[str, ProposedAnswer]:
    relations = {row.relation for row in recipients}
    if len(relations) != 1:
        return {}
    relation = relations.pop()
    if relation == StandingRecipient.Relation.PROVIDER:
        relation = _entity(review)
    return {"N9.entity": ProposedAnswer(relation, source)}


def _agreements(
    rows: list[StandingAssessment], source: str
) -> dict[str, ProposedAnswer]:
    answers = {}
    if all(row.assignment for row in rows):
        because = f"{source}: {rows[0].assignment}"
        answers["N7.10-2a.assignment"] = ProposedAnswer("yes", because[:300])
    if all(row.processor_agreement for row in rows):
        because = f"{source}: {rows[0].processor_agreement}"
        answers["N9.processor"] = ProposedAnswer("yes", because[:300])
    if all(row.impact_assessment for row in rows):
        because = f"{source}: {rows[0].impact_assessment}"
        answers["N9.dpia"] = ProposedAnswer("exists", because[:300])
    return answers


def _weights(rows: list[StandingAssessment], source: str) -> dict[str, ProposedAnswer]:
    """What speaks against is proposed; what speaks for is only told."""
    answers = {}
    if any(not row.is_suitable for row in rows):
        answers["N7.10-2a.suitable"] = ProposedAnswer("unsuitable", source)
    for factor in Factor.values:
        if factor in OF_THE_CASE:
            continue
        weights = {row.factors.get(factor, NEUTRAL) for row in rows}
        worst = next(w for w in (AGAINST, NEUTRAL, FOR) if w in weights)
        because = {
            AGAINST: source,
            NEUTRAL: _("%s weighs it neither for nor against") % source,
            FOR: _("%s lets it speak for disclosure as a rule") % source,
        }[worst]
        chosen = AGAINST if worst == AGAINST else ""
        answers[f"N7.10-2a.{factor}"] = ProposedAnswer(chosen, because, worst)
    return answers


def _transfer(
    recipients: list[StandingRecipient], source: str
) -> dict[str, ProposedAnswer]:
    """The ground settled for this recipient, and what it was looked up to cover."""
    first = recipients[0]
    if len({row.transfer_ground for row in recipients}) > 1:
        because = _("the standing assessments name different grounds for transfer")
        return {"N9.transfer": ProposedAnswer("", because)}
    reference = ": ".join(filter(None, (source, first.transfer_reference)))
    answers = {"N9.transfer": ProposedAnswer(first.transfer_ground, reference[:300])}
    if first.transfer_ground == TransferGround.ADEQUACY:
        answers |= _certification(recipients, source)
    return answers


def _certification(
    recipients: list[StandingRecipient], source: str
) -> dict[str, ProposedAnswer]:
    looked_up = source
    days = [r.certification_checked for r in recipients if r.certification_checked]
    if days:
        words = {"source": source, "day": f"{min(days):%Y-%m-%d}"}
        looked_up = _("%(source)s, looked up on %(day)s") % words
    kinds = {row.certification for row in recipients}
    certified = kinds.pop() if len(kinds) == 1 else ""
    scope = "yes" if all(row.covers_staff_data for row in recipients) else ""
    unless = _("%s: the certification does not cover data on employees") % looked_up
    covers = looked_up if scope else unless
    return {
        "N9.transfer.certified": ProposedAnswer(certified, looked_up[:300]),
        "N9.transfer.scope": ProposedAnswer(scope, covers[:300]),
    }

"""What stands out in a proposal, for whoever decides it on a phone at three."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.catalogue.countries import country_name
from requests_app.documents.contradictions import contradictions
from requests_app.law.case import Facts
from requests_app.law.facts import Basis
from requests_app.law.recipient import is_inside
from requests_app.law.rules import NOT_HINDERING, needs_reasons, obstacles
from requests_app.models import HarmTest, ProviderProduct, SecrecyReview
from requests_app.models.outcome import GRANTS
from requests_app.selectors.dossier.dossier import Dossier
from requests_app.selectors.dossier.unanswered import unanswered
from requests_app.workflow.access_length import lengths
from requests_app.workflow.proposal import as_proposed

SENSITIVE = 3


class Deviation(NamedTuple):
    """An answer, and what was proposed or presumed instead of it."""

    question: Any
    answer: Any
    instead_of: Any


class Glance(NamedTuple):
    # Why it can't be decided as it stands.
    stops: list[str]
    deviations: list[Deviation]
    risks: list[str]
    unanswered: list[str]


def at_a_glance(case: Dossier, basis: Basis, proposal: Any) -> Glance:
    grants = proposal.outcome in GRANTS
    stops = obstacles(basis.facts, as_proposed(proposal)) if grants else []
    deviations = [*_answers(case), *(_tests(case) if grants else [])]
    risks = _risks(case, basis.facts, proposal) if grants else []
    risks += contradictions(proposal.motivation_internal.text)
    return Glance([row.text for row in stops], deviations, risks, unanswered(case))


def _answers(case: Dossier) -> list[Deviation]:
    """Answers that are not those which the map or a standing assessment proposed."""
    return [
        Deviation(
            question.node.question,
            question.answer,
            _("proposed: %(answer)s, %(because)s")
            % {
                "answer": question.node.label(row.proposed),
                "because": row.proposed_because,
            },
        )
        for question in case.questions
        if (row := question.row) and question.is_asked
        if row.proposed and row.proposed != row.answer
    ]


def _tests(case: Dossier) -> list[Deviation]:
    """Provisions said not to hinder, where the law presumes that they do."""
    return [
        Deviation(row.provision, row.get_outcome_display(), _presumption(row))
        for row in case.harm_tests
        if row.outcome in NOT_HINDERING and needs_reasons(row.harm_test, row.outcome)
    ]


def _presumption(row: HarmTest) -> str:
    return row.get_harm_test_display()


def _risks(case: Dossier, facts: Facts, proposal: Any) -> list[str]:
    request = case.access_request
    product = request.connection.product
    risks = []
    if facts.is_of_access:
        length = lengths(request, proposal.granted_minutes, facts.minutes_beside)
        risks += length.warnings
    if product.revocation != ProviderProduct.Revocation.YES:
        risks.append(f"{product}: {product.get_revocation_display()}.")
    risks += _of_recipient(case.review)
    if facts.highest_class and facts.highest_class >= SENSITIVE:
        text = _("The highest class of confidentiality is K%(level)s.")
        risks.append(text % {"level": facts.highest_class})
    sets = [row for named in case.objects for row in named.sets]
    if any(row.protected_identities for row in sets):
        risks.append(_("Protected identities may occur."))
    named = [str(test.name) for test in facts.hindering]
    if named:
        text = _("Secrecy applies: %(provisions)s.")
        risks.append(text % {"provisions": ", ".join(named)})
    return [*risks, *_weighing_against(case)]


def _of_recipient(review: SecrecyReview) -> list[str]:
    country = review.access_request.engineer_country
    if not country:
        return [_("The request does not say from which country the work is done.")]
    if is_inside(country):
        return []
    text = _("The work is done outside the EEA: %(country)s.")
    return [text % {"country": country_name(country)}]


def _weighing_against(case: Dossier) -> list[str]:
    against = [
        str(question.node.question)
        for question in case.questions
        if question.is_asked and question.node.is_factor
        if question.row and question.row.answer == "against"
    ]
    text = _("Weighs against: %(factor)s")
    return [text % {"factor": factor} for factor in against]

"""The terms of a proposal: what is asked of them, and their rows."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.law.terms import ConditionTerm, ReservationTerm, names_a_person
from requests_app.models import Condition, Proposal, Reservation, SecrecyReview
from requests_app.workflow.content import keep


def refuse_unnamed(review: SecrecyReview, reservations: list[ReservationTerm]) -> None:
    """A reservation binds persons, each by name and each once: nobody can serve it on
    “the technician who is named”, and a company can't be silent (OSL 10:14)."""
    request = review.access_request
    provider = request.connection.product.provider.name
    companies = {provider.casefold(), request.employer_entity.casefold()}
    names = [row.bound.strip() for row in reservations]
    odd = [
        name
        for name in names
        if not names_a_person(name) or name.casefold() in companies
    ]
    if odd:
        text = _("Write the first name and surname of a person: “%(odd)s” names none.")
        raise ValidationError({"bound": text % {"odd": odd[0]}})
    if len(set(names)) < len(names):
        raise ValidationError({"bound": _("Name each person once.")})


def write_terms(
    proposal: Proposal,
    conditions: list[ConditionTerm],
    reservations: list[ReservationTerm],
) -> None:
    for term in conditions:
        Condition.objects.create(
            review=proposal.review,
            proposal=proposal,
            kind=term.kind,
            nature=Condition.nature_of(term.kind),
            text=keep(term.text),
            due_days=term.due_days,
        )
    for reserved in reservations:
        Reservation.objects.create(
            review=proposal.review,
            proposal=proposal,
            bound=reserved.bound.strip(),
            prohibition=keep(reserved.prohibition),
        )


def term_texts(
    scope: str, conditions: list[ConditionTerm], reservations: list[ReservationTerm]
) -> dict[str, str]:
    """What stands in the terms, by the field it is typed in."""
    return {
        "granted_scope": scope,
        "other_conditions": "\n".join(term.text for term in conditions),
        "prohibition": "\n".join(term.prohibition for term in reservations),
    }

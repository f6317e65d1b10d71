"""The reasons of a proposal: all of them to the recipient, or some left out as it has
been tried."""

from typing import Any

from django.core.exceptions import ValidationError

from requests_app.law.facts import Basis
from requests_app.law.reasons import (
    Naming,
    Omission,
    is_under_fl,
    named_as_a_rule,
    reasons_obstacles,
)
from requests_app.models import SecrecyReview
from requests_app.workflow.content import keep, keep_if


def refuse_reasons(
    review: SecrecyReview,
    basis: Basis,
    outcome: str,
    naming: Naming,
    omission: Omission | None,
) -> None:
    """Raise ValidationError where the recipient's copy may not read so."""
    by_fl = is_by_fl(review, basis, outcome)
    texts: dict[str, list[str]] = {}
    for row in reasons_obstacles(
        basis.facts.tests, outcome, naming, omission, by_fl=by_fl
    ):
        texts.setdefault(row.field, []).append(row.text)
    if texts:
        raise ValidationError(texts)


def is_by_fl(review: SecrecyReview, basis: Basis, outcome: str) -> bool:
    authority = review.authority
    is_tf = review.asks_for_documents or not basis.facts.is_of_access
    return is_under_fl(authority.kind, authority.regime, outcome, is_tf=is_tf)


def recipient_texts(reasons: str, omission: Omission | None) -> dict[str, str]:
    """What the recipient reads of the reasons, by the field it is typed in."""
    if omission is None:
        return {"motivation_internal": reasons}
    return {
        "motivation_for_recipient": omission.text,
        "told_instead": omission.instead,
    }


def naming_of(basis: Basis, naming: Naming | None) -> Naming:
    """As somebody said; else what the law's own words let be named."""
    return naming or Naming(named_as_a_rule(basis.facts.tests))


def reasons_fields(
    reasons: str, naming: Naming, omission: Omission | None
) -> dict[str, Any]:
    """What a proposal keeps of them. Where nothing is left out, both texts are one."""
    internal = keep(reasons)
    fields: dict[str, Any] = {
        "motivation_internal": internal,
        "motivation_for_recipient": internal,
        "named_codes": sorted(naming.codes),
        "named_because": keep_if(naming.because),
    }
    if omission is not None:
        fields |= {
            "motivation_for_recipient": keep(omission.text),
            "left_out_for": omission.interest,
            "left_out_because": keep_if(omission.because),
            "left_out_weight": keep_if(omission.weight),
            "told_instead": keep_if(omission.instead),
        }
    return fields

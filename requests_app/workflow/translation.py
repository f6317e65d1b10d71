"""Translating a decision for its recipient (FL 13 §)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents import as_decided
from requests_app.law.reasons import naming_obstacle
from requests_app.models import SecrecyReview, Translation
from requests_app.workflow.content import keep
from requests_app.workflow.printed_text import refuse_unfinished, refuse_unprintable
from requests_app.workflow.step import note, save, step

Status = SecrecyReview.Status


def _has_no_decision(rights: Any, _review: SecrecyReview) -> str:
    if rights.has_decision:
        return ""
    return _("There is no decision to translate: the case was ended without one.")


@step(
    starts_from=(Status.DECIDED, Status.CLOSED),
    may="serves",
    hindrance=_has_no_decision,
)
def translate(review: SecrecyReview, *, by: Any, text: str) -> Translation:
    """Set an English translation beside the decision, which is the one that applies.
    Raises ValidationError where something is left to write, or where it names what the
    recipient may not read of."""
    refuse_unprintable(review, text=text)
    refuse_unfinished(text=text)
    decision = review.decisions.current().get()
    unnamed = [
        str(row.provision)
        for row in as_decided.harm_tests(decision)
        if row.hinders and row.provision.code not in decision.named_codes
    ]
    if hidden := naming_obstacle(text, unnamed, "text"):
        raise ValidationError({hidden.field: hidden.text})
    row = Translation.objects.create(
        decision=decision, text=keep(text), translated_by=by, translated_at=clock.now()
    )
    save(review)
    note("decision.translated", on=review, by=by)
    return row

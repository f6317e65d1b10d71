"""Registering, assigning, declaring conflicts, stopping and closing a review."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    IncomingAppeal,
    SecrecyReview,
)
from requests_app.workflow import request_state
from requests_app.workflow.closing import end_case, left_open, why_not_over
from requests_app.workflow.content import keep_if
from requests_app.workflow.deviation import hindrance_to_closing
from requests_app.workflow.diary_entry import owe_number
from requests_app.workflow.printed_text import refuse_unprintable
from requests_app.workflow.series import lock_series, next_in_series
from requests_app.workflow.several import each, in_locking_order
from requests_app.workflow.step import note, save, step
from requests_app.workflow.stop import refuse_words

Status = SecrecyReview.Status

# A review is registered as long as it has no number, whatever else has happened to it.
REGISTRABLE = (*SecrecyReview.OPEN, Status.LAPSED, Status.STOPPED)
# While nobody has proposed anything on what it was taken for.
RECLASSIFIED = (Status.REGISTERED, Status.ASSIGNED, Status.IN_ASSESSMENT)
ENDED = (Status.DECIDED, Status.LAPSED, Status.STOPPED)


def _has_number(_may: Any, review: SecrecyReview) -> str:
    if not review.diary_number:
        return ""
    return _("The review is registered already, with diary number %(number)s.") % {
        "number": review.diary_number
    }


def _is_not_to_be_closed(rights: Any, review: SecrecyReview) -> str:
    if rights.appeals.intersection(IncomingAppeal.WAITING):
        return _("An appeal waits to be tried for its time, or to be handed over.")
    if text := why_not_over(review):
        return text
    if request_state.current_decision(review) is None:
        return _("Decide to strike the case off before it is closed.")
    return hindrance_to_closing(review)


@step(starts_from=REGISTRABLE, may="registers", hindrance=_has_number)
def register(
    review: SecrecyReview,
    *,
    by: Any,
    public_subject: str,
    protected_subject: str = "",
    diary_number: str = "",
    matter: str = SecrecyReview.Matter.ACCESS,
    treaty_ground: str = "",
) -> None:
    """Enter the review in the register (OSL 5:1–2).

    Without a number from the city's diary it gets the next of our own series:
    the authority's code, the year, four digits.
    """
    refuse_words(review, by=by, protected_subject=protected_subject)
    refuse_unprintable(review, public_subject=public_subject)
    # Registrations of one authority wait for each other: the numbers have no gaps.
    lock_series(review.authority_id)
    at = clock.now()
    number = _typed_number(review, diary_number) or _next_number(review, at)
    status = Status.REGISTERED if review.status == Status.NEW else review.status
    save(
        review,
        **number,
        public_subject=public_subject,
        protected_subject=keep_if(protected_subject),
        matter=matter,
        treaty_ground=treaty_ground.strip(),
        registered_at=at,
        status=status,
    )
    if review.diary_sequence:
        owe_number(review, by=by)
    note("review.registered", on=review, by=by)


@step
def register_several(
    rows: Iterable[SecrecyReview], *, by: Any, subjects: dict[int, str]
) -> int:
    """Each as `register` does, under its own public subject, by key; all or none.
    Raises SomeHindered."""
    return each(
        register,
        in_locking_order(rows),
        by=by,
        why_denied=lambda _row: _("It is not yours to register."),
        own=lambda row: {"public_subject": subjects[row.pk]},
    )


def _typed_number(review: SecrecyReview, typed: str) -> dict[str, Any] | None:
    """A number from the city's diary. Ours are given in order, not typed."""
    if not typed:
        return None
    if re.fullmatch(rf"{re.escape(_series(review))} \d{{4}}-\d{{4,}}", typed):
        raise ValidationError(
            {"diary_number": _("This is a number of our own series: leave it empty.")}
        )
    if not review.authority.numbers_like(typed):
        raise ValidationError(
            {
                "diary_number": _(
                    "The authority's diary has no such numbers; one looks like"
                    " %(example)s."
                )
                % {"example": review.authority.diary_example}
            }
        )
    taken = SecrecyReview.objects.filter(
        authority=review.authority_id, diary_number=typed
    )
    if taken.exists():
        raise ValidationError(
            {
                "diary_number": _(
                    "The diary number is already taken. Check it in the diary, or leave"
                    " it empty for the next of our own series."
                )
            }
        )
    return {"diary_number": typed}


def _series(review: SecrecyReview) -> str:
    return f"{settings.SERIES_BEGINS}{review.authority.code}"


def _next_number(review: SecrecyReview, at: datetime) -> dict[str, Any]:
    number = next_in_series(
        SecrecyReview.objects.all(),
        review.authority_id,
        at,
        review.authority.code,
        year="diary_year",
        sequence="diary_sequence",
    )
    return {
        "diary_number": number.text,
        "diary_year": number.year,
        "diary_sequence": number.sequence,
    }


def _has_no_number(_may: Any, review: SecrecyReview) -> str:
    return "" if review.diary_number else _("The review is not registered yet.")


@step(may="keeps_register", hindrance=_has_no_number)
def correct_subject(
    review: SecrecyReview, *, by: Any, public_subject: str, reason: str
) -> None:
    """The public subject named somebody, or was wrong. Its history stays; the register
    shows the new one."""
    if public_subject == review.public_subject:
        raise ValidationError({"public_subject": _("That is how it reads already.")})
    refuse_unprintable(review, public_subject=public_subject)
    save(review, public_subject=public_subject)
    note("review.subject_corrected", on=review, by=by)


@step(starts_from=RECLASSIFIED, may="keeps_register", hindrance=_has_no_number)
def reclassify(
    review: SecrecyReview,
    *,
    by: Any,
    matter: str,
    reason: str,
    treaty_ground: str = "",
) -> None:
    """Something else is asked for than it was registered as: its clock, the grounds
    that can carry a grant and its papers follow. What was answered stays, and is asked
    anew where it no longer fits."""
    treaty_ground = treaty_ground.strip()
    if (matter, treaty_ground) == (review.matter, review.treaty_ground):
        raise ValidationError({"matter": _("That is how it is registered already.")})
    save(review, matter=matter, treaty_ground=treaty_ground)
    note("review.reclassified", on=review, by=by, matter=matter)


@step(starts_from=ENDED, may="closes", hindrance=_is_not_to_be_closed)
def close(review: SecrecyReview, *, by: Any, reason: str = "") -> None:
    """Close the review once the request is answered and access has ended. What is left
    undone then has a reason."""
    if not reason.strip() and any(row.needs_reason for row in left_open(review)):
        text = _("Say why the case is closed although this is still open.")
        raise ValidationError({"reason": text})
    end_case(review, by=by)

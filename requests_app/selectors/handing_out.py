"""Requests for documents as pages show them."""

from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import clock
from requests_app.law.proposed_provisions import proposed_provisions
from requests_app.models import (
    DataSubjectRequest,
    DisclosedDocument,
    DisclosureDecision,
    DisclosureRequest,
    HarmTest,
    IncomingAppeal,
    Provision,
    Redaction,
    SecrecyReview,
)
from requests_app.permissions.classes import highest_class
from requests_app.permissions.data_subject_request import (
    data_subject_requests_visible_to,
)
from requests_app.permissions.handing_out import disclosed_documents_visible_to
from requests_app.permissions.roles import today
from requests_app.words.times import moment_in_words

Outcome = DisclosedDocument.Outcome
# "Promptly" is mostly the same day (JO); after so many it says so in the queue.
PROMPT_DAYS = 1


class Line(NamedTuple):
    """A document in the list. `mark`: what stands before its name."""

    row: Any
    mark: str
    hint: str


def days_passed(row: DisclosureRequest) -> int:
    """Whole days since it came, until it was answered."""
    until = timezone.localdate(row.delivered_at or clock.now())
    return (until - timezone.localdate(row.received_at)).days


def decisions_of(row: DisclosureRequest) -> list[DisclosureDecision]:
    contents = ("reasons", "prohibition")
    rows = row.decisions.select_related(*contents, "decided_by", "served_by")
    return list(rows.order_by("pk"))


def data_subject_of(user: Any, row: DisclosureRequest) -> DataSubjectRequest | None:
    """Whose data is asked for, to who may know."""
    return data_subject_requests_visible_to(user).filter(hand_outs=row).first()


def appeals_of(row: DisclosureRequest) -> list[IncomingAppeal]:
    contents = ("text", "timeliness_reason", "outcome_note")
    return list(row.appeals.select_related(*contents, "hand_out__request__authority"))


def is_late(row: DisclosureRequest) -> bool:
    if row.delivered_at is not None:
        return False
    if row.of_data_subject:
        return clock.now() > row.of_data_subject.due_at
    return days_passed(row) > PROMPT_DAYS


def in_days(row: DisclosureRequest) -> str:
    if row.of_data_subject and row.delivered_at is None:
        day = moment_in_words(row.of_data_subject.due_at)
        return _("To be answered by %(day)s (GDPR 12.3).") % {"day": day}
    days = days_passed(row)
    if not days:
        return _("It came today.") if row.delivered_at is None else _("The same day.")
    return ngettext("%(days)s day has passed.", "%(days)s days have passed.", days) % {
        "days": days
    }


def of_request(user: Any, row: DisclosureRequest) -> QuerySet[Any]:
    """Documents of cases that the person reads, with how many places are how far."""
    return _counted(disclosed_documents_visible_to(user).filter(request=row))


def hidden_from(user: Any, row: DisclosureRequest) -> int:
    """How many are of cases that the person does not read."""
    seen = disclosed_documents_visible_to(user).filter(request=row)
    return row.documents.exclude(pk__in=seen.values("pk")).count()


def to_test(user: Any, row: DisclosureRequest) -> QuerySet[Any]:
    return of_request(user, row).filter(outcome="")


def _counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    places = {
        status.value: Count("redactions", filter=Q(redactions__status=status))
        for status in Redaction.Status
    }
    earlier = _tested_before(OuterRef("review"), OuterRef("key"), OuterRef("request"))
    rows = rows.select_related("name", "reasons", "provision", "review", "request")
    return rows.annotate(
        **places,
        earlier_outcome=Subquery(earlier.values("outcome")[:1]),
        earlier_number=Subquery(earlier.values("request__number")[:1]),
    ).order_by("pk")


def hint_of(row: Any) -> str:
    """What stands below a document's name: how far it has come, or what is proposed."""
    if row.outcome == Outcome.NONE:
        return row.reasons.text if row.reasons else ""
    if row.outcome == Outcome.REFUSED:
        return str(row.provision)
    if row.pages is None:
        return _("not drawn as pages: not in the file, to be shown on the spot")
    parts = []
    if row.earlier_outcome:
        what = Outcome(row.earlier_outcome).label
        words = {"what": what, "number": row.earlier_number}
        parts.append(_("in %(number)s: %(what)s") % words)
    judged = row.masked + row.given
    if row.proposed or judged:
        count = row.proposed + judged
        words = {"all": count, "judged": judged}
        parts.append(
            ngettext(
                "%(all)s place, %(judged)s judged",
                "%(all)s places, %(judged)s judged",
                count,
            )
            % words
        )
    return "; ".join(parts)


def earlier_of(row: DisclosedDocument) -> DisclosedDocument | None:
    """The same document as it was tested last for another who asked."""
    rows = _tested_before(row.review_id, row.key, row.request_id)
    return rows.select_related("provision", "reasons").first()


def _tested_before(review: Any, key: Any, request: Any) -> QuerySet[DisclosedDocument]:
    """The newest first."""
    left = DisclosedDocument.objects.filter(
        review=review,
        key=key,
        request__status__in=DisclosureRequest.LEFT,
        outcome__in=DisclosedDocument.TESTED,
    )
    return left.exclude(request=request).order_by("-pk")


def provisions_of(review: SecrecyReview) -> list[Provision]:
    """By which something of the case is secret: first what it is marked by, then where
    its assessment found so, then what its information proposes."""
    marked = [row.provision for row in review.secrecy_marks.standing(today())]
    applying = HarmTest.objects.filter(
        review=review, outcome=HarmTest.Outcome.APPLIES
    ).values("provision")
    tested = list(Provision.objects.filter(pk__in=applying))
    return list(dict.fromkeys([*marked, *tested, *proposed_provisions(review)]))


def lines_of(rows: list[Any]) -> list[Line]:
    """Numbered where something is left to do."""
    lines = []
    for number, row in enumerate(rows, 1):
        tested = row.outcome in DisclosedDocument.TESTED and not row.proposed
        mark = "–" if row.outcome == Outcome.NONE else "✓" if tested else str(number)
        lines.append(Line(row, mark, hint_of(row)))
    return lines


def has_no_documents(_relation: Any, row: DisclosureRequest) -> bool:
    return not row.documents.exists()


def has_untested(_relation: Any, row: DisclosureRequest) -> bool:
    return row.documents.untested().exists()


def is_undrawn(_relation: Any, row: DisclosedDocument) -> bool:
    return row.pages is None


class AskedCase(NamedTuple):
    """A case, and what speaks for secrecy in it: the class of what it is about, and the
    provisions that its assessment found or its information proposes."""

    review: SecrecyReview
    level: int | None
    provisions: list[Provision]

    def __str__(self) -> str:
        return str(self.review)


def cases_of(rows: list[Any]) -> list[AskedCase]:
    return [
        AskedCase(review, highest_class(review), provisions_of(review))
        for review in dict.fromkeys(row.review for row in rows)
    ]

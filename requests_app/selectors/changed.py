"""What has changed in a request since somebody looked at it, side by side."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from requests_app.models import (
    AccessRequest,
    Arrival,
    RequestedObject,
    SecrecyReview,
    SeenRevision,
)
from requests_app.permissions.involvement import Involvement
from requests_app.providers.terms import TERMS
from requests_app.selectors.shown_terms import term_in_words


class ChangedTerm(NamedTuple):
    label: Any
    before: str
    after: str


class Change(NamedTuple):
    """From the revision that was looked at to the newest one."""

    since: int
    at: datetime
    by: str
    is_correction: bool
    reason: str
    terms: list[ChangedTerm]
    added: list[str]
    removed: list[str]

    @property
    def summary(self) -> str:
        """In a line: what is other than it was."""
        parts = [str(row.label) for row in self.terms]
        if self.added:
            parts.append(_("objects added: %(n)s") % {"n": len(self.added)})
        if self.removed:
            parts.append(_("objects removed: %(n)s") % {"n": len(self.removed)})
        return ", ".join(parts) or _("nothing that is shown here")


def change_of(user: Any, review: SecrecyReview, rights: Involvement) -> Change | None:
    """What the person has not looked at; for others, what nobody has assessed. None
    where nothing is other, or nothing waits for the provider's sake any more."""
    request = review.access_request
    if request.revision == 1 or request.status not in AccessRequest.AWAITING:
        return None
    if rights.is_stopped or not rights.views:
        return None
    since = _looked_at(user, review)
    if since >= request.revision:
        return None
    arrival = _last_change(request)
    if arrival is None:
        return None
    added, removed = _objects(review, since, rights.reads)
    return Change(
        since=since,
        at=arrival.arrived_at,
        by=str(arrival.arrived_by),
        is_correction=arrival.result == Arrival.Result.CORRECTION,
        reason=arrival.reason.text if arrival.reason and rights.reads else "",
        terms=list(_terms(request, since, rights.reads)),
        added=added,
        removed=removed,
    )


def _looked_at(user: Any, review: SecrecyReview) -> int:
    """The revision that the person has looked at; else the last that was assessed
    before the newest; else the first."""
    now = review.access_request.revision
    rows = SeenRevision.objects.filter(review=review).aggregate(
        mine=Max("revision", filter=Q(person=user.pk)),
        assessed=Max(
            "revision",
            filter=Q(act=SeenRevision.Act.ASSESSMENT, revision__lt=now),
        ),
    )
    return rows["mine"] or rows["assessed"] or 1


def _last_change(request: AccessRequest) -> Arrival | None:
    results = (Arrival.Result.REVISION, Arrival.Result.CORRECTION)
    rows = request.arrivals.filter(result__in=results, revision=request.revision)
    return rows.select_related("arrived_by", "reason").first()


def _terms(request: AccessRequest, since: int, reads: bool) -> Iterator[ChangedTerm]:
    rows: Any = AccessRequest.history
    before = rows.filter(id=request.pk, revision=since).first()
    if before is None:
        return
    for term in TERMS:
        if getattr(before, term.column) == getattr(request, term.column):
            continue
        is_hidden = term.is_protected and not reads
        old, new = (
            _("(protected)") if is_hidden else term_in_words(term, row)
            for row in (before, request)
        )
        yield ChangedTerm(term.label, old, new)


def _objects(
    review: SecrecyReview, since: int, reads: bool
) -> tuple[list[str], list[str]]:
    """The review's own objects that came, and those that went."""
    rows = RequestedObject.objects.filter(review=review).select_related("cloud_object")
    newer = Q(added_in_revision__gt=since) | Q(removed_in_revision__gt=since)
    added, removed = [], []
    for row in rows.filter(newer).order_by("pk"):
        name = _object_name(row, reads)
        if row.removed_in_revision is None and row.added_in_revision > since:
            added.append(name)
        elif row.removed_in_revision is not None and row.added_in_revision <= since:
            removed.append(name)
    return added, removed


def _object_name(row: RequestedObject, reads: bool) -> str:
    own = row.designation
    if not reads:
        return own or _("(protected)")
    return f"{own} ({row.external_id})" if own else row.external_id

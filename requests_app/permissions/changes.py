"""Who is told that a request has changed under the review they work with."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from requests_app.models import (
    AccessRequest,
    Arrival,
    Assignment,
    Decision,
    Proposal,
    SeenRevision,
)

CHANGES = (Arrival.Result.REVISION, Arrival.Result.CORRECTION)
NOW = OuterRef("access_request__revision")


def has_change_to_see(user: Any, decides: Exists) -> Q:
    """In a query of reviews: has the newest revision changed something that concerns
    the person, by somebody else, and have they not looked at it yet? `decides`: have
    they a rule to decide by?"""
    change = Arrival.objects.filter(
        access_request=OuterRef("access_request"), revision=NOW, result__in=CHANGES
    ).exclude(arrived_by=user.pk)
    seen = SeenRevision.objects.filter(
        review=OuterRef("pk"), person=user.pk, revision=NOW
    )
    waits = Q(access_request__status__in=AccessRequest.AWAITING)
    concerned = _took_part(user) | (Q(decides) & _is_overtaken())
    return waits & Q(Exists(change)) & ~Q(Exists(seen)) & concerned


def _took_part(user: Any) -> Q:
    """Whoever had it when it changed, proposed or decided on what it was before."""
    since = Arrival.objects.filter(
        access_request=OuterRef("review__access_request"),
        revision=F("access_request__revision"),
        arrived_at__gt=OuterRef("assigned_at"),
    )
    mine = {"review": OuterRef("pk"), "person": user.pk}
    assigned = Assignment.objects.running().filter(Exists(since), **mine)
    earlier = {"review": OuterRef("pk"), "revision__lt": NOW}
    proposed = Proposal.objects.filter(**earlier, proposed_by=user.pk)
    decided = Decision.objects.filter(**earlier, decided_by=user.pk)
    return Q(Exists(assigned)) | Q(Exists(proposed)) | Q(Exists(decided))


def _is_overtaken() -> Q:
    """What was about to be decided is no more, and nothing has been proposed since."""
    proposals = Proposal.objects.filter(review=OuterRef("pk"))
    overtaken = proposals.filter(status=Proposal.Status.OVERTAKEN, revision__lt=NOW)
    return Q(Exists(overtaken)) & ~Q(Exists(proposals.filter(revision=NOW)))

"""What pages read of intake: case paths, changed, clocks, objects, entry, moved, first
line and shown terms."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Lower
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import OutsideAnswer
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    RequestedObject,
)
from requests_app.cases.intake.models.review import SecrecyReview, SeenRevision
from requests_app.cases.intake.rights import (
    requests_readable_by,
    requests_visible_to,
    visible_to,
)
from requests_app.cases.review.rights.involvement import Involvement
from requests_app.core.catalogue import country_name
from requests_app.core.fields import key_in_array
from requests_app.core.models import models_by_table, path_to
from requests_app.core.queue import Clock, NoticeKind, clock_between
from requests_app.core.words.texts import (
    day_in_full,
    in_swedish,
    minutes_in_words,
    redact,
)
from requests_app.providers.application import PLAIN, TERMS, Kind, Term
from requests_app.registers.models.cloud import CloudObject, Connection
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)

# Which kinds of row belong to a case, by what they refer to.


class CasePaths(NamedTuple):
    """From a row to its review and to its request; one may be none."""

    review: str | None
    request: str | None


@cache
def case_paths() -> dict[Any, CasePaths]:
    """By model: of each that leads to a review or a request, but versions."""
    paths = {
        model: CasePaths(path_to(model, SecrecyReview), path_to(model, AccessRequest))
        for model in models_by_table().values()
        if not hasattr(model, "instance_type")
    }
    return {model: path for model, path in paths.items() if any(path)}


# The terms of a request in words, as rows of a page.

# Told together with others, in rows of their own.
TOGETHER = {
    "duration_minutes",
    "duration_text",
    "employer_entity",
    "engineer_country",
    "service",
    "support_case",
}


class ShownTerm(NamedTuple):
    """A row: what was said, and what was not."""

    label: str
    text: str
    lacking: str = ""


def term_in_words(term: Term, row: Any) -> str:
    """What a request, or a version of it, says of a term."""
    value = getattr(row, term.name)
    if value in (None, ""):
        return "–"
    if term.kind == Kind.TEXT:
        return value.text
    if term.kind == Kind.MINUTES:
        return minutes_in_words(value)
    if term.kind == Kind.COUNTRY:
        return country_name(value)
    return day_in_full(value) if term.kind == Kind.MOMENT else str(value)


def shown_terms(request: AccessRequest) -> Iterator[ShownTerm]:
    """How long, who, where, and whatever else the provider has told."""
    yield _how_long(request)
    yield _who(request)
    case = request.support_case
    of_case = case and _("support case %(number)s") % {"number": case}
    parts = filter(None, (request.service, of_case))
    yield ShownTerm(_("Service"), " · ".join(parts) or "–")
    for term in PLAIN:
        if term.name not in TOGETHER and getattr(request, term.name):
            yield ShownTerm(capfirst(str(term.label)), term_in_words(term, request))


def _how_long(request: AccessRequest) -> ShownTerm:
    label = _("How long")
    if request.duration_minutes:
        return ShownTerm(label, minutes_in_words(request.duration_minutes))
    if request.duration_text:
        lacking = _("no length of its own: the decision sets one")
        return ShownTerm(label, f"“{request.duration_text}”", lacking)
    return ShownTerm(label, "", _("not told"))


def _who(request: AccessRequest) -> ShownTerm:
    employer, country = request.employer_entity, request.engineer_country
    place = _("engineer in %(country)s") % {"country": country_name(country)}
    text = " · ".join(filter(None, (employer, place if country else "")))
    lacking = [
        "" if employer else _("employer not told"),
        "" if country else _("country not told"),
    ]
    return ShownTerm(_("Who"), text, ", ".join(filter(None, lacking)))


# What has changed in a request since somebody looked at it, side by side.


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


# The two clocks of a request, as people see them.


def clock_in(
    access_request: AccessRequest, window: tuple[datetime, datetime] | None
) -> Clock | None:
    """The same, where it has been read when the running access opens and ends."""
    if window and access_request.revoked_at:
        # It was to end at once.
        window = (window[0], access_request.revoked_at)
    if access_request.status in AccessRequest.AWAITING:
        begins, ends = access_request.received_at, access_request.clock.answer_by
        return None if ends is None else clock_between(NoticeKind.ANSWER, begins, ends)
    return clock_between(NoticeKind.ACCESS, *window) if window else None


# The objects that a request names, with what lies in them.

LEVELS = ("confidentiality", "integrity", "availability", "traceability")


class SetInObject(NamedTuple):
    """An information set in an object, with its classification in force."""

    name: str
    classification: SecurityClassification | None
    protected_identities: bool
    personal_data: str


class NamedObject(NamedTuple):
    row: RequestedObject
    sets: list[SetInObject]


def objects_of(rows: QuerySet[RequestedObject]) -> list[NamedObject]:
    """Requested objects with what lies in them. One query, however many."""
    objects: Any = rows.select_related("cloud_object__system").annotate(
        sets=ArraySubquery(_sets_in_object())
    )
    return [
        NamedObject(row, [_set_in_object(entry) for entry in row.sets])
        for row in objects
    ]


def _sets_in_object() -> QuerySet:
    newest = SecurityClassification.objects.filter(
        information_set=OuterRef("pk"), valid_from__lte=acting.today()
    ).order_by("-valid_from", "-id")
    levels = JSONObject(**{name: name for name in LEVELS})
    entry = JSONObject(
        name="name",
        protected="protected_identities_possible",
        personal="personal_data",
        levels=Subquery(newest.values(json=levels)[:1]),
    )
    return (
        InformationSet.objects.filter(
            object_links__cloud_object=OuterRef("cloud_object")
        )
        .order_by(in_swedish("name"))
        .values(entry=entry)
    )


def _set_in_object(entry: dict[str, Any]) -> SetInObject:
    levels = entry["levels"]
    return SetInObject(
        entry["name"],
        SecurityClassification(**levels) if levels else None,
        entry["protected"],
        entry["personal"],
    )


# What somebody who types in a request should know: what is there already.

# Two that name one object within these days, or were sent within these minutes of each
# other, may be one.
NEAR_DAYS = timedelta(days=7)
NEAR_MINUTES = timedelta(minutes=15)
SHOWN = 5
MANUAL = AccessRequest.ReceivedBy.MANUAL


def objects_meant(
    connection: Connection | None, names: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The objects as the provider names them: our own designations are looked up. And
    those designations that more than one object has."""
    meant = _by_designation(connection, names)
    ambiguous = [name for name in names if len(meant.get(name.lower(), ())) > 1]
    objects = [next(iter(meant.get(name.lower(), ())), name) for name in names]
    return list(dict.fromkeys(objects)), ambiguous


def system_of(connection: Connection | None, names: Iterable[str]) -> str:
    """The system that the map has all of these objects in, by the provider's names;
    empty where one is in none, or in another."""
    keys = {name.lower() for name in names}
    rows = CloudObject.objects.filter(system__connection=connection).annotate(
        name=Lower("external_id")
    )
    known = dict(rows.filter(name__in=keys).values_list("name", "system__name"))
    systems = set(known.values())
    return systems.pop() if len(systems) == 1 and known.keys() == keys else ""


def _by_designation(
    connection: Connection | None, names: Iterable[str]
) -> dict[str, list[str]]:
    keys = {name.lower() for name in names}
    rows = CloudObject.objects.filter(system__connection=connection).alias(
        name=Lower("external_id"), own=Lower("designation")
    )
    named = {row.external_id.lower() for row in rows.filter(name__in=keys)}
    meant: dict[str, list[str]] = {}
    for row in rows.filter(own__in=keys - named):
        meant.setdefault(row.designation.lower(), []).append(row.external_id)
    return meant


def outside_answer_of(request: AccessRequest) -> OutsideAnswer | None:
    """What somebody answered past Lockbox, if that is recorded."""
    rows = OutsideAnswer.objects.select_related("account", "proof", "recorded_by")
    return rows.filter(access_request=request).first()


def near_doubles(user: Any, request: AccessRequest) -> list[Any]:
    """Other requests that may be the same one, of those that the person reads; each
    with `reasons`. One query."""
    rows: Any = (
        requests_readable_by(user)
        .filter(key_in_array("pk", _alike(request)))
        .annotate(has_same_object=Exists(_shared(request)))
        .order_by("-pk")[:SHOWN]
    )
    requests = list(rows)
    for row in requests:
        row.reasons = _reasons(row, request)
    return requests


def _shared(request: AccessRequest) -> QuerySet[RequestedObject]:
    """Objects of the outer request that this one names too."""
    mine = request.requested_objects.still_named().values(name=Lower("external_id"))
    theirs = RequestedObject.objects.alias(name=Lower("external_id"))
    return theirs.filter(access_request=OuterRef("pk"), name__in=mine)


def _alike(request: AccessRequest) -> QuerySet[Any]:
    """Keys of requests that may be the same one, whoever may read them: of the same
    support case, sent at the same time, of the same object in the same days. Each part
    by its own index."""
    at = request.requested_at or request.received_at
    others = (
        AccessRequest.objects.filter(connection=request.connection_id)
        .exclude(pk__in=[request.pk, request.extends_id or 0])
        .exclude(status=AccessRequest.Status.MERGED)
        .order_by()
    )
    near = others.filter(requested_at__range=(at - NEAR_MINUTES, at + NEAR_MINUTES))
    same = others.filter(
        Exists(_shared(request)), received_at__range=(at - NEAR_DAYS, at + NEAR_DAYS)
    )
    # A machine tells each once, by its number: only people type one in twice.
    if request.received_by != MANUAL:
        near = near.filter(received_by=MANUAL)
    parts = [near, same]
    if case := request.support_case:
        parts.append(others.filter(support_case__iexact=case))
    first, *rest = (part.values("pk") for part in parts)
    return first.union(*rest)


def _reasons(row: Any, request: AccessRequest) -> list[str]:
    reasons = []
    case = request.support_case
    if case and row.support_case.lower() == case.lower():
        reasons.append(_("same support case"))
    if row.has_same_object:
        reasons.append(_("same object"))
    at, other = request.requested_at, row.requested_at
    if at and other and abs(at - other) <= NEAR_MINUTES:
        reasons.append(_("sent at the same time"))
    return reasons


# Where a request or a review went that is here no more, for whoever may see it.

Status = SecrecyReview.Status


def merged_with(user: Any, request: AccessRequest) -> list[AccessRequest]:
    """The doubles that were folded into it."""
    return list(request.merged.filter(_visible(user)).order_by("pk"))


def beside(user: Any, review: SecrecyReview) -> tuple[int, list[AccessRequest]]:
    """How many other authorities review their part, and the doubles of the request.
    What the person may not see does not exist: it is not counted either. One query."""
    request = review.access_request_id
    both = AccessRequest.objects.filter(Q(pk=request) | Q(merged_into=request))
    rows = visible_to(user).filter(key_in_array("access_request", both.values("pk")))
    # Another branch of the authority's own is no other authority.
    others, doubles = set(), {}
    for row in rows.exclude(pk=review.pk).select_related("access_request"):
        if row.access_request_id != request:
            doubles[row.access_request_id] = row.access_request
        elif not row.is_moved and row.authority_id != review.authority_id:
            others.add(row.authority_id)
    return len(others), [doubles[key] for key in sorted(doubles)]


def merged_into(user: Any, request: AccessRequest) -> AccessRequest | None:
    if request.merged_into_id is None:
        return None
    rows = AccessRequest.objects.filter(_visible(user), pk=request.merged_into_id)
    return rows.first()


def review_instead(
    user: Any, review: SecrecyReview, moved_to: str
) -> SecrecyReview | None:
    """The review that took over from one that was merged, or handed over to the
    authority of that name."""
    request = review.access_request
    if review.status == Status.MERGED:
        into, authority = request.merged_into_id, review.authority_id
        of_whom: dict[str, Any] = {"access_request": into, "authority": authority}
    elif review.status == Status.REROUTED:
        of_whom = {"access_request": request.pk, "authority__name": moved_to}
    else:
        return None
    rows = visible_to(user).live().filter(**of_whom)
    return rows.exclude(pk=review.pk).select_related("authority").first()


def hides_objects(
    reviews: list[SecrecyReview], shown: list[RequestedObject], request: AccessRequest
) -> bool:
    """Are there objects, in reviews that the person sees, of which they may not know?
    Those of authorities whose reviews they do not see do not exist for them."""
    if any(review.status in SecrecyReview.MOVED for review in reviews):
        return True
    rows = request.requested_objects.still_named().filter(review__in=reviews)
    return rows.exclude(pk__in=[row.pk for row in shown]).exists()


def _visible(user: Any) -> Any:
    requests = requests_visible_to(user)
    return Q(pk__in=requests.values("pk"))


# A request in a few words: in the queue, and where one is told from another.

LONGEST_LINE = 110


def first_line(request: AccessRequest) -> str:
    """The first line of what the provider wants; its service where it says nothing. A
    list shows no address that may hold a name."""
    text = request.justification.text if request.justification else ""
    first = text.strip().splitlines()[0] if text.strip() else request.service
    first = redact(first)
    if len(first) <= LONGEST_LINE:
        return first
    return first[: LONGEST_LINE - 1].rstrip() + "…"

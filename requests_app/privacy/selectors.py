"""What pages read of privacy: data protection, data subject request, processing papers
and data subject requests."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.intake.models.review import ReviewUserPermission, SecrecyReview
from requests_app.cases.intake.rights import readable_by, visible_to
from requests_app.cases.review.models.afterwards import IncomingAppeal
from requests_app.cases.review.models.assessment import Consent
from requests_app.cases.review.models.masks import RecipientNotice, TextMask
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import VIEW, authorities_of, has_role
from requests_app.core.queue import (
    Clock,
    Kind,
    NoticeKind,
    WorkItem,
    clock_between,
    of_each,
    url,
)
from requests_app.core.two_persons import RegisterChange
from requests_app.core.words.texts import by_name, short_day
from requests_app.disclosure.models import (
    DataSubjectRequest,
    Disclosure,
    DisclosureRequest,
)
from requests_app.disclosure.rights import (
    REQUEST_READERS,
    can_handle_request,
    data_subject_requests_to_settle,
    data_subject_requests_visible_to,
    disclosure_requests_visible_to,
    text_masks_visible_to,
)
from requests_app.oversight.models import Breach, Deviation, IncidentDuty
from requests_app.oversight.rights import (
    breaches_visible_to,
    deviations_visible_to,
    duties_visible_to,
)
from requests_app.oversight.selectors import clock_of_deviation, clock_of_duty
from requests_app.privacy.models import ProcessingPaper
from requests_app.privacy.papers import PAPERS, ChangedLine, changed_lines, is_of_today
from requests_app.registers.models.information import InformationSet

# Requests of data subjects as pages show them.


def clock_of_request(row: DataSubjectRequest) -> Clock | None:
    if row.status != DataSubjectRequest.Status.OPEN:
        return None
    return clock_between(NoticeKind.DATA_SUBJECT, row.received_at, row.due_at)


def disclosures_shown_to(
    user: Any, row: DataSubjectRequest
) -> list[tuple[Disclosure, bool, bool]]:
    """Each with whether the person may know of its case, and read it."""
    rows = row.disclosures.select_related(
        "review__authority", "given", "why", "provision", "tested_by"
    )
    reviews = [one.review_id for one in rows if one.review_id]
    visible, readable = (
        set(those.filter(pk__in=reviews).values_list("pk", flat=True))
        for those in (visible_to(user), readable_by(user))
    )
    return [
        (
            one,
            one.review_id is None or one.review_id in visible,
            one.review_id is None or one.review_id in readable,
        )
        for one in rows
    ]


def hand_outs_shown_to(user: Any, row: DataSubjectRequest) -> list[DisclosureRequest]:
    return list(disclosure_requests_visible_to(user).filter(of_data_subject=row))


def masks_shown_to(user: Any, row: DataSubjectRequest) -> list[TextMask]:
    """What was corrected or restricted for it, in cases that the person reads."""
    masks = text_masks_visible_to(user).filter(request=row)
    return list(masks.select_related("review__authority"))


# What the data protection officer oversees: numbers, people and clocks, no content.

OF_PERSONS = (IncidentDuty.Kind.GDPR_AUTHORITY, IncidentDuty.Kind.GDPR_PERSONS)
# Cases, the newest first, and so many at most.
SHOWN = 50


class Processing(NamedTuple):
    """What an authority processes about people here, in numbers."""

    authority: Authority
    staff: int
    open_reviews: int
    ended_reviews: int
    consents: int
    appeals: int
    information_sets: int


class Desk(NamedTuple):
    """Rows with their clocks, the first to run out first."""

    requests: list[tuple[DataSubjectRequest, Clock | None]]
    duties: list[tuple[IncidentDuty, Clock | None]]
    deviations: list[tuple[Deviation, Clock | None]]
    untold: list[TextMask]
    breaches: list[Breach]
    opened: list[SecrecyReview]
    processing: list[Processing]


def desk_of(user: Any) -> Desk:
    overseen = authorities_of(user, Role.DATA_PROTECTION_OFFICER)
    requests = data_subject_requests_visible_to(user).filter(authority__in=overseen)
    waiting = requests.filter(status=DataSubjectRequest.Status.OPEN)
    duties = duties_visible_to(user).filter(
        kind__in=OF_PERSONS, status=IncidentDuty.Status.OPEN
    )
    deviations = deviations_visible_to(user).filter(status=Deviation.Status.OPEN)
    breaches = breaches_visible_to(user).filter(authority__in=overseen)
    authorities = by_name(Authority.objects.filter(pk__in=overseen))
    return Desk(
        _with(clock_of_request, waiting.select_related("authority")),
        _with(
            clock_of_duty,
            duties.select_related("review__authority", "breach__authority"),
        ),
        _with(
            clock_of_deviation,
            deviations.select_related("review__authority").order_by("discovered_at"),
        ),
        list(_untold(user).filter(review__authority__in=overseen)[:SHOWN]),
        list(breaches.select_related("authority")[:SHOWN]),
        list(_opened(user)[:SHOWN]),
        [_processing(row) for row in authorities],
    )


def _with(clock_of: Any, rows: QuerySet[Any]) -> list[tuple[Any, Clock | None]]:
    return [(row, clock_of(row)) for row in rows[:SHOWN]]


def _untold(user: Any) -> QuerySet[TextMask]:
    """Corrections and restrictions of which recipients are still to be told (GDPR 19):
    in which case, how many of them and since when, and not to whom."""
    waiting = RecipientNotice.objects.waiting()
    rows = TextMask.objects.filter(review__in=visible_to(user), notices__in=waiting)
    named = rows.annotate(untold=Count("notices")).select_related("review__authority")
    return named.order_by("made_at")


def _opened(user: Any) -> QuerySet[SecrecyReview]:
    """Cases whose content the person holds open on a basis."""
    named = ReviewUserPermission.objects.filter(
        user=user.pk, permission__codename=VIEW
    ).values("content_object")
    rows = visible_to(user).filter(pk__in=named, is_named_list=False)
    return rows.select_related("authority", "access_request").order_by("-pk")


def _processing(authority: Authority) -> Processing:
    is_open = Q(status__in=SecrecyReview.OPEN)
    reviews = SecrecyReview.objects.filter(authority=authority).aggregate(
        open=Count("pk", filter=is_open), ended=Count("pk", filter=~is_open)
    )
    placed = RoleAssignment.objects.in_force(acting.now()).filter(authority=authority)
    people = get_user_model()._default_manager.filter(pk__in=placed.values("person"))
    of_reviews: Iterable[Any] = (Consent, IncomingAppeal)
    consents, appeals = (
        model.objects.filter(review__authority=authority).count()
        for model in of_reviews
    )
    return Processing(
        authority,
        people.count(),
        reviews["open"],
        reviews["ended"],
        consents,
        appeals,
        InformationSet.objects.filter(authority=authority).count(),
    )


# How an authority's papers on processing stand: each kind, and what it waits for.


class Standing(NamedTuple):
    """`why`: what is lacking, or empty where it holds. `waiting`: the proposal that
    waits for a second person, if there is one. `changed`: the lines that are others
    than those that were signed."""

    kind: str
    label: Any
    paper: ProcessingPaper | None
    why: str
    waiting: RegisterChange | None
    changed: list[ChangedLine]


def standings(authority: Authority) -> list[Standing]:
    """One of each kind, in their order. Two queries."""
    papers = {row.kind: row for row in authority.processing_papers.all()}
    waiting = {
        change.new_values.get("kind") or _kind_of(change, papers): change
        for change in changes_of(authority).filter(confirmed_at=None, refused_at=None)
    }
    return [_standing(kind, papers.get(kind), waiting.get(kind)) for kind in PAPERS]


def _kind_of(change: RegisterChange, papers: dict[str, ProcessingPaper]) -> str:
    rows = [paper.kind for paper in papers.values() if paper.pk == change.row_id]
    return rows[0] if rows else ""


def _standing(
    kind: str, paper: ProcessingPaper | None, waiting: RegisterChange | None
) -> Standing:
    why = _why(paper)
    if why and waiting is not None:
        why = _("waits for a second person")
    changed = [] if paper is None or is_of_today(paper) else changed_lines(paper)
    return Standing(
        kind, ProcessingPaper.Kind(kind).label, paper, why, waiting, changed
    )


def _why(paper: ProcessingPaper | None) -> str:
    if paper is None:
        return _("not signed by two persons yet")
    if is_of_today(paper):
        return ""
    return _(
        "what the product stores, for how long, or what it says of that has changed"
        " since the paper was signed on %(day)s"
    ) % {"day": short_day(paper.drawn_on)}


def lacking(authority: Authority) -> list[str]:
    """Which papers do not hold, and why. One query."""
    papers = {row.kind: row for row in authority.processing_papers.defer("wording")}
    reasons = {kind: _why(papers.get(kind)) for kind in PAPERS}
    return [
        f"{ProcessingPaper.Kind(kind).label}: {why}"
        for kind, why in reasons.items()
        if why
    ]


def changes_of(authority: Authority) -> QuerySet[RegisterChange]:
    table = ProcessingPaper._meta.db_table
    return RegisterChange.objects.filter(row_table=table, authority=authority)


def signers_of(paper: ProcessingPaper) -> list[tuple[Any, Any]]:
    """Who proposed and who confirmed what it says now, each with when."""
    confirmed = changes_of(paper.authority).exclude(confirmed_at=None)
    rows = confirmed.select_related("proposed_by", "confirmed_by").order_by("-pk")
    for row in rows:
        if row.row_id == paper.pk or row.new_values.get("kind") == paper.kind:
            return [
                (row.proposed_by, row.proposed_at),
                (row.confirmed_by, row.confirmed_at),
            ]
    return []


# Requests of data subjects that nobody has answered, as lines of the queue.


def data_subject_requests_for(user: Any) -> Iterator[Kind]:
    """With whoever makes sure who asks, then with whoever answers; the data protection
    officer sees that it waits."""
    if not has_role(user, *REQUEST_READERS):
        return
    rows = data_subject_requests_visible_to(user)
    rows = rows.filter(status=DataSubjectRequest.Status.OPEN)
    settles = set(data_subject_requests_to_settle(user).values_list("pk", flat=True))
    rows = rows.select_related("authority").order_by("due_at")
    yield of_each(rows, lambda row: _item(row, user, row.pk in settles))


def _item(row: DataSubjectRequest, user: Any, settles: bool) -> WorkItem:
    step, name = "", ""
    if not row.identity and can_handle_request(user, row):
        step, name = _("Make sure who asks"), "identify"
    elif settles:
        step, name = _("Answer the request"), "settle"
    clock = clock_of_request(row)
    is_out = clock is not None and clock.is_out
    return WorkItem(
        clock=clock,
        name=str(row),
        url=url("datasubjectrequest_change", row.pk),
        place=str(row.authority),
        wants="",
        details=_("extended") if row.extended_at else "",
        level=None,
        warning="",
        step=step,
        step_url=url("datasubjectrequest_step", row.pk, name) if name else "",
        alarm=_("The time to answer has run out.") if is_out else "",
        since=row.received_at,
    )

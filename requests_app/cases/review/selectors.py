"""What pages read of secrecy review: candidates, decided, recorded answers, lapsed,
loads, named lists, opinions, earlier, numbers, similar and to stop."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Exists as ExistsExpression
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import acting
from audit_app.ledger import Kind as LineKind
from audit_app.ledger import record
from requests_app.cases.intake.models.request import (
    AccessRequest,
    RequestedObject,
    deadline_path,
)
from requests_app.cases.intake.models.review import (
    LADDER,
    Assignment,
    ConflictDeclaration,
    ListedReview,
    SecrecyReview,
)
from requests_app.cases.intake.rights import (
    keys_in_scope,
    managed_by,
    overseen_by,
    readable_by,
    requests_visible_to,
    visible_in_parts,
    visible_to,
)
from requests_app.cases.intake.selectors import clock_in
from requests_app.cases.review.law.facts import assessment_with_texts
from requests_app.cases.review.law.known import is_in_force
from requests_app.cases.review.models.afterwards import DiaryEntry, Lapse
from requests_app.cases.review.models.assessment import AssessmentAnswer, HarmTest
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import Decision, is_served
from requests_app.cases.review.rights.involvement import (
    consultations_visible_to,
    involvement_in,
    with_involvement,
)
from requests_app.core.fields import key_in_array
from requests_app.core.figures import Bar, age_counts, bars_of
from requests_app.core.models import Outcome
from requests_app.core.people.models import Absence, Authority, Role, RoleAssignment
from requests_app.core.people.rights import (
    BY_ROLE,
    READS,
    SEES,
    authorities_of,
    has_role,
    roles_in_force,
    roles_of,
)
from requests_app.core.queue import (
    Clock,
    Kind,
    NoticeKind,
    WorkItem,
    and_more,
    clock_between,
    of_each,
    url,
)
from requests_app.core.words.texts import day_in_full, in_swedish, short_day
from requests_app.providers.application import TERMS
from requests_app.registers.models.standing import same_name

# Earlier cases that are like one at hand, of those that a person may read.

SHOWN = 5
# So many of the newest are weighed against each other, for each kind of likeness.
WEIGHED = 100
# So many words in common with the purpose make another case of the product alike.
ENOUGH = 3
# More words in common than this make no case liker than the next.
MOST = 20
SET = "cloud_object__information_links__information_set"
Status = SecrecyReview.Status


class SimilarCase(NamedTuple):
    """A decided case, the decision in force, and what makes it like the one at hand."""

    review: SecrecyReview
    decision: Decision
    reasons: list[str]


def _same_objects(review: SecrecyReview) -> Q:
    mine = _objects_of(review).values("cloud_object")
    alike = RequestedObject.objects.filter(cloud_object__in=mine)
    return Q(pk__in=alike.values("review")) & ~Q(pk=review.pk)


def _same_sets(review: SecrecyReview) -> Q:
    """Reviews of objects that hold the same information."""
    alike = RequestedObject.objects.filter(
        **{f"{SET}__in": _objects_of(review).values(SET)}
    )
    return Q(pk__in=alike.values("review")) & ~Q(pk=review.pk)


def newest_alike(review: SecrecyReview, rows: QuerySet[Any], *more: Q) -> QuerySet[Any]:
    """Keys of the newest of these reviews that are like it, WEIGHED of each kind: of
    the same objects, of the same information, and by what else is given."""
    first, *rest = (
        rows.filter(alike).order_by("-pk").values("pk")[:WEIGHED]
        for alike in (_same_objects(review), _same_sets(review), *more)
    )
    return first.union(*rest)


def _objects_of(review: SecrecyReview) -> QuerySet[RequestedObject]:
    return RequestedObject.objects.filter(review=review.pk, cloud_object__isnull=False)


def similar_to(review: SecrecyReview, *, by: Any) -> list[SimilarCase]:
    """Decided cases like this one, the likest first. A read that goes on record, and
    one query."""
    product = review.access_request.connection.product_id
    rows = [row for row in _weighed(review, by, product) if _is_alike(row, product)]
    rows.sort(key=lambda row: _likeness(row, product), reverse=True)
    rows = rows[:SHOWN]
    if rows:
        shown = [str(row.review) for row in rows]
        record("similar.read", by=by, on=review, kind=LineKind.READ, shown=shown)
    return [SimilarCase(row.review, row, _reasons(row, product)) for row in rows]


def _weighed(review: SecrecyReview, by: Any, product: int) -> QuerySet[Any]:
    """Decisions in force of cases that may be alike, with what they have in common."""
    of_product = Q(access_request__connection__product=product) & ~Q(pk=review.pk)
    decided = readable_by(by).filter(status__in=[Status.DECIDED, Status.CLOSED])
    mine = _objects_of(review)
    theirs = RequestedObject.objects.filter(review=OuterRef("review")).order_by()
    objects = theirs.filter(cloud_object__in=mine.values("cloud_object"))
    sets = theirs.filter(**{f"{SET}__in": mine.values(SET)})
    theirs_now = Decision.objects.current().filter(
        key_in_array("review", newest_alike(review, decided, of_product))
    )
    rows: Any = theirs_now.exclude(outcome=Outcome.STRUCK_OFF)
    return rows.annotate(
        shared_objects=ArraySubquery(
            objects.values("cloud_object__designation").distinct()
        ),
        shared_sets=ArraySubquery(sets.values(f"{SET}__name").distinct()),
        shared_words=Coalesce(_words_shared_with(review), 0),
        of_product=F("review__access_request__connection__product"),
    ).select_related(
        "review__authority",
        "review__access_request__connection",
        "motivation_internal",
    )


PURPOSE = "review__access_request__justification"


def _words_shared_with(review: SecrecyReview) -> Func:
    purpose = review.access_request.justification
    return Func(
        Coalesce(F(f"{PURPOSE}__reads_as__stored"), F(f"{PURPOSE}__stored")),
        Value(purpose.text if purpose else ""),
        function="lockbox_shared_words",
        output_field=IntegerField(),
    )


def _is_alike(row: Any, product: int) -> bool:
    of_product = row.of_product == product and row.shared_words >= ENOUGH
    return bool(row.shared_objects or row.shared_sets or of_product)


def _likeness(row: Any, product: int) -> tuple[Any, ...]:
    same = (bool(row.shared_objects), bool(row.shared_sets), row.of_product == product)
    return (*same, min(row.shared_words, MOST), row.decided_at, row.pk)


def _reasons(row: Any, product: int) -> list[str]:
    reasons = []
    if row.shared_objects:
        reasons.append(_("same object: %s") % ", ".join(row.shared_objects[:3]))
    if row.shared_sets:
        reasons.append(_("same information: %s") % ", ".join(row.shared_sets[:3]))
    if row.of_product == product:
        reasons.append(_("same product"))
    if row.shared_words >= ENOUGH:
        text = ngettext(
            "%(n)s word of the purpose in common",
            "%(n)s words of the purpose in common",
            row.shared_words,
        )
        reasons.append(text % {"n": row.shared_words})
    return reasons


# Who could work a review, with the reasons for and against each. Reads only.


def candidates(review: SecrecyReview, asked_by: Any) -> QuerySet[Any]:
    """People who may be given the review, the likeliest first; nobody in conflict.

    Counts only cases that `asked_by` may know of: a load tells of no hidden case.
    """
    rows = roles_in_force(Role.LEGAL_REVIEWER).filter(
        authority__municipality=review.authority.municipality_id
    )
    declared = ConflictDeclaration.objects.conflicts_in(review.access_request_id)
    visible = visible_to(asked_by)
    away = Absence.objects.in_force(acting.today()).filter(person=OuterRef("pk"))
    # Of those that somebody has worked: what nobody has taken takes nobody's place.
    taken = visible.filter(Exists(Assignment.objects.filter(review=OuterRef("pk"))))
    worked = Assignment.objects.filter(
        key_in_array("review", newest_alike(review, taken)),
        person=OuterRef("pk"),
    )
    return (
        get_user_model()
        .objects.filter(pk__in=rows.values("person"))
        .exclude(pk__in=declared.values("person"))
        .annotate(
            own=Exists(
                rows.filter(
                    Q(branch=None) | Q(branch=review.branch_id),
                    person=OuterRef("pk"),
                    authority=review.authority_id,
                )
            ),
            load=_load(visible),
            knows=Exists(worked),
            away_until=Subquery(away.values("valid_to")[:1]),
            stands_in=Exists(
                Absence.objects.in_force(acting.today()).filter(
                    substitute=OuterRef("pk"), person=review.case_officer_id
                )
            ),
        )
        .order_by(
            F("away_until").asc(nulls_first=True),
            "-own",
            "-stands_in",
            "load",
            "-knows",
            in_swedish("last_name"),
        )
    )


def _load(visible: QuerySet[SecrecyReview]) -> Case:
    """How many open cases each works. One query, from what is open: what somebody has
    worked in their years here is many times as much."""
    running = Assignment.objects.filter(
        ended_at=None, review__in=visible.filter(status__in=SecrecyReview.OPEN)
    )
    counted = running.order_by().values("person").annotate(load=Count("pk"))
    loads = [When(pk=row["person"], then=row["load"]) for row in counted]
    return Case(*loads, default=0, output_field=IntegerField())


def successors(reviews: list[SecrecyReview], asked_by: Any) -> QuerySet[Any]:
    """People who may take over one of these reviews, and are in conflict on none."""
    requests = [review.access_request_id for review in reviews]
    declared = ConflictDeclaration.objects.conflicts_in(*requests)
    rows = roles_in_force(Role.LEGAL_REVIEWER).filter(
        authority__in=[review.authority_id for review in reviews]
    )
    away = Absence.objects.in_force(acting.today()).filter(person=OuterRef("pk"))
    return (
        get_user_model()
        .objects.filter(pk__in=rows.values("person"))
        .exclude(pk__in=declared.values("person"))
        .annotate(
            load=_load(visible_to(asked_by)),
            away_until=Subquery(away.values("valid_to")[:1]),
        )
        .order_by(
            F("away_until").asc(nulls_first=True), "load", in_swedish("last_name")
        )
    )


def described(person: Any) -> str:
    """The candidate in a line: who, from where, how much, and what speaks for it."""
    parts = [_("reviewer here") if person.own else _("another authority")]
    parts.append(
        ngettext("%(load)s open case", "%(load)s open cases", person.load)
        % {"load": person.load}
    )
    if person.knows:
        parts.append(_("has worked a similar case"))
    if person.stands_in:
        parts.append(_("stands in for the case officer"))
    if person.away_until:
        until = short_day(person.away_until)
        parts.append(_("away until %(day)s") % {"day": until})
    return f"{person} – {', '.join(str(part) for part in parts)}"


# What reviews came to, for lists of them.


def decision_columns(user: Any) -> dict[str, Any]:
    """Annotations of reviews: the decision that stands, and whether the person may know
    what it says."""
    current = Decision.objects.current().filter(review=OuterRef("pk"))
    readable = readable_by(user).filter(pk=OuterRef("pk"))
    return {
        "outcome_now": Subquery(current.values("outcome")[:1]),
        "decided_now": Subquery(current.values("decided_at")[:1]),
        "decider_now": Subquery(current.values("decided_by_name")[:1]),
        "is_readable": Exists(readable),
    }


def with_outcome(
    user: Any, reviews: QuerySet[SecrecyReview], outcome: str
) -> QuerySet[SecrecyReview]:
    """Among these reviews, those that the person reads and whose decision has this
    outcome."""
    current = Decision.objects.current().filter(outcome=outcome, review=OuterRef("pk"))
    readable = readable_by(user)
    sees, reads = (has_role(user, *roles) for roles in (SEES, READS))
    if sees and not reads:
        # Of all they see they read what names open to them, and that is little.
        keys = readable.filter(Exists(current)).order_by().values("pk")
        return reviews.filter(keys_in_scope(user, "pk", keys))
    return reviews.filter(Exists(current), Exists(readable.filter(pk=OuterRef("pk"))))


def decided_by(
    reviews: QuerySet[SecrecyReview], person: Any
) -> QuerySet[SecrecyReview]:
    own = Decision.objects.filter(decided_by=person.pk, review=OuterRef("pk"))
    return reviews.filter(Exists(own))


def decided_within(
    user: Any, reviews: QuerySet[SecrecyReview], days: int
) -> QuerySet[SecrecyReview]:
    """Counted in whole days: 1 is today."""
    today = timezone.localtime(acting.now()).replace(hour=0, minute=0, second=0)
    since = today.replace(microsecond=0) - timedelta(days=days - 1)
    current = Decision.objects.current().filter(decided_at__gte=since).order_by()
    return reviews.filter(keys_in_scope(user, "pk", current.values("review")))


def unanswered(
    user: Any, reviews: QuerySet[SecrecyReview], *, late: bool
) -> QuerySet[SecrecyReview]:
    """Among these reviews, those whose provider waits; `late`: whose answer is due
    within four hours."""
    waiting = AccessRequest.objects.filter(status__in=AccessRequest.AWAITING)
    if late:
        waiting = AccessRequest.objects.due_within(acting.now(), timedelta(hours=4))
    keys = waiting.order_by().values("pk")
    return reviews.filter(keys_in_scope(user, "access_request", keys))


# Questions of the tree that other steps answer by what they record (N11–N16).


def recorded(case: Any) -> dict[str, str]:
    """What has been recorded so far, by node; empty where nothing has."""
    return {
        "N11": _declared(case),
        "N12": _delegated(case),
        "N13": _decided(case),
        "N14": _answers(case),
        "N15": _kept_within(case),
        "N16": _closed(case),
    }


def _declared(case: Any) -> str:
    last = {row.person_id: row for row in case.declarations}
    words = {True: _("conflict of interest"), False: _("no conflict of interest")}
    declarations = [f"{row.person}: {words[row.has_conflict]}" for row in last.values()]
    return "; ".join(declarations)


def _delegated(case: Any) -> str:
    if not case.decisions:
        return ""
    snapshot = case.decisions[0].delegation_snapshot
    return _("item %(item)s, the board's decision %(board)s") % {
        "item": snapshot["item_no"],
        "board": snapshot["board_decision"],
    }


def _decided(case: Any) -> str:
    if not case.decisions:
        return ""
    decision = case.decisions[0]
    when = day_in_full(decision.decided_at)
    return f"{decision.get_outcome_display()}, {decision.decided_by_name}, {when}"


def _answers(case: Any) -> str:
    """The answer given; and that a decision in law has not reached its recipient."""
    answers = [
        f"{row.get_answer_display()}, {day_in_full(row.given_at)}"
        for row in case.deliveries
        if row.given_at
    ]
    if answers and any(_is_unserved(row) for row in case.decisions[:1]):
        answers.append(_("the decision has not been served"))
    return "; ".join(answers)


def _is_unserved(decision: Any) -> bool:
    in_law = decision.regime != Authority.Regime.INTERNAL
    return in_law and not is_served(decision)


def _kept_within(case: Any) -> str:
    if not case.reported:
        return ""
    if outside := [act for act in case.reported if not act.is_inside]:
        return _("%s reported events lie outside the access granted.") % len(outside)
    if case.deviations:
        return _("Deviations found: %(n)s.") % {"n": len(case.deviations)}
    return _("What the provider has reported lies within the access granted.")


def _closed(case: Any) -> str:
    return day_in_full(case.review.closed_at) if case.review.closed_at else ""


# What ended before anything was decided, by when it did and why.

YEAR = timedelta(days=365)
# In addresses, for the cause that is empty.
NOBODY_SAID = "none"


def first_lapses(user: Any, since: datetime) -> Any:
    """The versions by which each of the manager's reviews first stood as lapsed: it may
    be written again afterwards, also where that first time was earlier than `since`."""
    managed = managed_by(user).filter(pk=OuterRef("id"))
    rows = SecrecyReview.history.filter(status=SecrecyReview.Status.LAPSED)
    earlier = rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    return rows.filter(
        ExistsExpression(managed),
        ~ExistsExpression(earlier),
        history_date__gte=since,
    )


class Cause(NamedTuple):
    """Why, and how many lapsed so."""

    label: Any
    number: int


class LapsedAt(NamedTuple):
    """How many lapsed while they waited for a step, for this cause. `was`: the status
    they had; `cause` is `NOBODY_SAID` where none has been given."""

    was: str
    step: Any
    cause: str
    why: Any
    number: int


def by_step(user: Any, since: datetime) -> list[LapsedAt]:
    """Of the manager's reviews, in the order of the steps; those without a cause last.
    What lapsed before causes were asked for has none here. One query."""
    rows = _with_step(lapses_since(user, since)).order_by().values_list("was", "cause")
    numbers = {(was, cause): n for was, cause, n in rows.annotate(Count("pk"))}
    causes = [*Lapse.Cause.choices, ("", _("Nobody has given the cause"))]
    return [
        LapsedAt(status, LADDER[status].awaited, cause or NOBODY_SAID, why, number)
        for status in SecrecyReview.OPEN
        for cause, why in causes
        if (number := numbers.get((status, cause), 0))
    ]


def lapsed_in_a_year(user: Any, was: str, cause: str) -> Q:
    """In a query of reviews: does `by_step` count it, and as this where it says so?"""
    lapses = lapses_since(user, acting.now() - YEAR)
    if was or cause:
        reason = "" if cause == NOBODY_SAID else cause
        lapses = _with_step(lapses).filter(was=was, cause=reason)
    return keys_in_scope(user, "pk", lapses.order_by().values("review"))


def _with_step(lapses: Any) -> Any:
    """With the status that each review had when it lapsed."""
    before = (
        SecrecyReview.history.filter(
            id=OuterRef("review"), history_date__lte=OuterRef("lapsed_at")
        )
        .exclude(status=SecrecyReview.Status.LAPSED)
        .order_by("-history_id")
    )
    return lapses.annotate(was=Subquery(before.values("status")[:1]))


def lapses_since(user: Any, since: datetime) -> Any:
    managed = managed_by(user).filter(pk=OuterRef("review"))
    return Lapse.objects.filter(ExistsExpression(managed), lapsed_at__gte=since)


# What lies with each of the reviewers, and who of them is away or leaves. Reads only.
#
# Counts only reviews that the manager may know of.

LEAVES_SOON = timedelta(days=14)


class Load(NamedTuple):
    """What lies with one person; `clock` is the one that runs out first, and `leaving`
    says why it should be handed over."""

    person: Any
    cases: int
    unacknowledged: int
    oldest: datetime | None
    clock: Clock | None
    ages: list[Bar]
    leaving: str


class Instants(Func):
    """Some instants as one value, compared by the first, then the next."""

    template = "array[%(expressions)s]"
    output_field = ArrayField(DateTimeField())


def burden(person: Any, manager: Any) -> int:
    """How many cases somebody works on, of those that the manager manages."""
    return worked_on(manager, assignments__person=person.pk).count()


def loads_for(manager: Any) -> list[Load]:
    """What should be handed over at the top, then who has most. Three queries."""
    numbers = {row["person"]: row for row in _counted(manager)}
    roles = _roles(manager, numbers)
    people = {row.person_id: row.person for row in roles}
    if without := numbers.keys() - people.keys():
        people |= get_user_model().objects.in_bulk(without)
    leaving = _leaving(people, roles)
    loads = [
        _loads_load(person, numbers.get(pk), leaving.get(pk, ""))
        for pk, person in people.items()
    ]
    return sorted(loads, key=_handed_over_first)


def worked_on(manager: Any, **more: Any) -> QuerySet[SecrecyReview]:
    """Cases that the manager may know of and that are not closed, once for each person
    who works on them. `more`: what is asked of the same row of `assignments`."""
    return managed_by(manager).filter(
        status__in=SecrecyReview.HELD,
        assignments__isnull=False,
        assignments__ended_at=None,
        **more,
    )


def _counted(manager: Any) -> Iterable[dict[str, Any]]:
    """The numbers of each person who works on something, a row each. The database
    counts: an officer may have thousands of cases that nobody has closed."""
    came, ends = "access_request__received_at", deadline_path("access_request")
    awaiting = {
        "access_request__status__in": AccessRequest.AWAITING,
        f"{ends}__isnull": False,
    }
    return (
        worked_on(manager)
        .order_by()
        .values(person=F("assignments__person"))
        .annotate(
            cases=Count("pk"),
            unacknowledged=Count("pk", filter=Q(assignments__acknowledged_at=None)),
            oldest=Min(came),
            soonest=Min(Instants(ends, came), filter=Q(**awaiting)),
            **age_counts(),
        )
    )


def _loads_load(person: Any, numbers: dict[str, Any] | None, leaving: str) -> Load:
    if numbers is None:
        return Load(person, 0, 0, None, None, [], leaving)
    clock_of_first = None
    if numbers["soonest"]:
        ends, came = numbers["soonest"]
        clock_of_first = clock_between(NoticeKind.ANSWER, came, ends)
    return Load(
        person,
        numbers["cases"],
        numbers["unacknowledged"],
        numbers["oldest"],
        clock_of_first,
        [bar for bar in bars_of([numbers]) if bar.cases],
        leaving,
    )


def _roles(manager: Any, theirs: Iterable[int]) -> list[Any]:
    """All roles of the legal reviewers there, and of whoever has a case; and how long
    they are away, and who stands in."""
    runs = authorities_of(manager, Role.IT_MANAGER)
    reviewers = roles_in_force(Role.LEGAL_REVIEWER).filter(authority__in=runs)
    absences = Absence.objects.in_force(acting.today()).filter(
        person=OuterRef("person")
    )
    longest = absences.order_by("-valid_to")
    rows = RoleAssignment.objects.in_force(acting.now()).filter(
        Q(person__in=reviewers.values("person")) | Q(person__in=list(theirs))
    )
    rows = rows.annotate(
        away_until=Subquery(longest.values("valid_to")[:1]),
        stands_in=Subquery(longest.values("substitute")[:1]),
    )
    return list(rows.select_related("person"))


def _leaving(people: dict[int, Any], roles: list[Any]) -> dict[int, str]:
    """Who is away, has left or leaves soon, and since or until when."""
    day = acting.today()
    last: dict[int, date] = {}
    last_roles: dict[int, Any] = {}
    for row in roles:
        ends = row.valid_to or date.max
        last[row.person_id] = max(ends, last.get(row.person_id, ends))
        last_roles[row.person_id] = row
    reasons = {}
    for pk, person in people.items():
        if not person.is_active:
            reasons[pk] = _("deactivated")
        elif pk not in last:
            reasons[pk] = _("has no role any more")
        elif last_roles[pk].away_until:
            reasons[pk] = _away(last_roles[pk])
        elif last[pk] <= day + LEAVES_SOON:
            reasons[pk] = _("the role ends on %(day)s") % {"day": short_day(last[pk])}
    return reasons


def _away(row: Any) -> str:
    text = _("away until %(day)s")
    if row.stands_in is None:
        text = _("away until %(day)s, nobody stands in")
    return text % {"day": short_day(row.away_until)}


def _handed_over_first(load: Load) -> tuple:
    return (not (load.leaving and load.cases), -load.cases, str(load.person))


# Reviews on named lists: those whose list another in charge is to confirm, and those
# that a decision-maker is to open with a basis. Lines of the work queue.

WAITS = Q(listed_by__isnull=False, list_confirmed_by=None)
PROPOSED = SecrecyReview.Status.PROPOSED


def listed_for(user: Any) -> Iterator[Kind]:
    """The reviews on named lists: those that the person is named on, and those that
    they oversee."""
    waiting = visible_to(user).filter(WAITS, is_named_list=True)
    yield Kind(waiting.exclude(listed_by=user.pk), partial(_to_confirm, user))
    if has_role(user, Role.DECISION_MAKER):
        yield Kind(overseen_by(user), partial(_to_open, user))


def _to_confirm(
    user: Any, waiting: QuerySet[SecrecyReview], most: int
) -> Iterator[WorkItem]:
    keys = _first(waiting, most)
    for review in _with_involvement(user, keys[:most]):
        if involvement_in(user, review).settles_list:
            yield _item(review, "secrecyreview", "confirm-list")
    if len(keys) > most:
        yield and_more(SecrecyReview, most)


def _first(reviews: QuerySet[SecrecyReview], most: int) -> list[int]:
    """The keys of the reviews that run out first, and one more where there are any."""
    rows = reviews.order_by(deadline_path("access_request"), "pk")
    return list(rows.values_list("pk", flat=True)[: most + 1])


def _with_involvement(user: Any, keys: list[int]) -> Iterable[Any]:
    """What the person is to each of them."""
    reviews = SecrecyReview.objects.filter(pk__in=keys)
    rows = with_involvement(user, reviews, acting.now())
    return rows.select_related("authority", "access_request").order_by(
        deadline_path("access_request"), "pk"
    )


def _to_open(
    user: Any, overseen: QuerySet[SecrecyReview], most: int
) -> Iterator[WorkItem]:
    keys = _first(overseen, most)
    for review in _with_involvement(user, keys[:most]):
        rights = involvement_in(user, review)
        if rights.settles_list:
            yield _item(review, "listedreview", "confirm-list")
        elif rights.has_proposal and rights.has_rule:
            yield _item(review, "listedreview", "open")
    if len(keys) > most:
        yield and_more(ListedReview, most)


def _item(review: Any, page: str, step: str) -> WorkItem:
    request = review.access_request
    is_open = step == "open"
    return WorkItem(
        clock=clock_in(request, None),
        name=str(review),
        url=url(f"{page}_change", review.pk),
        place=str(review.authority),
        wants="",
        details=_("on a named list"),
        level=None,
        warning="",
        step=_("Take access with a basis") if is_open else _("Confirm the named list"),
        step_url=url(f"{page}_step", review.pk, step),
        since=request.received_at,
    )


# Opinions that a person is asked for: lines of the work queue. Reads only.


def opinions_asked_of(user: Any) -> Iterator[Kind]:
    """For whoever has a role at all."""
    if not roles_of(user):
        return
    rows = consultations_visible_to(user).filter(
        person=user.pk,
        status=Consultation.Status.OPEN,
        review__status__in=SecrecyReview.OPEN,
    )
    related = ("question", "review__authority", "asked_by")
    yield of_each(rows.select_related(*related).order_by("due_at"), _line)


def _line(row: Consultation) -> WorkItem:
    return WorkItem(
        clock=clock_between(NoticeKind.OPINION, row.asked_at, row.due_at),
        name=_("Consultation %(number)s") % {"number": row.pk},
        url=url("consultation_change", row.pk),
        place=str(row.review.authority),
        wants=row.question.text.strip().splitlines()[0][:110],
        details=_("question from %(name)s") % {"name": row.asked_by},
        level=None,
        warning="",
        step=_("Give your opinion"),
        step_url=url("consultation_step", row.pk, "answer"),
        alarm=_("The time to answer is out.") if row.due_at <= acting.now() else "",
        since=row.asked_at,
    )


# The newest earlier case that was about the same, and how it was assessed.


class EarlierCase(NamedTuple):
    """Answers by node, and tests of what was asked for as a whole by provision."""

    review: SecrecyReview
    answers: dict[str, AssessmentAnswer]
    tests: dict[int, HarmTest]


def earlier_case(
    review: SecrecyReview, similar: list[SimilarCase]
) -> EarlierCase | None:
    """Of those that the person may read: the same recipient at the same place asked
    for the same objects in the same product, by the same questions."""
    alike = [row.review for row in similar if _is_same(review, row.review)]
    newest = max(alike, key=lambda row: row.pk, default=None)
    if newest is None or newest.is_divided or review.is_divided:
        return None
    assessment = assessment_with_texts(newest)
    return EarlierCase(
        newest,
        {row.node: row for row in assessment.answers},
        {
            row.provision_id: row
            for row in assessment.harm_tests
            if is_in_force(row.provision)
        },
    )


def _is_same(review: SecrecyReview, other: SecrecyReview) -> bool:
    mine, theirs = review.access_request, other.access_request
    return (
        (review.authority_id, review.matter, review.tree)
        == (other.authority_id, other.matter, other.tree)
        and mine.connection.product_id == theirs.connection.product_id
        and same_name(mine.employer_entity) == same_name(theirs.employer_entity) != ""
        and mine.engineer_country.upper() == theirs.engineer_country.upper() != ""
        and _objects(review) == _objects(other) != {None}
    )


def _objects(review: SecrecyReview) -> set[int | None]:
    """An object that is not in the map may be anything: it is like no other."""
    rows = review.requested_objects.still_named()
    objects: set[int | None] = set(rows.values_list("cloud_object", flat=True))
    return {None} if None in objects else objects


# Finding a case by any number that people know it by.
#
# What holds a number is read from its index before anybody's rights are: where it is
# little, rights are asked of that; where it is more than FEW, the newest of what the
# person sees are looked through, and soon hold enough of it.

NUMBERS_MOST = 500
# What is in no more of a kind is read before rights are asked.
FEW = 500
# No index knows where less stands: numbers that begin with it are found.
PART = 3
# The kinds of what is found; there is no list where there are more than FEW, but of
# people the first of them.
REQUEST, DIARY, OBJECT, NAME, PERSON = "request", "diary", "object", "name", "person"
EXTERNAL = "external"
# A key of no row: as much is asked where nothing is found as where something is found
# that the person may not see.
NONE = [0]
Matches = dict[str, list[int] | None]


def numbered(user: Any, text: str, request: str) -> Q:
    """Rows of a list, by the number of the request that stands there. Three queries.

    What stands in the list is found there by the provider's number, also where the
    request is unseen.
    """
    matches = matches_of(text, REQUEST, DIARY, EXTERNAL)
    keys = _requests_numbered(user, text, matches)
    if (external_keys := matches[EXTERNAL]) is not None:
        return Q(**{f"{request}__in": keys.union(external_keys) or NONE})
    either = Q(**{f"{request}__in": keys or NONE})
    if request == "pk":
        return either
    return either | _holds(f"{request}__external_id", text)


def numbered_in_list(user: Any, text: str, request: str) -> Q:
    """The same, and the row whose own number it is."""
    sought = numbered(user, text, request)
    number = as_number(text)
    return sought if number is None else sought | Q(pk=number)


def _requests_numbered(user: Any, text: str, matches: Matches) -> set[int]:
    """Requests this person sees, by the provider's number, the support case, or the
    diary number or own number of a review."""
    requests = requests_visible_to(user).filter(
        requests_among(matches[REQUEST], "pk") or has_request_number(text)
    )
    first, *rest = (
        part.filter(_numbered(matches, text))
        .order_by("-pk")
        .values_list("access_request", flat=True)[:NUMBERS_MOST]
        for part in visible_in_parts(user)
    )
    return {
        *requests.order_by("-pk").values_list("pk", flat=True)[:NUMBERS_MOST],
        *first.union(*rest),
    }


def _numbered(matches: Matches, text: str) -> Q:
    by_diary = reviews_among(matches[DIARY]) or has_diary_number(text)
    number = as_number(text)
    return by_diary if number is None else by_diary | Q(pk=number)


def matches_of(text: str, *kinds: str) -> Matches:
    """What holds the text, by kind: keys of requests (by the provider's number and the
    support case, or by the first alone), of reviews (by diary number; by an object
    as the provider writes it, or by our name of it), or of people."""
    ways = {
        REQUEST: (AccessRequest.objects.filter(has_request_number(text)), "pk"),
        EXTERNAL: (AccessRequest.objects.filter(_holds("external_id", text)), "pk"),
        DIARY: (SecrecyReview.objects.filter(has_diary_number(text)), "pk"),
        OBJECT: (_numbers_objects(_holds("external_id", text)), "review"),
        NAME: (_numbers_objects(cloud_object__designation__iexact=text), "review"),
        PERSON: (_people(text), "pk"),
    }
    first, *rest = (_some(kind, *ways[kind]) for kind in kinds)
    if DIARY in kinds:
        elsewhere = DiaryEntry.objects.filter(number__iexact=text)
        rest.append(_some(DIARY, elsewhere, "review"))
    matches: dict[str, list[int]] = {kind: [] for kind in kinds}
    for kind, key in first.union(*rest, all=True):
        matches[kind].append(key)
    return {
        kind: keys if len(keys) <= FEW or kind == PERSON else None
        for kind, keys in matches.items()
    }


def _some(kind: str, rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    named = rows.order_by().annotate(kind=Value(kind, CharField()), key=F(key))
    return named.values_list("kind", "key")[: FEW + 1]


def requests_among(keys: list[int] | None, path: str) -> Q | None:
    """In a query of rows with a request: is it one of these? None where they are too
    many."""
    return _among(keys, path, AccessRequest)


def reviews_among(keys: list[int] | None) -> Q | None:
    return _among(keys, "pk", SecrecyReview)


def _among(keys: list[int] | None, path: str, model: type[Any]) -> Q | None:
    if keys is None:
        return None
    rows = model.objects.filter(pk__in=keys or NONE).order_by()
    return Q(key_in_array(path, rows.values("pk")))


def has_request_number(text: str) -> Q:
    sought = (term.name for term in TERMS if term.is_sought)
    return reduce(or_, (_holds(name, text) for name in sought))


def has_diary_number(text: str) -> Q:
    return _holds("diary_number", text)


def _holds(field: str, text: str) -> Q:
    lookup = "icontains" if len(text) >= PART else "istartswith"
    return Q(**{f"{field}__{lookup}": text})


def as_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _numbers_objects(*conditions: Q, **terms: str) -> QuerySet[RequestedObject]:
    return RequestedObject.objects.filter(*conditions, review__isnull=False, **terms)


def _people(text: str) -> QuerySet[Any]:
    name = Concat("first_name", Value(" "), "last_name")
    people = get_user_model().objects.filter(is_machine=False).annotate(name=name)
    return people.filter(Q(name__icontains=text) | Q(username__iexact=text))


# Cases by what somebody was told on the telephone, to be stopped unread.

# Of our own pages: a review's, and a request's.
REVIEW = re.compile(r"/secrecyreview/(\d{1,9})/")
TO_STOP_REQUEST = re.compile(r"/accessrequest/(\d{1,9})/")


def reviews_named(text: str, user: Any) -> QuerySet[SecrecyReview]:
    """Those that have this case number, whose request has it as its number or support
    case, or whose page it is the address of: at authorities where the person stops by
    role, whether they see the case or not."""
    text = text.strip()
    if not text:
        return SecrecyReview.objects.none()
    where = authorities_of(user, *BY_ROLE["stops"])
    rows = SecrecyReview.objects.live().filter(_named(text), authority__in=where)
    return rows.select_related("authority", "access_request").order_by("pk")


def _named(text: str) -> Q:
    if page := REVIEW.search(text):
        return Q(pk=page[1])
    if page := TO_STOP_REQUEST.search(text):
        return Q(access_request=page[1])
    return (
        Q(diary_number__iexact=text)
        | Q(access_request__external_id__iexact=text)
        | Q(access_request__support_case__iexact=text)
    )

"""Everything: queue, alike, belonging, narrowing, upkeep and waiting."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    Window,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import SideDoor
from requests_app.cases.access.queue import changed_clients_for, given_by_hand
from requests_app.cases.access.selectors import freezes_now
from requests_app.cases.intake.models.request import AccessRequest, deadline_path
from requests_app.cases.intake.models.review import (
    LADDER,
    ConflictDeclaration,
    SecrecyReview,
)
from requests_app.cases.intake.rights import (
    deliveries_visible_to,
    keys_in_scope,
    managed_by,
    unrouted,
)
from requests_app.cases.intake.selectors import clock_in
from requests_app.cases.review import tasks
from requests_app.cases.review.law.rules import MOST_SERIOUS
from requests_app.cases.review.models.afterwards import (
    WAITING,
    Alteration,
    Lapse,
    SubsequentReview,
)
from requests_app.cases.review.models.assessment import AssessmentAnswer, HarmTest
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.rights.decision import can_lift
from requests_app.cases.review.selectors import listed_for, opinions_asked_of
from requests_app.cases.review.tasks import lapses_for, subsequent_reviews_for
from requests_app.core.fields import first_instant
from requests_app.core.figures import age_counts
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.people.rights import (
    INFORMATION_KEEPERS,
    SECOND_PERSONS,
    authorities_of,
    has_role,
    places,
    roles_of,
    running_authorities_of,
)
from requests_app.core.queue import (
    LONGEST,
    Clock,
    Kind,
    WorkItem,
    by_clock,
    lines_of,
    of_each,
    upkeep_item,
    url,
)
from requests_app.core.words.texts import moment_in_words
from requests_app.desk.queue.reviews import (
    FARTHEST,
    answers_for,
    arrivals_for,
    reviews_for,
    unowned_cases_for,
    unrouted_for,
)
from requests_app.disclosure.models import DataSubjectRequest
from requests_app.disclosure.tasks import (
    hand_outs_for,
    recipient_notices_for,
    two_numbers_for,
)
from requests_app.duty.ladders import request_of
from requests_app.duty.models.roster import CoverageGap, Recertification
from requests_app.duty.powers import kept_powers_for, recertifications_to_do
from requests_app.duty.roster.coverage import next_shift_begins
from requests_app.duty.roster.gaps import gaps_for
from requests_app.duty.selectors import drills_for, refused_addresses_for, sets_overdue
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import (
    CONFIRMERS,
    delegations_to_confirm,
    roles_given_at_night,
    roles_in_turn,
)
from requests_app.organisation.selectors import broken_glass_for
from requests_app.oversight.models import Deviation, IncidentDuty
from requests_app.oversight.readiness import connections_lacking, readiness_for
from requests_app.oversight.rights import (
    ALTERATION_ACTORS,
    ALTERATION_TOLD,
    alterations_open_to,
)
from requests_app.oversight.tasks import (
    comparisons_for,
    deviations_for,
    duties_for,
    log_gaps_for,
    side_doors_for,
    support_for,
)
from requests_app.privacy.selectors import data_subject_requests_for
from requests_app.records.tasks import disposals_for
from requests_app.registers.models.cloud import Connection
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.tasks import (
    changes_for,
    originals_for,
    standing_assessments_for,
)

__all__ = [
    "LONGEST",
    "WorkItem",
    "by_clock",
    "everything_for",
    "of_step",
    "waiting_for_step",
    "work_for",
]


# What waits beside the cases: roles to confirm, delegations to confirm, freezes to
# lift, cases whose people have left, classifications and standing assessments to renew.
# Lines of the work queue; reads only.

GUARDS = (Role.INFORMATION_SECURITY_MANAGER, Role.SECURITY_PROTECTION_MANAGER)


def upkeep_for(user: Any) -> Iterator[Kind]:
    yield from _roles(user)
    yield from _delegations(user)
    yield from _freezes(user)
    yield from changes_for(user)
    yield from originals_for(user)
    yield from listed_for(user)
    yield from unowned_cases_for(user)
    yield from _classifications(user)
    yield from _class_four(user)
    yield from standing_assessments_for(user)
    yield from _alterations(user)
    yield from comparisons_for(user)
    yield from log_gaps_for(user)
    yield from disposals_for(user)
    yield from two_numbers_for(user)
    yield from changed_clients_for(user)


def _roles(user: Any) -> Iterator[Kind]:
    """The roles to confirm; and, for whoever guards the authority, those usable
    unconfirmed."""
    if has_role(user, *SECOND_PERSONS):
        rows = roles_in_turn(user)
        related = ("person", "authority", "given_by")
        yield of_each(rows.select_related(*related), _roles_to_confirm)
    if has_role(user, *GUARDS):
        rows = roles_given_at_night(user)
        related = ("person", "authority", "given_by")
        yield of_each(rows.select_related(*related), _role)


def _roles_to_confirm(row: Any) -> WorkItem:
    if row.together == 1:
        confirm = url("roleassignment_step", row.pk, "confirm")
        return _role(row, step=_("Review the role"), step_url=confirm)
    page = reverse("admin:waiting_roles", args=[row.authority_id])
    text = _("Roles: %(person)s and %(more)s more")
    return upkeep_item(
        text % {"person": row.person, "more": row.together - 1},
        row.authority,
        _("They wait for a second person."),
        _("Review the roles"),
        url=page,
        step_url=page,
    )


def _role(row: RoleAssignment, **more: Any) -> WorkItem:
    at_night = _("Given outside office hours: can be used unconfirmed until %(time)s.")
    runs = row.usable_until is not None and row.usable_until > acting.now()
    change = url("roleassignment_change", row.pk)
    return upkeep_item(
        _("Role: %(person)s") % {"person": row.person},
        row.authority,
        f"{row.get_role_display()}: {row.reason}",
        **{"step": "", "step_url": change, **more},
        details=_("given by %(name)s") % {"name": row.given_by},
        alarm=at_night % {"time": moment_in_words(row.usable_until)} if runs else "",
        url=change,
    )


def _delegations(user: Any) -> Iterator[Kind]:
    if not has_role(user, *CONFIRMERS):
        return
    rows = delegations_to_confirm(user).filter(confirmed_at=None)
    yield of_each(rows.select_related("authority", "made_by"), _delegation)


def _delegation(row: DelegationRule) -> WorkItem:
    return upkeep_item(
        _("Item %(number)s") % {"number": row.item_no},
        row.authority,
        row.title,
        _("Confirm the delegation"),
        details=_("entered by %(name)s") % {"name": row.made_by},
        url=url("delegationrule_change", row.pk),
        step_url=url("delegationrule_step", row.pk, "confirm"),
    )


def _freezes(user: Any) -> Iterator[Kind]:
    """The freezes in force stand first for everybody they concern; some may lift
    them."""
    if not roles_of(user):
        return
    yield of_each(freezes_now(user), lambda row: _freeze(row, user))


def _freeze(row: Freeze, user: Any) -> WorkItem:
    asker = row.lift_asked_by
    lifts = can_lift(user, row) and asker not in (None, user)
    return upkeep_item(
        _("Freeze: %(scope)s") % {"scope": row.scope},
        row.authority,
        row.lift_reason if lifts else row.reason,
        _("Lift the freeze") if lifts else "",
        details=_("asked by %(name)s") % {"name": asker} if lifts else "",
        url=url("freeze_change", row.pk),
        step_url=url("freeze_step", row.pk, "lift") if lifts else "",
        alarm=_("Approvals are stopped."),
        since=row.begins_at,
        first=True,
    )


def _classifications(user: Any) -> Iterator[Kind]:
    """Classifications that the information owner was to look at anew before today."""
    owns = authorities_of(user, *INFORMATION_KEEPERS)
    if owns:
        yield of_each(sets_overdue(owns), _to_classify)


def _to_classify(row: InformationSet) -> WorkItem:
    change = url("informationset_change", row.pk)
    return upkeep_item(
        row,
        row.authority,
        _("The day for reviewing the classification has passed."),
        _("Classify"),
        url=change,
        step_url=change,
    )


def _class_four(user: Any) -> Iterator[Kind]:
    """Sets that concern Sweden's security, with objects in reviews not yet stopped."""
    guards = authorities_of(user, Role.SECURITY_PROTECTION_MANAGER)
    if not guards:
        return
    requested = "object_links__cloud_object__requested"
    current = SecurityClassification.objects.in_force(acting.today())
    rows = InformationSet.objects.filter(
        **{
            f"{requested}__review__status__in": SecrecyReview.OPEN,
            f"{requested}__removed_in_revision": None,
        },
        authority__in=guards,
        classifications__in=current.values("pk"),
        classifications__confidentiality=MOST_SERIOUS,
    )
    yield of_each(rows.select_related("authority").distinct(), _in_open_reviews)


def _in_open_reviews(row: InformationSet) -> WorkItem:
    change = url("informationset_change", row.pk)
    return upkeep_item(
        row,
        row.authority,
        "",
        "",
        alarm=_("Class 4, and named by open reviews that nobody has stopped yet."),
        url=change,
        step_url=change,
    )


def _alterations(user: Any) -> Iterator[Kind]:
    if not has_role(user, *ALTERATION_TOLD):
        return
    rows = alterations_open_to(user)
    yield of_each(rows.select_related("authority"), lambda row: _alteration(row, user))


def _alteration(row: Alteration, user: Any) -> WorkItem:
    acts = has_role(user, *ALTERATION_ACTORS, authority=row.authority_id)
    return upkeep_item(
        row,
        row.authority or "",
        "",
        _("Look into it") if acts else "",
        alarm=_("What is shown is not what was recorded."),
        first=True,
        since=row.found_at,
        url=url("alteration_change", row.pk),
        step_url=url("alteration_step", row.pk, "conclude") if acts else "",
    )


# The work queue: what needs this person, by the clock that runs out first.


def work_for(user: Any, most: int = FARTHEST) -> list[WorkItem]:
    """In requests and their reviews, so much of each kind."""
    return [*reviews_for(user, most), *lines_of(_beside_reviews(user), most)]


def waiting_for_step(user: Any, step: str) -> list[WorkItem]:
    """The reviews whose next step is this one, the person's to take."""
    return of_step(step, reviews_for(user, FARTHEST))


def of_step(step: str, items: Iterable[WorkItem]) -> list[WorkItem]:
    """The lines of reviews whose next step is this one."""
    return [
        item
        for item in items
        if item.about is not None
        and item.step_url == url("secrecyreview_step", item.about.pk, step)
    ]


def everything_for(user: Any, most: int = LONGEST) -> list[WorkItem]:
    """What the start page shows of it, and of what stands beside the cases: registers,
    roles, people. Four queries at most, and one for each kind that holds something."""
    accounts = chain(broken_glass_for(user), refused_addresses_for(user))
    powers = kept_powers_for(user)
    beside = chain(_beside_reviews(user), drills_for(user))
    kinds = chain(beside, upkeep_for(user), powers, accounts)
    return [*reviews_for(user, most), *lines_of(kinds, most)]


def _beside_reviews(user: Any) -> Iterator[Kind]:
    yield from deviations_for(user)
    yield from duties_for(user)
    yield from data_subject_requests_for(user)
    yield from hand_outs_for(user)
    yield from recipient_notices_for(user)
    yield from subsequent_reviews_for(user)
    yield from lapses_for(user)
    yield from recertifications_to_do(user)
    yield from unrouted_for(user)
    yield from answers_for(user)
    yield from arrivals_for(user)
    yield from readiness_for(user)
    yield from side_doors_for(user)
    yield from support_for(user)
    yield from opinions_asked_of(user)
    yield from gaps_for(user)


# Whose queues are the same, so that one is read for all of them.
#
# What waits for a person follows from their roles, and from what names them: a right,
# an
# assignment, a decision, a conflict of interest. Whom nothing open names, in any column
# of any table, has the queue of everybody else with the same roles.

# Of which permissions.decision asks who wrote it first, whoever wrote over it.
HISTORIES = [AssessmentAnswer.history.model, HarmTest.history.model]


def alike(people: Iterable[Any]) -> list[list[Any]]:
    """The people in groups with one queue each, in the language they read; without
    those for whom nothing with a clock can wait. Their roles are remembered."""
    people = list(people)
    now = acting.now()
    rows = RoleAssignment.objects.in_force(now).filter(person__in=people)
    roles: dict[int, list[RoleAssignment]] = {}
    for row in rows.with_connections():
        roles.setdefault(row.person_id, []).append(row)
    named, stirring = named_people(), _stirring()
    groups: dict[Any, list[Any]] = {}
    for person in people:
        person.role_rows = roles.get(person.pk, [])
        alone = person.pk if person.pk in named else None
        works_for = {row.authority_id for row in person.role_rows}
        if alone is None and not works_for & stirring:
            continue
        key = (places(person.role_rows), person.language, alone)
        groups.setdefault(key, []).append(person)
    return list(groups.values())


def _stirring() -> set[int]:
    """Authorities whose roles can give a line with a clock: those that something open
    concerns; those that run a connection that lacks something, with a side door that no
    decision covers, or with a request that is not closed; those that a data subject has
    asked; and those with a time when nobody may act."""
    concerned = SecrecyReview.objects.filter(access_request__in=_open_requests())
    requests = AccessRequest.objects.filter(connection=OuterRef("pk"))
    runs = Connection.objects.filter(
        Exists(requests.exclude(status__in=AccessRequest.ENDED))
    )
    doors = SideDoor.objects.undecided(acting.now()).values("connection")
    opened = Connection.objects.filter(pk__in=doors)
    empty = CoverageGap.objects.filter(closed_at=None)
    rows = concerned.order_by().values_list("authority")
    rows = rows.union(
        *(
            others.order_by().values_list("authority")
            for others in (runs, connections_lacking(), opened, _of_subjects(), empty)
        )
    )
    return {authority for (authority,) in rows} | _confirming()


def _of_subjects() -> QuerySet[DataSubjectRequest]:
    return DataSubjectRequest.objects.filter(status=DataSubjectRequest.Status.OPEN)


def _confirming() -> set[int]:
    """Where power waits to be confirmed anew; what belongs nowhere, for whoever
    administers the system."""
    waiting = Recertification.objects.filter(outcome="")
    places = set(waiting.order_by().values_list("authority", flat=True).distinct())
    if None in places:
        admins = RoleAssignment.objects.filter(role=Role.SYSTEM_ADMINISTRATOR)
        places |= set(admins.values_list("authority", flat=True))
    return places - {None}


def named_people() -> set[int]:
    """Whom something open names. More than the queue asks of, and never fewer."""
    first, *rest = _names()
    return set(first.union(*rest).values_list("named", flat=True))


def _names() -> Iterator[QuerySet[Any]]:
    # These reach other requests of the matter, and matters to come.
    yield _whom(ConflictDeclaration.objects.filter(has_conflict=True), "person")
    yield _whom(DelegationRule.objects.exclude(person=None), "person")
    # Nobody answers their own.
    yield _whom(_of_subjects().exclude(account=None), "account")
    yield from _of_powers()
    # Read once: it would be looked for anew for each column.
    requests = list(_open_requests().values_list("pk", flat=True))
    for model, path in _of_requests().items():
        rows = model._default_manager.filter(**{f"{path}__in": requests})
        for field in model._meta.fields:
            if field.related_model is get_user_model():
                yield _whom(rows, field.name)


def _of_powers() -> Iterator[QuerySet[Any]]:
    """Whoever has power that waits to be confirmed anew, and who made what gives it:
    they do not confirm it."""
    waiting = Recertification.objects.filter(outcome="")
    yield _whom(waiting.exclude(person=None), "person")
    for model in (DelegationRule, StandingAssessment):
        keys = waiting.filter(row_table=model._meta.db_table).values("row_id")
        yield _whom(model._default_manager.filter(pk__in=keys), "made_by")


def _whom(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    return rows.order_by().values(named=F(field))


def _open_requests() -> QuerySet[AccessRequest]:
    """The requests that can be a line in anybody's queue, for more than their roles."""
    here = {"access_request": OuterRef("pk")}
    reviews = SecrecyReview.objects.filter(tasks.goes_on(), **here)
    deviations = Deviation.objects.filter(status=Deviation.Status.OPEN, **here)
    duties = IncidentDuty.objects.filter(
        status=IncidentDuty.Status.OPEN, review__access_request=OuterRef("pk")
    )
    return AccessRequest.objects.filter(
        Exists(reviews)
        | Exists(deviations)
        | Exists(duties)
        | Exists(_waiting_on_reviews(SubsequentReview, Q(conclusion="")))
        | Exists(_waiting_on_reviews(Lapse, WAITING))
    )


def _waiting_on_reviews(model: type[Model], waits: Q) -> QuerySet[Any]:
    here = {"review__access_request": OuterRef("pk")}
    return model._default_manager.filter(waits, **here)


def _of_requests() -> dict[type[Model], str]:
    """Every table that hangs on a request, and the way there."""
    ways: dict[type[Model], str] = {AccessRequest: "pk"}
    models = [
        model
        for model in apps.get_app_config("requests_app").get_models()
        if not model._meta.proxy and not hasattr(model, "instance_type")
    ]
    models += HISTORIES
    while new := {
        model: way
        for model in models
        if model not in ways and (way := _way_up(model, ways))
    }:
        ways |= new
    return ways


def _way_up(model: type[Model], ways: dict[type[Model], str]) -> str:
    for field in model._meta.fields:
        if (above := ways.get(field.related_model)) is not None:  # type: ignore[arg-type]
            return field.name if above == "pk" else f"{field.name}__{above}"
    return ""


# Lines of the queue that belong together: of one request, of what extends it, or of
# one support case of the provider's.


def in_order(items: Iterable[WorkItem]) -> list[WorkItem]:
    """What runs out first at the top; beneath it what belongs to it, which says how."""
    groups: list[list[WorkItem]] = []
    of_key: dict[Any, list[WorkItem]] = {}
    for item in sorted(items, key=by_clock):
        keys = _keys(item)
        group, *others = _each_once(of_key[key] for key in keys if key in of_key) or [
            []
        ]
        if not group:
            groups.append(group)
        group.append(item)
        for other in others:
            # It is what ties the two together.
            group += other
            other.clear()
        of_key |= {key: group for line in group for key in _keys(line)}
    return [line for group in groups for line in _with_ties(group)]


def _keys(item: WorkItem) -> list[Any]:
    """What it has in common with others, the closest first."""
    request = request_of(item.about)
    if not isinstance(request, AccessRequest):
        return []
    keys: list[Any] = [request.pk]
    if request.extends_id:
        keys.append(request.extends_id)
    if request.support_case:
        keys.append((request.connection_id, request.support_case.casefold()))
    return keys


def _each_once(groups: Iterable[list[WorkItem]]) -> list[list[WorkItem]]:
    return list({id(group): group for group in groups}.values())


def _with_ties(group: list[WorkItem]) -> Iterable[WorkItem]:
    """The first of them, and the others with how they belong to one before them."""
    for number, item in enumerate(group):
        ties = (_tie(item, other) for other in group[:number])
        yield item._replace(belongs=next(filter(None, ties), ""))


def _tie(item: WorkItem, other: WorkItem) -> str:
    mine, theirs = request_of(item.about), request_of(other.about)
    if mine.pk == theirs.pk:
        text = _("The same request as %(name)s")
    elif mine.extends_id == theirs.pk:
        text = _("Extends %(name)s")
    elif theirs.extends_id == mine.pk:
        text = _("Extended by %(name)s")
    elif _keys(item)[-1] == _keys(other)[-1]:
        text = _("The same support case as %(name)s")
    else:
        return ""
    return text % {"name": other.name}


# The queue narrowed to what one looks for: by authority, clock, class and step.

Choices = list[tuple[str, str]]
SOON = timedelta(hours=2)
OTHER, NOTHING = "other", "nothing"


def authorities_in(items: list[WorkItem], user: Any) -> Choices:
    """Where the person has a role, and where something waits."""
    places = [row.authority for row in roles_of(user)]
    places += [item.about.authority for item in items if _authority(item)]
    return sorted(
        {str(place.pk): str(place) for place in places}.items(), key=lambda row: row[1]
    )


def is_of_authority(item: WorkItem, key: str) -> bool:
    return _authority(item) == key


def _authority(item: WorkItem) -> str:
    return str(getattr(item.about, "authority_id", "") or "")


def clocks(user: Any) -> dict[str, tuple[str, datetime]]:
    """Until when each runs that one can look for."""
    tomorrow = first_instant(acting.today() + timedelta(days=1))
    ends = {"soon": (_("within 2 hours"), acting.now() + SOON)}
    if begins := next_shift_begins(user):
        at = timezone.localtime(begins)
        text = _("before the next shift, %(time)s") % {"time": f"{at:%H.%M}"}
        ends["shift"] = (text, begins)
    return {**ends, "today": (_("today"), tomorrow)}


def runs_out_by(item: WorkItem, ends_at: datetime) -> bool:
    return item.clock is not None and item.clock.ends_at <= ends_at


def classes_in(items: list[WorkItem]) -> Choices:
    levels = sorted({item.level for item in items if item.level is not None})
    text = _("Confidentiality %(level)s")
    return [(str(level), text % {"level": level}) for level in levels]


def is_of_class(item: WorkItem, level: str) -> bool:
    return str(item.level) == level


def steps_in(items: list[WorkItem]) -> Choices:
    labels = {step_of(item): item.step for item in reversed(items)}
    named = sorted(
        ((name, label) for name, label in labels.items() if name not in REST),
        key=lambda row: row[1],
    )
    return [*named, *((name, text()) for name, text in REST.items() if name in labels)]


REST: dict[str, Callable[[], str]] = {
    OTHER: lambda: _("something beside the cases"),
    NOTHING: lambda: _("others have the next step"),
}


def step_of(item: WorkItem) -> str:
    if not item.step:
        return NOTHING
    return item.step_name if item.about is not None and item.step_name else OTHER


# What waits, and for whom.

# What is to be routed waits for hours: so many are a standstill, however many.
COUNTED = 1_000
# The list of cases to be answered, in addresses.
ANSWER = "to-answer"


class Wait(NamedTuple):
    """A step that cases wait for, and the case whose time runs out first. `first` is
    empty where it is not the manager's to see, `all_of_them` where there is no list."""

    step: Any
    whom: Any
    cases: int
    first: Any
    url: str
    clock: Clock | None
    all_of_them: str = ""


def unrouted_waiting(user: Any) -> Iterator[Wait]:
    """Their clock runs though they are nobody's case. Only how many: what they are
    about is for whoever routes them."""
    runs = running_authorities_of(user, Role.IT_MANAGER)
    waiting = list(
        AccessRequest.objects.filter(
            unrouted(OuterRef("pk")),
            connection__authority__in=runs,
            status__in=AccessRequest.AWAITING,
        ).soonest_first()[:COUNTED]
    )
    if waiting:
        clock = clock_in(waiting[0], None)
        label = Role.REGISTRAR.label
        yield Wait(_("Route"), label, len(waiting), "", "", clock)


def to_be_answered(user: Any) -> QuerySet[SecrecyReview]:
    """Cases that the manager may know of, whose answer somebody is to give by hand."""
    waiting = deliveries_visible_to(user).waiting().filter(given_by_hand())
    requests = waiting.order_by().values("access_request")
    return managed_by(user).filter(keys_in_scope(user, "access_request", requests))


def first_of_each_step(user: Any) -> list[Any]:
    """What runs out first of the open cases in each status, and of those to be answered
    by hand: with what it `waits_for`, the `number` of them and their `age_counts`. One
    query."""
    opened = managed_by(user).filter(status__in=SecrecyReview.OPEN)
    answers = to_be_answered(user)
    first_answer = _firsts(answers, Value(ANSWER))
    return list(_firsts(opened, F("status")).union(first_answer, all=True))


def _firsts(cases: QuerySet[SecrecyReview], step: Any) -> QuerySet[SecrecyReview]:
    counts = {"number": Count("pk"), **age_counts()}
    return (
        cases.select_related("authority", "access_request")
        .annotate(waits_for=Cast(step, CharField()))
        .annotate(
            **{
                name: Window(count, partition_by="waits_for")
                for name, count in counts.items()
            }
        )
        .order_by("waits_for", deadline_path("access_request"), "pk")
        .distinct("waits_for")
    )


def cases_waiting(firsts: Iterable[Any]) -> Iterator[Wait]:
    """What cases wait for, in the order of the steps; `firsts` are those that
    `first_of_each_step` gives."""
    by_step = {case.waits_for: case for case in firsts}
    page = reverse("admin:managed_cases", args=["status"])
    for status in SecrecyReview.OPEN:
        if first := by_step.get(status):
            rung = LADDER[status]
            step = rung.steps[0].label
            yield _wait(step, rung.whom, first, f"{page}?status={status}")
    if first := by_step.get(ANSWER):
        page = reverse("admin:managed_cases", args=[ANSWER])
        yield _wait(_("Answer the provider"), Role.EXECUTOR.label, first, page)


def _wait(step: Any, whom: Any, first: Any, all_of_them: str) -> Wait:
    return Wait(
        step,
        whom,
        first.number,
        first,
        url("secrecyreview_change", first.pk),
        clock_in(first.access_request, None),
        all_of_them,
    )

"""The lines of the work queue for oversight: comparisons, deviations, log gaps, side
doors and support."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import Comparison, OutboxMessage, SideDoor
from requests_app.cases.access.restore import COMPARERS, comparisons_to_conclude
from requests_app.cases.intake.models.file import Message
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import conflict_on
from requests_app.core.people.models import Role
from requests_app.core.people.rights import has_role, roles_of, running_authorities_of
from requests_app.core.queue import (
    Kind,
    NoticeKind,
    WorkItem,
    clock_between,
    of_each,
    upkeep_item,
    url,
)
from requests_app.core.words.texts import moment_in_words
from requests_app.oversight.models import Deviation, IncidentDuty, LogGap
from requests_app.oversight.rights import (
    CLOSE_DOORS,
    EXPLAINERS,
    deviations_to_handle,
    duties_to_settle,
    gaps_to_explain,
    is_unowned,
)
from requests_app.oversight.selectors import clock_of_deviation, clock_of_duty

# Comparisons after a restore that nobody has concluded: lines of the work queue.


def comparisons_for(user: Any) -> Iterator[Kind]:
    """For who manages where a connection is run."""
    if not has_role(user, *COMPARERS):
        return
    rows = comparisons_to_conclude(user)
    yield of_each(rows.select_related("connection__product"), _line)


def _line(row: Comparison) -> WorkItem:
    return upkeep_item(
        row,
        row.connection,
        _("Find out what happened after %(since)s.")
        % {"since": moment_in_words(row.lost_from)},
        _("Compare with the provider"),
        details="" if row.told_at else _("the provider has not told yet"),
        alarm=_("Nothing is acknowledged, and no access opens, until it is done."),
        url=url("comparison_change", row.pk),
        step_url=url("comparison_change", row.pk),
        since=row.began_at,
        first=True,
    )


# Deviations that nobody has concluded, and what has to be told of incidents, as lines
# of the queue.


def deviations_for(user: Any) -> Iterator[Kind]:
    """With everybody who may take them on, until they are concluded."""
    if not roles_of(user):
        return
    rows = deviations_to_handle(user).filter(status=Deviation.Status.OPEN)
    related = ("review__authority", "access_request__connection__product", "owner")
    rows = rows.annotate(is_unowned=is_unowned())
    rows = rows.select_related(*related).order_by("discovered_at")
    yield of_each(rows, lambda row: _item(row, user))


def _item(row: Any, user: Any) -> WorkItem:
    mine = row.owner_id == user.pk
    step, name = (_("Conclude"), "conclude") if mine else (_("Take it on"), "take")
    owner = row.owner
    is_free = owner is None or row.is_unowned
    return WorkItem(
        clock=clock_of_deviation(row),
        name=f"{row}: {row.review}",
        url=url("deviation_change", row.pk),
        place=f"{row.review.authority} · {row.access_request.connection.product}",
        wants=row.kinds_in_words,
        details=_("taken on by %(name)s") % {"name": owner} if owner else "",
        level=None,
        warning="",
        step=str(step) if mine or is_free else "",
        step_url=url("deviation_step", row.pk, name) if mine or is_free else "",
        alarm=_("The provider went outside what was granted."),
        since=row.discovered_at,
        first=is_free,
        number=str(row.review),
    )


def duties_for(user: Any) -> Iterator[Kind]:
    """Once it is known to be an incident, or where a review was stopped; until then
    the deviation itself waits, with the shortest of their clocks."""
    if not roles_of(user):
        return
    rows = duties_to_settle(user).filter(
        IncidentDuty.CERTAIN, status=IncidentDuty.Status.OPEN
    )
    related = ("review__authority", "breach__authority")
    yield of_each(rows.select_related(*related).order_by("due_at"), _duty)


def _duty(row: IncidentDuty) -> WorkItem:
    clock = clock_of_duty(row)
    is_out = clock is not None and clock.is_out
    return WorkItem(
        clock=clock,
        name=str(row),
        url=url("incidentduty_change", row.pk),
        place=str(row.authority),
        wants="",
        details=_("without undue delay") if row.has_no_hours else "",
        level=None,
        warning="",
        step=_("Report"),
        step_url=url("incidentduty_step", row.pk, "report"),
        alarm=_("The time to report has run out.") if is_out else "",
        since=row.known_at,
        number=str(row.incident),
    )


# Gaps of providers' logs that nobody has explained: lines of the work queue.


def log_gaps_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *EXPLAINERS):
        return
    rows = gaps_to_explain(user)
    related = ("log__connection__product", "log__connection__authority")
    yield of_each(rows.select_related(*related), _log_gaps_line)


def _log_gaps_line(row: LogGap) -> WorkItem:
    times = {
        "since": moment_in_words(row.since),
        "until": moment_in_words(row.until),
    }
    return upkeep_item(
        row,
        row.log.connection.authority,
        _("What was done between %(since)s and %(until)s the log does not tell.")
        % times,
        _("Say what is known of that time"),
        details=row.why,
        url=url("loggap_change", row.pk),
        step_url=url("loggap_step", row.pk, "explain"),
        since=row.noticed_at,
    )


# What stands open at providers that no decision covers, for whoever manages, guards or
# answers for the authority that runs the connection. Lines of the work queue; reads
# only.

# So soon it is to be closed, or covered by a decision.
TIME_TO_SETTLE = timedelta(hours=24)


def side_doors_for(user: Any) -> Iterator[Kind]:
    runs = running_authorities_of(user, *CLOSE_DOORS)
    if runs:
        yield of_each(undecided_in(runs), _side_doors_line)


def undecided_in(authorities: set[int]) -> QuerySet[SideDoor]:
    """But for what a machine is closing, as long as that goes well."""
    closing = OutboxMessage.objects.filter(side_door=OuterRef("pk")).order_by("-pk")
    goes_well = closing.filter(Q(finished_at=None, trouble=""))
    rows = SideDoor.objects.undecided(acting.now()).filter(
        ~Exists(goes_well), connection__authority__in=authorities
    )
    rows = rows.annotate(trouble=Subquery(closing.values("trouble")[:1]))
    related = ("connection__product", "connection__authority")
    return rows.select_related(*related).order_by("seen_at", "pk")


def _side_doors_line(door: Any) -> WorkItem:
    page, since = url("sidedoor_change", door.pk), door.undecided_since
    alarm = _("Open at the provider, and no decision covers it.")
    if door.trouble:
        text = _("Could not be closed by machine: %(why)s")
        alarm = f"{alarm} {text % {'why': door.trouble}}"
    name = f"{door.get_kind_display()}: {door}"
    return upkeep_item(
        name,
        door.connection,
        door.what,
        _("Close it, or say which decision covers it"),
        number=_("side door no. %(number)s") % {"number": door.pk},
        alarm=alarm,
        url=page,
        step_url=page,
        clock=clock_between(NoticeKind.DOOR, since, since + TIME_TO_SETTLE),
        since=since,
    )


# Questions that no machine gets through with: for those who
# answer at the provider. Lines of the work queue; reads only.

Topic = OutboxMessage.Topic


def support_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, Role.EXECUTOR):
        return
    runs = running_authorities_of(user, Role.EXECUTOR)
    yield of_each(_questions(runs).exclude(conflict_on(user, "access_request")), _ask)


def _in_trouble() -> QuerySet[OutboxMessage]:
    """Given up, or tried and not yet through."""
    failed = OutboxMessage.Result.FAILED
    waits = Q(finished_at=None) & ~Q(trouble="")
    return OutboxMessage.objects.filter(Q(result=failed) | waits).order_by("created_at")


def _questions(runs: set[int]) -> QuerySet[OutboxMessage]:
    """As long as the question waits for its answer, and somebody works on the case."""
    answered = Message.objects.filter(answers=OuterRef("question"))
    rows = _in_trouble().filter(
        ~Exists(answered),
        topic=Topic.QUESTION,
        access_request__connection__authority__in=runs,
        question__review__status__in=SecrecyReview.OPEN,
    )
    return rows.select_related("access_request__connection__product", "question__text")


def _ask(row: Any) -> WorkItem:
    request = row.access_request
    page = url("accessrequest_change", request.pk)
    text = _("Put the question to the provider, in %(number)s: %(text)s")
    return upkeep_item(
        request,
        request.connection.product,
        text % {"number": request.asked_in, "text": row.question.text.text},
        _("Look into it"),
        alarm=_("Could not be asked by machine: %(why)s") % {"why": row.trouble},
        url=page,
        step_url=page,
        since=row.created_at,
    )

"""Gaps: gap line and open gaps."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.queue import Clock, Kind, NoticeKind, WorkItem, of_each, url
from requests_app.core.words.texts import from_until, label_of, short_day
from requests_app.duty.models.roster import CoverageGap, RosterGroup
from requests_app.duty.rights import staffed_authorities
from requests_app.duty.roster.coverage import (
    Coverage,
    Facts,
    Gap,
    duty_of,
    facts_of,
    roles_of,
)
from requests_app.organisation.models import DelegationRule

# A line of the list of gaps.


class GapLine(NamedTuple):
    """A gap of an authority, of some products or (empty) of all; or several that one
    and the same act closes. `places` and `acts` are whose it is, each once."""

    gap: Gap
    places: tuple[Authority, ...]
    acts: tuple[Any, ...]
    products: str
    why: str
    closes: str
    url: str

    @property
    def when(self) -> str:
        return from_until(self.gap.begins_at, self.gap.ends_at)

    @property
    def what(self) -> tuple[Any, ...]:
        """By what it is the same line."""
        return self.when, self.products, self.why, self.closes, self.url

    def beside(self, other: "GapLine | None") -> "GapLine":
        """This one and another that the same act closes, as one line."""
        if other is None:
            return self
        return other._replace(
            places=tuple(dict.fromkeys((*other.places, *self.places))),
            acts=tuple(dict.fromkeys((*other.acts, *self.acts))),
        )


# Each gap in words: what lacks, why, and the one thing that closes it.

Act, Cause = CoverageGap.Act, CoverageGap.Cause


class GapLines(NamedTuple):
    """The first of them in words, how many there are in all, and how many come later
    than the first."""

    first: list[GapLine]
    number: int
    more: int


def gap_lines(
    coverage: Coverage,
    authorities: Iterable[Authority],
    groups: Iterable[RosterGroup],
    most: int,
) -> GapLines:
    """In order of time; what is alike for all products is said once. `groups`: the
    rosters that the person sees, with `places`. Three queries at most."""
    gaps = [
        (gap, authority, products)
        for authority in authorities
        for gap, products in told_once(coverage.gaps_of(authority.pk))
    ]
    gaps.sort(key=lambda row: (row[0].begins_at, row[1].name))
    first = gaps[:most]
    facts = facts_of(coverage, [gap for gap, _place, _products in first], groups)
    lines: dict[Any, GapLine] = {}
    for row in first:
        line = _line(*row, coverage, facts)
        lines[line.what] = line.beside(lines.get(line.what))
    return GapLines(list(lines.values()), len(gaps), len(gaps) - len(first))


def told_once(gaps: Iterable[Gap]) -> list[tuple[Gap, set[int | None]]]:
    """The same gap of several products, and of both ways to decide, once."""
    once: dict[Any, tuple[Gap, set[int | None]]] = {}
    for gap in gaps:
        key = gap.act, gap.cause, gap.begins_at, gap.ends_at
        once.setdefault(key, (gap, set()))[1].add(gap.product_id)
    refused = {key[1:] for key in once if key[0] == Act.REFUSE}
    # Whoever may not even refuse need not be told that nobody may grant.
    return [
        row
        for key, row in once.items()
        if key[0] != Act.GRANT or key[1:] not in refused
    ]


def _line(
    gap: Gap,
    authority: Authority,
    products: set[Any],
    coverage: Coverage,
    facts: Facts,
) -> GapLine:
    named = sorted(facts.products[key] for key in products if key)
    places = coverage.places
    own = {row.product_id for row in places if row.authority_id == authority.pk}
    is_all = products >= own or products == {None}
    closes, page = _closing(gap, authority, facts)
    return GapLine(
        gap,
        (authority,),
        (label_of(Act, gap.act),),
        "" if is_all else ", ".join(named),
        _why(gap, authority.pk, facts),
        closes,
        page,
    )


def _why(gap: Gap, authority: int, facts: Facts) -> str:
    if gap.cause == Cause.ROLE:
        role = label_of(Role, roles_of(gap.act)[0])
        return _("Nobody has the role %(role)s.") % {"role": str(role).lower()}
    if gap.cause == Cause.SUSPENDED:
        names = ", ".join(_suspended(row) for row in _suspended_then(gap, facts))
        return _("All who have the role are stopped: %(names)s.") % {"names": names}
    if gap.cause == Cause.DELEGATION:
        return _why_not_delegated(gap, authority, facts)
    if gap.cause == Cause.AWAY:
        names = _away_then(gap, facts)
        return _("All who may are away: %(names)s.") % {"names": names}
    if gap.cause == Cause.UNREACHED:
        return _(
            "Whoever may has no address that takes mail, or no way to sign in that"
            " deciding asks for."
        )
    if gap.cause == Cause.OFF_DUTY:
        return _("Nobody who may is on duty. Others may, and are not away.")
    return _("One and the same person is alone on duty to review and to decide.")


def _why_not_delegated(gap: Gap, authority: int, facts: Facts) -> str:
    day = timezone.localdate(gap.begins_at)
    ended = [
        (rule.valid_to, rule.item_no)
        for rule in facts.rules
        if rule.authority_id == authority and rule.valid_to and rule.valid_to < day
    ]
    if not ended:
        return _("No item of delegation covers it.")
    last_day, item = max(ended)
    text = _("Item %(item)s ends on %(day)s, and nobody else has it.")
    return text % {"item": item, "day": short_day(last_day)}


def _away_then(gap: Gap, facts: Facts) -> str:
    day = timezone.localdate(gap.begins_at)
    away = {
        str(row.person)
        for row in facts.absences
        if row.valid_from <= day <= row.valid_to
    }
    return ", ".join(sorted(away))


def _suspended_then(gap: Gap, facts: Facts) -> list[RoleAssignment]:
    day = timezone.localdate(gap.begins_at)
    return [
        row
        for row in facts.suspended
        if row.authority_id == gap.authority_id
        and row.role in roles_of(gap.act)
        and row.valid_from <= day
        and (row.valid_to is None or day <= row.valid_to)
    ]


def _suspended(row: RoleAssignment) -> str:
    text = (
        _("%(name)s (suspended)")
        if row.suspended_at
        else _("%(name)s (account closed)")
    )
    return text % {"name": row.person}


def _closing(gap: Gap, authority: Authority, facts: Facts) -> tuple[str, str]:
    """The one act that closes it, and its page; none where it is another's to take."""
    if gap.authority_id != authority.pk:
        return _("It is for whoever runs the connections"), ""
    if gap.cause == Cause.ROLE:
        return _("Give the role"), _role_begun(gap)
    if gap.cause == Cause.SUSPENDED:
        return _closing_suspension(gap, facts)
    if gap.cause == Cause.DELEGATION:
        kind = DelegationRule.DecisionType.ANSWER.value
        page = _begun("delegationrule", decision_type=kind, authority=gap.authority_id)
        return _("Enter an item"), page
    if gap.cause == Cause.AWAY:
        return _("See who is away"), reverse("admin:requests_app_absence_changelist")
    if gap.cause == Cause.UNREACHED:
        return _("See who has the role"), reverse(
            "admin:requests_app_roleassignment_changelist"
        )
    return _closing_on_duty(gap, facts)


def _closing_on_duty(gap: Gap, facts: Facts) -> tuple[str, str]:
    group = facts.rosters.get((gap.authority_id, duty_of(gap.act)))
    if group is None:
        return _("Lay a roster"), reverse("admin:requests_app_rostergroup_add")
    if gap.cause == Cause.ALONE:
        page = url("rostergroup_step", group.pk, "lay-shift")
        return _("Put one more on duty"), page
    page = url("rostergroup_step", group.pk, "volunteers")
    return _("Ask for volunteers"), page


def _closing_suspension(gap: Gap, facts: Facts) -> tuple[str, str]:
    """An account that was closed is not opened to close a gap."""
    rows = _suspended_then(gap, facts)
    row = next((row for row in rows if row.suspended_at and row.person.is_active), None)
    if row is None:
        return _("Give the role to somebody else"), _role_begun(gap)
    return _("Lift the suspension"), url("roleassignment_change", row.pk)


def _role_begun(gap: Gap) -> str:
    role = roles_of(gap.act)[0].value
    return _begun("roleassignment", role=role, authority=gap.authority_id)


def _begun(model: str, **values: Any) -> str:
    page = reverse(f"admin:requests_app_{model}_add")
    return f"{page}?{urlencode(values)}"


# Gaps as the sweep last found them: for the start page, the mails, and who watches.

CoverageGapAct = CoverageGap.Act
# So long before it begins a gap is told of once more.
SOON = timedelta(weeks=1)


def open_gaps() -> QuerySet[CoverageGap]:
    return CoverageGap.objects.filter(closed_at=None)


def first_gap_of(group: RosterGroup) -> CoverageGap | None:
    """The first time that nobody on the roster is there who may act."""
    acts = [act for act in CoverageGapAct if duty_of(act) in group.acts]
    places = Q(authority=group.authority_id) | Q(
        authority__in=group.shared.values("authority")
    )
    rows = open_gaps().filter(places, act__in=acts, cause=CoverageGap.Cause.OFF_DUTY)
    return rows.order_by("begins_at").first()


def gaps_for(user: Any) -> Iterator[Kind]:
    """Lines of the start page, for whoever manages the staffing."""
    authorities = staffed_authorities(user)
    if authorities:
        yield of_each(
            _told_together(authorities).order_by("begins_at"), _open_gaps_line
        )


def _told_together(authorities: set[int]) -> QuerySet[CoverageGap]:
    """What has one cause and was told to begin at one time is one line, by its first
    row: a mail server that is not set is no twenty lines. `together`: how many."""
    rows = open_gaps().filter(authority__in=authorities)
    same = rows.filter(
        cause=OuterRef("cause"), told_begins_at=OuterRef("told_begins_at")
    )
    count = same.order_by().values("cause").annotate(n=Count("pk")).values("n")
    first = rows.exclude(Exists(same.filter(pk__lt=OuterRef("pk"))))
    return first.annotate(together=Subquery(count)).select_related("authority")


def _open_gaps_line(row: Any) -> WorkItem:
    """Its clock is when it was first told to begin: so it is told of when it is found
    and a week before, and not each day anew."""
    left = row.begins_at - acting.now()
    group = f"{row.cause}-{row.told_begins_at:%Y%m%d%H%M}"
    page = f"{reverse('admin:staffing')}?gap={group}#gaps"
    act = str(label_of(CoverageGapAct, row.act)).lower()
    return WorkItem(
        clock=Clock(
            NoticeKind.GAP, row.told_begins_at, left, 50 if left <= SOON else 0
        ),
        name=(
            _("Nobody may: %(act)s") % {"act": act}
            if row.together == 1
            else _("Nobody may: %(n)s gaps") % {"n": row.together}
        ),
        url=page,
        place=str(row.authority) if row.together == 1 else "",
        wants=from_until(row.begins_at, row.ends_at),
        level=None,
        warning="",
        step=_("Close the gap"),
        step_url=page,
        details=str(label_of(CoverageGap.Cause, row.cause)),
        since=row.found_at,
        turn=1 if left <= SOON else 0,
    )

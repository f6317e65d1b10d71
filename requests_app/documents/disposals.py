"""What was disposed of in a span of days: told by the ledger's own lines, which stand,
so that a protocol can be drawn again and say the same."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate

from audit_app.models import LedgerEntry
from requests_app.models import Authority, Heartbeat, RegisterChange, RetentionRule
from requests_app.models.days import first_instant

# A line that tells of a disposal, what it says, and the line whose detail it was.
TOLD = """
with told as materialized (
  select told.*, detail.body::jsonb as says,
    lockbox_line_moment(told.at, detail.body::jsonb) as moment,
    case when told.object_id ~ '^[0-9]{1,18}$' then told.object_id::bigint end as about
  from audit_app_ledgerentry told
  join audit_app_ledgerdetail detail on detail.entry_id = told.id
  where told.object_type = 'audit_app_ledgerdetail' and told.event = %(event)s
    and told.authority_id is not distinct from %(authority)s)
"""
BY_RULE = f"""{TOLD}
select date_trunc(%(each)s, told.moment at time zone %(zone)s)::date,
  told.says->>'period', count(*), min(line.at), max(line.at)
from told join audit_app_ledgerentry line on line.id = told.about
where told.moment >= %(since)s and told.moment < %(before)s
group by 1, 2 order by 1, 2
"""  # noqa: S608 — ours
BY_TWO = f"""{TOLD}
select min(told.moment), told.says->>'basis', line.kind, count(*), min(line.at),
  max(line.at), coalesce(audit_name_of(proposal.actor_id), ''),
  coalesce(audit_name_of(told.actor_id), '')
from told join audit_app_ledgerentry line on line.id = told.about
left join audit_app_ledgerentry proposal on proposal.event = 'disposal.proposed'
  and proposal.id::text = told.says->>'proposal'
where told.moment >= %(since)s and told.moment < %(before)s
  and told.db_role = 'lockbox_disposal'
  and not told.says ? 'disposal'
group by proposal.id, proposal.actor_id, told.actor_id, told.says->>'basis', line.kind
order by 1, 3
"""  # noqa: S608 — ours
# Each proposal names the lines: so nothing else of the ledger is read.
DAYS_OF_TWO = """
select told.authority_id,
  (lockbox_line_moment(told.at, says.body::jsonb) at time zone %(zone)s)::date, count(*)
from audit_app_ledgerentry proposal
join audit_app_ledgerdetail detail on detail.entry_id = proposal.id
cross join jsonb_array_elements_text(detail.body::jsonb->'lines') number
join audit_app_ledgerentry told on told.object_type = 'audit_app_ledgerdetail'
  and told.object_id = number and told.event = 'detail.disposed'
join audit_app_ledgerdetail says on says.entry_id = told.id
  and says.body::jsonb->>'proposal' = proposal.id::text
where proposal.object_type = 'audit_app_ledgerdetail' and proposal.object_id = ''
  and proposal.event = 'disposal.proposed' and proposal.db_role = 'lockbox_disposal'
group by 1, 2
"""
ROWS = """
select lockbox_line_moment(line.at, detail.body::jsonb), detail.body::jsonb->>'period',
  (detail.body::jsonb->>'rows')::bigint
from audit_app_ledgerentry line
join audit_app_ledgerdetail detail on detail.entry_id = line.id
where line.object_type = %(beats)s and line.event = 'rows.expired'
  and lockbox_line_moment(line.at, detail.body::jsonb) >= %(since)s
  and lockbox_line_moment(line.at, detail.body::jsonb) < %(before)s
order by line.id
"""


class Span(NamedTuple):
    """The disposals of one authority, or of what is nobody's, on these days."""

    authority: Authority | None
    first: date
    last: date

    @property
    def before(self) -> datetime:
        return first_instant(date.fromordinal(self.last.toordinal() + 1))

    @property
    def since(self) -> datetime:
        return first_instant(self.first)

    @property
    def is_a_day(self) -> bool:
        return self.first == self.last


class ByRule(NamedTuple):
    """Lines from `first` to `last` whose details ran out in one month, or on a day."""

    on: date
    period: str
    number: int
    first: datetime
    last: datetime


class ByTwo(NamedTuple):
    """What one proposed and another confirmed, of one kind of line."""

    at: datetime
    basis: str
    kind: str
    number: int
    first: datetime
    last: datetime
    proposed_by: str
    confirmed_by: str


class Decided(NamedTuple):
    """A decision on disposal by which a rule was set, and by whom."""

    authority: str
    decision: str
    proposed_by: str
    confirmed_by: str
    at: datetime


def by_rule(span: Span) -> list[ByRule]:
    each = "day" if span.is_a_day else "month"
    rows = _rows(BY_RULE, span, event="detail.expired", each=each)
    return [ByRule(*row) for row in rows]


def by_two(span: Span) -> list[ByTwo]:
    return [ByTwo(*row) for row in _rows(BY_TWO, span, event="detail.disposed")]


def rows_gone(span: Span) -> list[tuple[datetime, str, int]]:
    """Notices and addresses, which are nobody's: when, of which period, how many."""
    return [] if span.authority else _rows(ROWS, span)


def _rows(query: str, span: Span, **terms: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "authority": span.authority.pk if span.authority else None,
                "since": span.since,
                "before": span.before,
                "zone": settings.TIME_ZONE,
                "beats": Heartbeat._meta.db_table,
                **terms,
            },
        )
        return cursor.fetchall()


def decided(span: Span) -> list[Decided]:
    """The decisions that held on these days; of what is nobody's, all boards'."""
    changes = RegisterChange.objects.filter(
        row_table=RetentionRule._meta.db_table, confirmed_at__lt=span.before
    )
    if span.authority:
        changes = changes.filter(authority=span.authority)
    changes = changes.select_related("authority", "proposed_by", "confirmed_by")
    return list(_holding(changes.order_by("authority__name", "confirmed_at"), span))


def _holding(changes: Any, span: Span) -> Iterator[Decided]:
    """The last one before the first day, and those that came after."""
    in_force: dict[int, Decided] = {}
    for change in changes:
        before = in_force.pop(change.authority_id, None)
        if before and change.confirmed_at > span.since:
            yield before
        decision = change.new_values.get("disposal_decision")
        in_force[change.authority_id] = Decided(
            str(change.authority),
            decision or (before.decision if before else ""),
            str(change.proposed_by),
            str(change.confirmed_by),
            change.confirmed_at,
        )
    yield from in_force.values()


def held_back(span: Span) -> dict[str, dict[str, int]]:
    """By period and reason, how many stayed beyond their time when the rules were last
    carried out on these days."""
    key = str(span.authority.pk) if span.authority else ""
    for line in _rounds():
        if span.since <= line.happened_at < span.before:
            periods = line.facts["periods"]
            return {
                name: counted[key]["held"]
                for name, counted in periods.items()
                if key in counted
            }
    return {}


def days_with_disposals() -> dict[str, dict[date, int]]:
    """By the key of an authority, empty for what is nobody's: on which days how many
    went, the newest first."""
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for key, on, number in [*_of_rounds(), *_of_two()]:
        days[key][on] += number
    return {key: dict(sorted(on.items(), reverse=True)) for key, on in days.items()}


def _of_rounds() -> Iterator[tuple[str, date, int]]:
    """What had gone in all, less what had before."""
    before: Counter[tuple[str, str]] = Counter()
    for line in reversed(list(_rounds())):
        on = localdate(line.happened_at)
        for name, boards in line.facts["periods"].items():
            for key, counted in boards.items():
                if more := counted["gone"] - before[name, key]:
                    yield key, on, more
                before[name, key] = counted["gone"]


def _of_two() -> Iterator[tuple[str, date, int]]:
    with connection.cursor() as cursor:
        cursor.execute(DAYS_OF_TWO, {"zone": settings.TIME_ZONE})
        for authority, on, number in cursor.fetchall():
            yield str(authority or ""), on, number


def _rounds() -> Any:
    """The lines of rounds, the newest first: one a day."""
    lines = LedgerEntry.objects.filter(
        object_type=Heartbeat._meta.db_table, event="retention.carried_out"
    )
    return lines.select_related("detail").order_by("-pk").iterator()

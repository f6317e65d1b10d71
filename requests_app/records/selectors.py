"""What pages read of kept records: disposal and retention."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, connections
from django.db.models import Prefetch

from audit_app.models import LedgerEntry
from audit_app.reconcile import Check, Finding, What, place_of
from requests_app.cases.intake.rights import visible_to
from requests_app.core.models import Heartbeat
from requests_app.core.retention import PERIODS
from requests_app.core.words.texts import label_of
from requests_app.records.law import obstacles_of
from requests_app.records.models import Disposal, DisposalAnswer, DisposalItem, Obstacle

# A list to dispose of as its page shows it.


class Line(NamedTuple):
    """A case of the list: what was answered, and what stands in the way of its going.
    `key`: of a case that stands and that the person may see."""

    item: DisposalItem
    answer: DisposalAnswer | None
    obstacle: str
    is_gone: bool
    key: int | None


def lines_of(user: Any, disposal: Disposal) -> list[Line]:
    answers = DisposalAnswer.objects.order_by("pk").select_related("answered_by")
    rows = disposal.items.select_related("rule", "disposed_case").prefetch_related(
        Prefetch("answers", answers)
    )
    is_open = disposal.status in Disposal.OPEN
    obstacles = obstacles_of(disposal) if is_open else {}
    items = list(rows.order_by("pk"))
    keys = [item.case_key for item in items]
    seen = set(visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        Line(
            item,
            _counts(list(item.answers.all())),
            label_of(Obstacle, obstacles.get(item.pk, item.kept_because)),
            hasattr(item, "disposed_case"),
            item.case_key if item.case_key in seen else None,
        )
        for item in items
    ]


def _counts(answers: list[DisposalAnswer]) -> DisposalAnswer | None:
    """That somebody retains wins; else what was answered last."""
    retained = [one for one in answers if one.answer == DisposalAnswer.Answer.RETAIN]
    counted = retained or answers
    return counted[-1] if counted else None


# What the rules of retention have let go, what is held and what stands: counted when
# they are carried out, and read from the line that says so.

# Periods of what the ledger tells; the others are of rows.
OF_LINES = ("searches", "reads", "sign_ins", "notices")
# By authority; none for what is nobody's alone.
STANDING = """
select line.authority_id, count(*) from audit_app_ledgerentry line
join audit_app_ledgerdetail detail on detail.entry_id = line.id
where lockbox_retention_period(line.kind, line.event) = %s group by 1
"""
HELD = """
select authority_id, held, count(*)
from lockbox_lines_due(%s, 0, (select max(id) from audit_app_ledgerentry))
where held <> '' group by 1, 2
"""
GONE = """
select expired.authority_id, count(*) from audit_app_ledgerentry expired
join audit_app_ledgerdetail detail on detail.entry_id = expired.id
where expired.object_type = 'audit_app_ledgerdetail'
  and expired.event = 'detail.expired'
  and detail.body::jsonb->>'period' = %s group by 1
"""
Counted = dict[str, dict[str, Any]]
# Rows that belong to no authority: to people, who may work for several.
NOTICES = """
  select item, greatest(ends_at, sent_at) as since from requests_app_sentnotice
  union all select item, greatest(ends_at, sent_at) from requests_app_channelnotice
  union all select item, greatest(ends_at, sent_at) from requests_app_laddernotice
"""
OF_ROWS = {
    "notice_rows": f"select count(*) from ({NOTICES}) notice",  # noqa: S608 — ours
    "addresses": "select (select count(*) from requests_app_pushdevice)"
    " + (select count(*) from requests_app_phonenumber)"
    " + (select count(*) from requests_app_refusedaddress)"
    " + (select count(*) from lockbox_site_user where email <> '' or phone <> '')",
}
ROWS_HELD = f"""
select held, count(*) from (
  select coalesce(nullif(lockbox_authority_holds(null), ''), lockbox_item_hold(item))
  from ({NOTICES}) notice where since
    < audit_now() - make_interval(days => lockbox_retention_days('notices', null))
) due(held) where held <> '' group by 1
"""  # noqa: S608 — ours
# Addresses of people who have left: by themselves, devices and numbers are not held.
ADDRESSES_HELD = """
select held, count(*) from (
  select lockbox_account_hold(id) from lockbox_site_user
  where (email <> '' or phone <> '') and lockbox_left_at(id)
    < audit_now() - make_interval(days => lockbox_retention_days('addresses', null))
) due(held) where held <> '' group by 1
"""
HELD_OF_ROWS = {"notice_rows": ROWS_HELD, "addresses": ADDRESSES_HELD}
ROWS_GONE = """
select coalesce(sum((detail.body::jsonb->>'rows')::bigint), 0)::bigint
from audit_app_ledgerentry line
join audit_app_ledgerdetail detail on detail.entry_id = line.id
where line.object_type = 'requests_app_heartbeat' and line.event = 'rows.expired'
  and detail.body::jsonb->>'period' = %s
"""


def standing(period: str) -> Counted:
    """By the key of an authority, empty for what is nobody's: how many stand, how many
    are held beyond their time and why, and how many have gone in all."""
    counted: Counted = {}

    def of(authority: int | None) -> dict[str, Any]:
        nothing: dict[str, Any] = {"stand": 0, "gone": 0, "held": {}}
        return counted.setdefault(str(authority or ""), nothing)

    with connection.cursor() as cursor:
        cursor.execute(STANDING, [period])
        for authority, number in cursor.fetchall():
            of(authority)["stand"] = number
        cursor.execute(GONE, [period])
        for authority, number in cursor.fetchall():
            of(authority)["gone"] = number
        cursor.execute(HELD, [period])
        for authority, why, number in cursor.fetchall():
            of(authority)["held"][why] = number
    return counted


def rows_standing(name: str) -> Counted:
    """The same of rows that no line of the ledger tells of."""
    with connection.cursor() as cursor:
        cursor.execute(OF_ROWS[name])
        stand = cursor.fetchone()[0]
        cursor.execute(ROWS_GONE, [name])
        gone = cursor.fetchone()[0]
        cursor.execute(HELD_OF_ROWS[name])
        reasons = cursor.fetchall()
    return {"": {"stand": stand, "gone": gone, "held": dict(reasons)}}


def days_of_all() -> dict[str, int | None]:
    """How long what belongs to no authority is kept; nothing where not all have
    decided."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, lockbox_retention_days(name, null)"
            " from unnest(%s::text[]) name",
            [list(PERIODS)],
        )
        return dict(cursor.fetchall())


class CarriedOut(NamedTuple):
    at: datetime
    periods: dict[str, Counted]


def last_carried_out() -> CarriedOut | None:
    """When they were last carried out, and with what."""
    beat = Heartbeat.objects.filter(name=Heartbeat.RETENTION).first()
    if beat is None:
        return None
    lines = LedgerEntry.objects.filter(
        object_type=Heartbeat._meta.db_table,
        object_id=str(beat.pk),
        event="retention.carried_out",
    )
    line = lines.select_related("detail").order_by("-pk").first()
    return CarriedOut(beat.at, line.facts["periods"]) if line else None


# What the ledger says was let go is held against the rule or the decision that let it:
# a line that says so is not believed by itself. Versions and lines have numbers of one
# kind, so that what stood when a line was written is below it.

UNRULED = """
with gone as (
  select told.id, told.event, told.object_type, told.object_id, told.at,
    told.authority_id, told.actor_id, detail.body::jsonb as basis,
    case when told.object_type = 'audit_app_ledgerdetail'
      and told.object_id ~ '^[0-9]{1,18}$' then told.object_id::bigint end as line
  from audit_app_ledgerentry told
  left join audit_app_ledgerdetail detail on detail.entry_id = told.id
  where told.id > %(after)s and told.id <= %(upto)s and told.kind = 'event'
    and told.event in ('detail.expired', 'detail.disposed', 'row.disposed')
)
select gone.id from gone
left join audit_app_ledgerentry line on line.id = gone.line and line.id < gone.id
where case
  when gone.event = 'detail.expired' then not exists (
    -- As the rule of whose line it is stood then; of what is nobody's, anybody's.
    select from (
      select distinct on (rule.id) rule.authority_id, rule.history_type, (to_jsonb(rule)
        ->>lockbox_retention_period(line.kind, line.event))::integer as days
      from requests_app_historicalretentionrule rule where rule.history_id < gone.id
      order by rule.id, rule.history_id desc) rule
    where rule.history_type <> '-' and rule.days is not null
      and rule.authority_id = coalesce(line.authority_id, rule.authority_id)
      -- Where clocks can be set, times are the lines' own, and one of them has gone.
      and (gone.basis ? 'clock'
           or line.at < gone.at - make_interval(days => rule.days)))
  when gone.event = 'detail.disposed' and gone.basis ? 'proposal' then not exists (
    select from audit_app_ledgerentry proposed
    join audit_app_ledgerdetail told on told.entry_id = proposed.id
    where proposed.id = (gone.basis->>'proposal')::bigint and proposed.id < gone.id
      and proposed.event = 'disposal.proposed' and proposed.actor_id <> gone.actor_id
      and told.body::jsonb->'lines' @> to_jsonb(gone.line))
  else not exists (
    select from requests_app_historicaldisposal list
    where list.id = (gone.basis->>'disposal')::bigint and list.history_id < gone.id
      and list.status = 'confirmed' and list.authority_id = gone.authority_id
      and list.proposed_by_id <> list.confirmed_by_id
      and list.confirmed_by_id = gone.actor_id
      and (gone.object_type <> 'requests_app_secrecyreview' or exists (
        select from requests_app_disposalitem item where item.disposal_id = list.id
          and item.case_key::text = gone.object_id))) end
order by gone.id
"""


def _unruled(using: str, after: str, upto: str) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(UNRULED, {"after": int(after), "upto": int(upto)})
        for (pk,) in cursor.fetchall():
            yield Finding(What.UNRULED, *place_of(using, pk), pk)


LET_GO = Check("let go", "audit_app_ledgerentry", "id", _unruled, most=10_000)

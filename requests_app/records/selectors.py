"""What pages read of kept records: disposal and retention."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Prefetch

from audit_app.models import LedgerEntry
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

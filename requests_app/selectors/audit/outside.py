"""What was not done through the application, and what does not agree: lines by another
login or role, what was found altered, and what differs between the recorders."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from audit_app import reading
from audit_app.models import Disagreement
from audit_app.reconcile import application
from audit_app.reconcile.application import Period
from audit_app.reconcile.check import Finding, What
from audit_app.reconcile.lines import CHANGED_OUTSIDE
from audit_app.reconcile.rounds import everything
from requests_app.models import Alteration
from requests_app.models.table_names import kind_of
from requests_app.permissions.alteration import alterations_visible_to
from requests_app.permissions.auditing import Audited
from requests_app.selectors.alteration import NamedDisagreement
from requests_app.selectors.audit.disposals import Disposal, disposals
from requests_app.selectors.audit.entries import Entry, entries
from requests_app.selectors.audit.lines import COLUMNS, read
from requests_app.selectors.audit.who_wrote import written_outside

MOST = 100
# Lines that are looked through of one login and role.
WALK = 20_000
# Those of the auditor's authorities, or of none, that were written together in a table;
# and whether the transaction tells what it was.
ACTS = f"""
select act.*, {application.TELLS_AN_EVENT}
from (
  select xid, min(at) as began, session_user_name, db_role, actor_id,
    coalesce(audit_name_of(actor_id), ''), object_type, count(*), min(id) as first,
    max(id) as last, max(walked)
  from unnest(%(logins)s::text[], %(roles)s::text[], %(sinces)s::timestamptz[],
              %(untils)s::timestamptz[]) outside (login, role, since, until)
  cross join lateral (
    select *, count(*) over () as walked from (
      select * from audit_app_ledgerentry e
      where e.session_user_name = outside.login and e.db_role = outside.role
        and e.kind = 'change' and e.at >= outside.since and e.at < outside.until
        and (e.authority_id is null or e.authority_id = any(%(places)s))
      order by e.at desc, e.id desc limit {WALK}) newest) line
  group by xid, session_user_name, db_role, actor_id, object_type
  order by min(at) desc, xid desc, object_type
  limit {MOST + 1}
) act order by act.began desc, act.xid desc, act.object_type
"""  # noqa: S608 — ours
# The lines of an act that the auditor may look through.
ROWS = f"""
select {COLUMNS}, d.body from audit_app_ledgerentry e
left join audit_app_ledgerdetail d on d.entry_id = e.id
where e.id between %(first)s and %(last)s and e.xid::text = %(xid)s
  and e.kind = 'change' and e.object_type = %(table)s
  and (e.authority_id is null or e.authority_id = any(%(places)s))
order by e.id limit {MOST + 1}
"""  # noqa: S608 — ours


class OutsideAct(NamedTuple):
    """Lines that another login than the application's wrote together in a table.
    `tells`: the transaction tells an event, as a release does."""

    at: datetime
    login: str
    role: str
    by: str
    by_id: int | None
    what: str
    rows: int
    tells: bool
    act: str


class Outside(NamedTuple):
    acts: list[OutsideAct]
    # Are there older ones that are not looked through?
    is_cut: bool
    application: list[Period]
    alterations: list[Alteration]
    disagreements: list[NamedDisagreement]
    disposals: list[Disposal]
    # May the domain's clock be set? Then what is told of time is no evidence.
    has_set_clock: bool
    compared: list[str]


def outside_for(user: Any, audited: Audited, *, compares: bool) -> Outside:
    """Eight queries; to compare the recorders reads every row of them."""
    ours = application.periods()
    others = application.period_columns(application.outside(ours, reading.alias()))
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(ACTS, {**others, "places": list(audited.authorities)})
        rows = cursor.fetchall()
    is_cut = len(rows) > MOST or any(row[WALKED] >= WALK for row in rows)
    alterations = alterations_visible_to(user).select_related("authority")
    return Outside(
        list(map(_act, rows[:MOST])),
        is_cut,
        ours,
        list(alterations.defer("found_by").order_by("-id")[:MOST]),
        list(_disagreements(audited)),
        disposals(list(audited.authorities)),
        _has_set_clock(),
        [_in_words(finding) for finding in compared()] if compares else [],
    )


def _has_set_clock() -> bool:
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute("select exists (select from audit_app_setclock)")
        return bool(cursor.fetchone()[0])


def _disagreements(audited: Audited) -> Iterator[NamedDisagreement]:
    """What the rounds found, the newest first; whatever came of it. What is wrong with
    the ledger itself is everybody's: whose a line was that is gone, nobody knows."""
    rows = Disagreement.objects.exclude(what=What.OUTSIDE)
    if not audited.is_all:
        theirs = Q(authority_id__in=audited.authorities.keys())
        nobodys = Q(authority_id=None, object_type__startswith="audit_app_")
        rows = rows.filter(theirs | nobodys)
    known = Alteration.objects.filter(
        object_type=OuterRef("object_type"), object_id=OuterRef("object_id")
    )
    false_alarm = Alteration.Outcome.FALSE_ALARM
    is_false = Exists(known.filter(outcome=false_alarm)) & ~Exists(
        known.exclude(outcome=false_alarm)
    )
    for row in rows.annotate(is_false_alarm=is_false)[:MOST]:
        yield NamedDisagreement(kind_of(row.object_type), row, row.is_false_alarm)


def compared() -> Iterator[Finding]:
    """Between ledger, history, contents and what stands now. Through the application's
    login: the auditor's reads no password, and so no whole account."""
    return everything(DEFAULT_DB_ALIAS, but=(CHANGED_OUTSIDE,))


def _in_words(finding: Finding) -> str:
    what = What(finding.what).label
    row = f"{kind_of(finding.object_type)} {finding.object_id}".strip()
    if finding.entry_id is None:
        return f"{row}: {what}"
    return _("%(row)s: %(what)s (line %(line)s)") % {
        "row": row,
        "what": what,
        "line": finding.entry_id,
    }


# Where it stands among the columns of an act.
WALKED = 10


def _act(row: tuple) -> OutsideAct:
    xid, at, login, role, by_id, by, table, count, first, last, _walked, tells = row
    act = f"{xid}.{first}.{last}.{table}"
    return OutsideAct(at, login, role, by, by_id, kind_of(table), count, tells, act)


class ActRows(NamedTuple):
    entries: list[Entry]
    is_cut: bool


def rows_of_act(user: Any, audited: Audited, act: str) -> ActRows:
    """The rows of an act by what the list calls it, as they were written, in words;
    none of what is no act. Five queries."""
    xid, first, last, table = [*act.split(".", 3), "", "", ""][:4]
    if not all(part.isdecimal() and len(part) < 19 for part in (xid, first, last)):
        return ActRows([], False)
    parameters = {"xid": xid, "first": first, "last": last, "table": table}
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(ROWS, {**parameters, "places": list(audited.authorities)})
        lines = [read(row) for row in cursor.fetchall()]
    ours = written_outside(lines)
    outside = [line for line in lines if line.key in ours]
    return ActRows(entries(user, outside[:MOST], None), len(lines) > MOST)

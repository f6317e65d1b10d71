"""Record, of what pages read of the auditor: disposals, outside, verdict and own
log."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import ledger as audit_app_ledger
from audit_app import reconcile
from audit_app.ledger import Kind
from audit_app.models import Disagreement, LedgerEntry
from audit_app.reconcile import (
    CHANGED_OUTSIDE,
    Finding,
    Period,
    What,
    checks_rounds,
    everything,
)
from audit_app.sealing.outside import SeenOutside, seen_outside
from requests_app.audit.lines.read import (
    COLUMNS,
    Entry,
    Line,
    Place,
    Sought,
    entries,
    read,
    written_outside,
)
from requests_app.audit.steps import Audited
from requests_app.cases.intake.rights import visible_to
from requests_app.cases.review.alteration import NamedDisagreement
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.models import kind_of
from requests_app.oversight.rights import alterations_visible_to

# What was disposed of in the ledger, on what ground, and by which two persons.

MOST = 100
# Those of the auditor's authorities, or of none, that went together.
DISPOSED = f"""
select gone.at, coalesce(audit_name_of(gone.by), ''), gone.lines, gone.told,
  coalesce(audit_name_of(proposal.actor_id), audit_name_of(list.proposed_by_id))
from (
  select min(line.at) as at, min(line.actor_id) as by, count(*) as lines,
    min(detail.body) as told
  from audit_app_ledgerentry line
  left join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where line.object_type = 'audit_app_ledgerdetail' and line.event = 'detail.disposed'
    and (line.authority_id is null or line.authority_id = any (%s))
  group by line.xid order by min(line.at) desc limit {MOST}
) gone
left join audit_app_ledgerentry proposal
  on proposal.id::text = gone.told::jsonb->>'proposal'
  and proposal.event = 'disposal.proposed'
left join requests_app_disposal list on list.id::text = gone.told::jsonb->>'disposal'
  and list.confirmed_by_id = gone.by
order by gone.at desc
"""  # noqa: S608 — ours


class Disposal(NamedTuple):
    """`proposed_by` is empty where nobody has proposed it."""

    at: datetime
    confirmed_by: str
    lines: int
    basis: str
    proposed_by: str


def disposals(authorities: list[int]) -> list[Disposal]:
    with connections[audit_app_ledger.alias()].cursor() as cursor:
        cursor.execute(DISPOSED, [authorities])
        return [
            Disposal(at, by, lines, _basis(json.loads(text or "{}")), name or "")
            for at, by, lines, text, name in cursor.fetchall()
        ]


def _basis(facts: dict[str, Any]) -> str:
    """A decision, or the list of cases by which it went."""
    if number := facts.get("disposal"):
        return gettext("List %(number)s") % {"number": number}
    return facts.get("basis", "")


# What was not done through the application, and what does not agree: lines by another
# login or role, what was found altered, and what differs between the recorders.

# Lines that are looked through of one login and role.
WALK = 20_000
# Those of the auditor's authorities, or of none, that were written together in a table;
# and whether the transaction tells what it was.
ACTS = f"""
select act.*, {reconcile.TELLS_AN_EVENT}
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
    ours = reconcile.periods()
    others = reconcile.period_columns(reconcile.outside(ours, audit_app_ledger.alias()))
    with connections[audit_app_ledger.alias()].cursor() as cursor:
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
    with connections[audit_app_ledger.alias()].cursor() as cursor:
        cursor.execute("select exists (select from audit_app_setclock)")
        return bool(cursor.fetchone()[0])


def _disagreements(audited: Audited) -> Iterator[NamedDisagreement]:
    """What the rounds found, the newest first; whatever came of it. What is wrong with
    the ledger itself is everybody's: whose a line was that is gone, nobody knows."""
    rows = Disagreement.objects.exclude(what=What.OUTSIDE)
    if not audited.is_all:
        theirs = Q(authority_id__in=audited.authorities.keys())
        nobodys = Q(object_type__startswith="audit_app_")
        nobodys |= Q(what__in=(What.GUARD, What.NUMBER))
        rows = rows.filter(theirs | nobodys & Q(authority_id=None))
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
    return gettext("%(row)s: %(what)s (line %(line)s)") % {
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
    with connections[audit_app_ledger.alias()].cursor() as cursor:
        cursor.execute(ROWS, {**parameters, "places": list(audited.authorities)})
        lines = [read(row) for row in cursor.fetchall()]
    ours = written_outside(lines)
    outside = [line for line in lines if line.key in ours]
    return ActRows(entries(user, outside[:MOST], None), len(lines) > MOST)


# What today's verdict about the record rests on: what is compared with what, who
# outside has seen it, what was disposed of, and which numbers no line has.

# Gaps that are told one by one, among so many of the newest lines.
VERDICT_MOST, NEWEST = 5, 20_000
COUNTS = """
select
  (select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf),
  (select number from audit_ledger_unsealed()),
  (select count(*) from audit_app_checkpoint),
  (select max(size) from audit_app_checkpoint),
  (select at from audit_app_checkpoint order by size desc limit 1),
  (select count(*) from audit_app_keystatement),
  (select max(id) - min(id) + 1 from audit_app_ledgerentry)
"""
GAPS = """
select before + 1, id - 1, since, at from (
  select id, at, lag(id) over (order by id) as before,
    lag(at) over (order by id) as since
  from (select id, at from audit_app_ledgerentry order by id desc limit %s) newest
) line where id > before + 1 order by id desc limit %s
"""
# When each check came round, and how often each kind of finding was made.
ROUNDS = """
select true, name, came_round_at, null from audit_app_reconciled
union all
select false, what, null, count(*) from audit_app_disagreement group by what
"""


class Compared(NamedTuple):
    """Checks that are told as one, and what they find. `checks`: their names, or how
    they begin."""

    what: Any
    against: Any
    checks: tuple[str, ...]
    findings: tuple[What, ...]


# Every check and every finding stands in one of them: a test asks.
COMPARED = (
    Compared(
        _("Rows and all their versions"),
        _("the lines of the ledger, column by column"),
        ("rows ", "gone ", "versions ", "changes", "numbers"),
        (What.ROW, What.VERSION, What.UNREAD, What.NUMBER),
    ),
    Compared(
        _("Rows that have no versions; passwords, one-time codes and identities"),
        _("what the ledger last told of each, or a salted digest of it"),
        ("told ",),
        (What.TOLD,),
    ),
    Compared(
        _("The ledger’s lines and what they were about"),
        _("each line’s own hash, and the digest it commits to"),
        ("lines", "details", "disposals", "disposed rows"),
        (What.LINE, What.DETAIL, What.ORPHAN, What.DISPOSED),
    ),
    Compared(
        _("What was disposed of, or ran out"),
        _("the list, the proposal or the rule that let it go"),
        ("let go",),
        (What.UNRULED,),
    ),
    Compared(
        _("The ledger’s tree of hashes"),
        _("the lines, and the checkpoints that were signed"),
        ("leaves", "checkpoints", "loose", "signed and told", "cosignatures"),
        (
            *(What.GONE, What.SEALED, What.AMONG, What.HASH, What.SIGNED),
            *(What.LOOSE, What.TAKEN, What.JUNK),
        ),
    ),
    Compared(
        _("Texts and files"),
        _("the digest that each is kept under"),
        ("contents",),
        (What.CONTENT,),
    ),
    Compared(
        _("Who was at the database"),
        _("the application’s own login"),
        ("outside",),
        (What.OUTSIDE,),
    ),
    Compared(
        _("The times of the lines"),
        _("their order, and the checkpoints that do not have them"),
        ("clock", "late"),
        (What.CLOCK, What.LATE),
    ),
    Compared(
        _("Guards, rights and settings of the database"),
        _("what this release makes"),
        (reconcile.GUARDS,),
        (What.GUARD,),
    ),
)


class ComparedNow(NamedTuple):
    """`since`: all of it has been compared once since then; None where it has not come
    round yet."""

    group: Compared
    differences: int
    since: datetime | None


class Ledger(NamedTuple):
    """`replaced`: how many keys another has taken over from. `span`: numbers, from the
    first line's to the last's."""

    sealed: int
    unsealed: int
    checkpoints: int
    newest: int | None
    signed_at: datetime | None
    replaced: int
    span: int | None

    @property
    def lines(self) -> int:
        return self.sealed + self.unsealed

    @property
    def unsigned(self) -> int:
        return self.lines - (self.newest or 0)

    @property
    def missing(self) -> int:
        """Numbers that no line has."""
        return (self.span or 0) - self.lines if self.unsealed < 100_000 else 0


class Gap(NamedTuple):
    first: int
    last: int
    since: datetime
    until: datetime


class Verdict(NamedTuple):
    compared: list[ComparedNow]
    tables: int
    ledger: Ledger
    seen: list[SeenOutside]
    gaps: list[Gap]
    disposals: list[Disposal]


def verdict_for(audited: Audited) -> Verdict:
    """Six queries."""
    using = audit_app_ledger.alias()
    with connections[using].cursor() as cursor:
        cursor.execute(COUNTS)
        ledger = Ledger(*cursor.fetchone())
        cursor.execute(GAPS, [NEWEST, VERDICT_MOST])
        gaps = [Gap(*row) for row in cursor.fetchall()]
    names = [*(check.name for check in checks_rounds(using)), reconcile.GUARDS]
    tables = sum(name.startswith("rows ") for name in names)
    compared = _compared(names, using)
    gone = disposals(list(audited.authorities))
    return Verdict(compared, tables, ledger, seen_outside(using), gaps, gone)


def _compared(names: list[str], using: str) -> list[ComparedNow]:
    with connections[using].cursor() as cursor:
        cursor.execute(ROUNDS)
        rows = cursor.fetchall()
    came_round = {name: at for is_round, name, at, _number in rows if is_round}
    counts = {what: number for is_round, what, _at, number in rows if not is_round}
    return [
        ComparedNow(
            group,
            sum(counts.get(what, 0) for what in group.findings),
            _oldest([came_round.get(one) for one in names if is_of(group, one)]),
        )
        for group in COMPARED
    ]


def is_of(group: Compared, name: str) -> bool:
    """Is it one of the group's checks?"""
    return any(
        name.startswith(one) if one.endswith(" ") else name == one
        for one in group.checks
    )


def _oldest(times: list[datetime | None]) -> datetime | None:
    known = [at for at in times if at is not None]
    return min(known) if known and len(known) == len(times) else None


# What is recorded of a person, for that person; and who looked at it.

PAGE = 50
# Of those who looked, the newest.
MOST_LOOKS = 20


class OwnLog(NamedTuple):
    entries: list[Entry]
    older: Place | None


def own_log(user: Any, sought: Sought, before: Place | None) -> OwnLog:
    """What the person did, read, was refused and signed in to. Of a case that they no
    longer may know of, that it was one."""
    rows = LedgerEntry.objects.filter(actor_id=user.pk)
    rows = rows.filter(**_narrowed(sought)).order_by("-at", "-id")
    if before is not None:
        place = (before.at, before.key)
        rows = rows.filter(TupleLessThan(Tuple("at", "id"), place))
    lines = [*map(_line, rows.select_related("detail")[: PAGE + 1])]
    more = lines[PAGE - 1] if len(lines) > PAGE else None
    seen = entries(user, lines[:PAGE], known=visible_to)
    return OwnLog(seen, Place(more.at, more.key) if more else None)


def looks_at(user: Any) -> list[Line]:
    """Reads and exports of others, of lines that tell of the person, and of the row of
    their account; the newest."""
    return [*map(_line, _about(user).select_related("detail")[:MOST_LOOKS])]


def _about(user: Any) -> QuerySet[LedgerEntry]:
    table = get_user_model()._meta.db_table
    rows = LedgerEntry.objects.filter(object_type=table, object_id=str(user.pk))
    return rows.filter(kind__in=(Kind.READ, Kind.EXPORT)).exclude(actor_id=user.pk)


def _narrowed(sought: Sought) -> dict[str, Any]:
    conditions: Iterable[tuple[str, Any]] = (
        ("at__gte", sought.since),
        ("at__lt", sought.until),
        ("kind__in", sought.kinds),
    )
    return {name: value for name, value in conditions if value}


def _line(row: LedgerEntry) -> Line:
    return Line(
        key=row.pk,
        xid=str(row.xid),
        at=row.at,
        login=row.session_user_name,
        role=row.db_role,
        by_id=row.actor_id,
        by=row.actor_name,
        kind=row.kind,
        event=row.event,
        table=row.object_type,
        row=row.object_id,
        authority=row.authority_id,
        detail=row.facts,
    )

"""What today's verdict about the record rests on: what is compared with what, who
outside has seen it, what was disposed of, and which numbers no line has."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections
from django.utils.translation import gettext_lazy as _

from audit_app import reading
from audit_app.reconcile.check import What
from audit_app.reconcile.rounds import checks
from audit_app.sealing.outside import SeenOutside, seen_outside
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.disposals import Disposal, disposals

# Gaps that are told one by one, among so many of the newest lines.
MOST, NEWEST = 5, 20_000
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
        ("rows ", "gone ", "versions ", "changes"),
        (What.ROW, What.VERSION, What.UNREAD),
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
        _("their order"),
        ("clock",),
        (What.CLOCK,),
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
    using = reading.alias()
    with connections[using].cursor() as cursor:
        cursor.execute(COUNTS)
        ledger = Ledger(*cursor.fetchone())
        cursor.execute(GAPS, [NEWEST, MOST])
        gaps = [Gap(*row) for row in cursor.fetchall()]
    names = [check.name for check in checks(using)]
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

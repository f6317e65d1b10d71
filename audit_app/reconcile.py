"""Reconcile: application, check, disposals, last lines, leaves, lines, rounds, signed
and versions."""

import json
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import (
    DEFAULT_DB_ALIAS,
    DataError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)

from audit_app.models import Checkpoint, Cosignature, Disagreement, SealedLeaf
from audit_app.sealing import keys as sealing_keys
from audit_app.sealing import sealer
from audit_app.sealing.keys import verifies
from audit_app.sealing.outside import TABLES as SEALED_TABLES
from audit_app.sealing.outside import History, blocks, histories, one_snapshot
from audit_app.verifying import lines as verifying_lines
from audit_app.verifying import proofs
from audit_app.verifying.ledger import path_of
from audit_app.verifying.proofs import (
    BITS,
    WIDTH,
    WITNESS,
    Malformed,
    key_from,
    note_from,
    whole_root,
)

# What is changed by the application, and what outside of it: the one rule.
#
# A change is the application's if its login and role were the application's when it was
# written. Which those have been is recorded by the owner; a login that was given up is
# the application's no more from when its successor was recorded.

BEGAN, NEVER = "-infinity", "infinity"
# Lines of one transaction lie no further from one another than this, to be seen as one.
NEAR = 20_000
# As SQL over a line `entry`, for the values of `period_columns`.
IS_OUTSIDE = """not exists (
  select from unnest(%(logins)s::text[], %(roles)s::text[], %(sinces)s::timestamptz[],
                     %(untils)s::timestamptz[]) ours (login, role, since, until)
  where entry.session_user_name = ours.login and entry.db_role = ours.role
    and entry.at >= ours.since and entry.at < ours.until)"""
# A step, a command and a release tell what they do; as SQL of an act: its transaction,
# and its first and last line.
TELLS_AN_EVENT = f"""exists (
  select from audit_app_ledgerentry told
  where told.id between act.first - {NEAR} and act.last + {NEAR}
    and told.xid = act.xid and told.kind <> 'change')"""
# As texts: there is no Python for an infinite time, nor for one out of all reason.
PERIODS = """
select login, db_role, since::text,
  coalesce(lead(since) over (order by since, id), 'infinity')::text
from (
  select id, login, db_role, case
    when since < timestamptz '1900-01-01' then '-infinity'
    when since > timestamptz '9000-01-01' then 'infinity' else since end as since
  from audit_app_applicationlogin) known
order by since, id
"""
NOW = "select session_user, current_setting('role')"
# A walk from one to the next: there are a handful, among millions of lines.
WRITERS = """
with recursive writer as (
  (select session_user_name, db_role from audit_app_ledgerentry where kind = 'change'
   order by session_user_name, db_role limit 1)
  union all
  select next.* from writer cross join lateral (
    select e.session_user_name, e.db_role from audit_app_ledgerentry e
    where e.kind = 'change' and (e.session_user_name, e.db_role)
      > (writer.session_user_name, writer.db_role)
    order by e.session_user_name, e.db_role limit 1) next
)
select session_user_name, db_role from writer
"""


class Period(NamedTuple):
    """When a login in a role was the application's; or when it was not."""

    login: str
    role: str
    since: str
    until: str

    def has(self, at: datetime) -> bool:
        return _is_after(at, self.since) and not _is_after(at, self.until)


def _is_after(at: datetime, limit: str) -> bool:
    """Or just then."""
    if limit in (BEGAN, NEVER):
        return limit == BEGAN
    return at >= datetime.fromisoformat(limit)


def now() -> tuple[str, str]:
    """Login and role that pages and steps write as: whoever the settings connect as, in
    the role that they or the login's own settings take on."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(NOW)
        login, role = cursor.fetchone()
        return login, role


def periods() -> list[Period]:
    """The periods of the application that are recorded, and the present one: it counts
    before it is, too."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(
            f"select * from ({PERIODS}) known"  # noqa: S608 — ours
            f" union all select n.*, null, null from ({NOW}) n"
        )
        *known, (login, role, *_open) = cursor.fetchall()
    ours = [Period(*row) for row in known]
    if not ours or ours[-1][:2] != (login, role):
        since = ours[-1].since if ours else BEGAN
        ours.append(Period(login, role, since, NEVER))
    return ours


def period_columns(ours: Iterable[Period]) -> dict[str, Any]:
    columns = [list(column) for column in zip(*ours, strict=True)] or [[]] * 4
    return dict(zip(("logins", "roles", "sinces", "untils"), columns, strict=True))


def outside(ours: list[Period], using: str) -> Iterator[Period]:
    """The periods in which somebody who has changed anything was not the application.
    One query, and the lines that answer to these are the ones that IS_OUTSIDE says."""
    with connections[using].cursor() as cursor:
        cursor.execute(WRITERS)
        writers = cursor.fetchall()
    for login, role in writers:
        since = BEGAN
        for period in ours:
            if period[:2] == (login, role):
                if since != period.since:
                    yield Period(login, role, since, period.since)
                since = period.until
        if since != NEVER:
            yield Period(login, role, since, NEVER)


def record_login(using: str) -> datetime | None:
    """By the owner, when tables are migrated: who is the application from now on.
    Nothing where it is known, and where the owner's own login would take the place of
    another: without logins of their own all three are the owner's."""
    with connections[using].cursor() as cursor:
        cursor.execute("select audit_application_login(%s, %s)", now())
        return cursor.fetchone()[0]


# What a check is: it looks at a table slice by slice, and says what does not agree.

What = Disagreement.What
# What is told, and no fault of the record: nobody can mend that it was so.
TOLD = (What.OUTSIDE, What.CLOCK)


@dataclass(frozen=True)
class Finding:
    """Something found about a row, or with `entry_id` about a line of it; `digest` is
    of what stands there, so that what is altered again is told again."""

    what: str
    object_type: str
    object_id: str
    entry_id: int | None = None
    digest: str = field(default="", compare=False)

    def __str__(self) -> str:
        line = f" (line {self.entry_id})" if self.entry_id else ""
        return f"{What(self.what).label}: {self.object_type} {self.object_id}{line}"


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Check(NamedTuple):
    """`look(using, after, upto)` reads what has a key after the one and not after the
    other; `table` and `key` say where the keys are. They are numbers, or texts."""

    name: str
    table: str
    key: str
    look: Callable[[str, str, str], Iterator[Finding]]
    most: int = 2_000
    start: str = "0"

    def findings(self, using: str, after: str, upto: str) -> list[Finding]:
        """What two looks agree on, each as of one moment, the second after the first:
        what others write in the meantime is no fault of the record."""
        first = set(self._look_once(using, after, upto))
        if not first:
            return []
        return [one for one in self._look_once(using, after, upto) if one in first]

    def _look_once(self, using: str, after: str, upto: str) -> list[Finding]:
        with one_snapshot(using):
            return list(self.look(using, after, upto))


# The key that ends a slice of so many rows. Names are from the database's catalogue.
NEXT = """
select max(key)::text from (
  select {key} as key from {table} where {key} > %s order by {key} limit %s) slice
"""


def end_of(check: Check, using: str, after: str) -> str | None:
    """Nothing where there are no more."""
    with connections[using].cursor() as cursor:
        text = NEXT.format(key=check.key, table=check.table)
        cursor.execute(text, [after, check.most])
        return cursor.fetchone()[0]


# The ledger against itself, and who it says was at the database.

ENTRY, DETAIL = "audit_app_ledgerentry", "audit_app_ledgerdetail"
LEAF = "audit_app_sealedleaf"
# As the verifier takes it; what a disposal rests on is not disposed of itself.
DISPOSED = """
select disposed.id from audit_app_ledgerentry disposed
join audit_app_ledgerentry line on line.object_type = %(object_type)s
  and line.object_id = disposed.id::text
where disposed.id = any (%(missing)s) and disposed.event <> %(event)s
  and line.kind = %(kind)s and line.id > disposed.id
  and (line.event = %(event)s and line.db_role = %(db_role)s
       or line.event = %(expired)s and audit_may_expire(disposed.kind, disposed.event))
"""
DISPOSAL = {
    name: value.decode()
    for name, value in zip(
        verifying_lines.SAYS_SO, verifying_lines.DISPOSAL, strict=True
    )
} | {"expired": verifying_lines.EXPIRED.decode()}
# Written again, a row has another xmin.
STANDING = """
select entry.id, concat(entry.xmin, to_jsonb(entry), detail.xmin, to_jsonb(detail))
from audit_app_ledgerentry entry
left join audit_app_ledgerdetail detail on detail.entry_id = entry.id
where entry.id = any (%s)
"""
OUTSIDE = f"""
with outside as (
  select entry.id, entry.xid, entry.object_type, entry.object_id
  from audit_app_ledgerentry entry
  where entry.id > %(after)s and entry.id <= %(upto)s and entry.kind = 'change'
    and {IS_OUTSIDE}
), act as (
  select xid, min(id) as first, max(id) as last from outside group by xid
)
select outside.id, outside.object_type, outside.object_id
from act join outside on outside.xid = act.xid
where not {TELLS_AN_EVENT}
order by outside.id
"""  # noqa: S608 — ours


def place_of(using: str, pk: int) -> tuple[str, str]:
    """Its leaf, where it has one."""
    leaves = SealedLeaf.objects.using(using).filter(entry_id=pk)
    index = leaves.values_list("leaf_index", flat=True).first()
    return (ENTRY, str(pk)) if index is None else (LEAF, str(index))


def _lines(using: str, after: str, upto: str) -> Iterator[Finding]:
    """Faults of lines as the verifier sees them."""
    details: dict[int, bytes] = {}
    wrong: list[tuple[str, int]] = []
    names = SEALED_TABLES[DETAIL].replace(" ", "").split(",")
    span = f"entry_id > {int(after)} and entry_id <= {int(upto)}"
    for block in blocks(using, DETAIL, SEALED_TABLES[DETAIL], span):
        details |= verifying_lines.by_number(*verifying_lines.details(names, block))
    names = SEALED_TABLES[ENTRY].replace(" ", "").split(",")
    span = f"id > {int(after)} and id <= {int(upto)}"
    for block in blocks(using, ENTRY, SEALED_TABLES[ENTRY], span):
        lines = verifying_lines.entries(names, block)
        for pk, _what in lines.faults:
            wrong.append((What.LINE, pk))
        commitments = verifying_lines.by_number(lines.committed, lines.commitments)
        wrong += [
            (What.DETAIL, pk)
            for pk in lines.ids
            if commitments.get(pk) != details.get(pk)
        ]
    # Not before: while rows are copied out, the connection answers nothing else.
    missing = [pk for what, pk in wrong if what == What.DETAIL and pk not in details]
    disposed = _disposed(using, missing)
    digests = _digests(using, [pk for _what, pk in wrong])
    for what, pk in wrong:
        if what != What.DETAIL or pk not in disposed:
            yield Finding(what, *place_of(using, pk), pk, digests.get(pk, ""))


def _digests(using: str, lines: list[int]) -> dict[int, str]:
    """Digests of lines with their details, as they stand."""
    if not lines:
        return {}
    with connections[using].cursor() as cursor:
        cursor.execute(STANDING, [lines])
        return {pk: digest_of(text) for pk, text in cursor.fetchall()}


def _disposed(using: str, missing: list[int]) -> set[int]:
    """Among lines without their detail, those that another says were disposed of."""
    if not missing:
        return set()
    with connections[using].cursor() as cursor:
        cursor.execute(DISPOSED, {**DISPOSAL, "missing": missing})
        return {pk for (pk,) in cursor.fetchall()}


def _outside(using: str, after: str, upto: str) -> Iterator[Finding]:
    ours = period_columns(periods())
    with connections[using].cursor() as cursor:
        cursor.execute(OUTSIDE, {"after": int(after), "upto": int(upto), **ours})
        for pk, object_type, object_id in cursor.fetchall():
            yield Finding(What.OUTSIDE, object_type, object_id, pk)


LINES = Check("lines", ENTRY, "id", _lines, most=10_000)
CHANGED_OUTSIDE = Check("outside", ENTRY, "id", _outside, most=10_000)


# What was disposed of while the row or a version that it tells of stands: nothing says
# any more what that was.

DISPOSALS_STANDING = """
select distinct line from audit_ledger_standing(array(
  select object_id::bigint from audit_app_ledgerentry
  where id > %s and id <= %s and event = 'detail.disposed'
    and object_type = 'audit_app_ledgerdetail' and object_id ~ '^[0-9]{1,18}$')) line
order by line
"""


def _standing(using: str, after: str, upto: str) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(DISPOSALS_STANDING, [int(after), int(upto)])
        lines = [pk for (pk,) in cursor.fetchall()]
    for pk in lines:
        yield Finding(What.DISPOSED, *place_of(using, pk), pk)


ROWS_STANDING = """
select distinct line from audit_rows_standing(array(
  select id from audit_app_ledgerentry
  where id > %s and id <= %s and event = 'row.disposed')) line
order by line
"""


def _rows_standing(using: str, after: str, upto: str) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(ROWS_STANDING, [int(after), int(upto)])
        lines = [pk for (pk,) in cursor.fetchall()]
    for pk in lines:
        yield Finding(What.DISPOSED, *place_of(using, pk), pk)


CHECKS = (
    Check("disposals", ENTRY, "id", _standing, most=10_000),
    Check("disposed rows", ENTRY, "id", _rows_standing, most=10_000),
)


# Rows without history against what the ledger tells of them, column by column; and the
# secret columns of those that have one, which history leaves out and lines commit to.

# Of each table that leaves lines of all its changes: its key, whether it has a history,
# and which columns are compared here. Trigger arguments: `families.ledgered`.
TABLES = """
select live.oid::regclass::text, key.attname, format_type(key.atttypid, null),
  has_history, (
    select coalesce(array_agg(attname::text order by attnum), '{}') from pg_attribute
    where attrelid = live.oid and attnum > 0 and not attisdropped
      and attname <> all (left_out) and (not has_history or attname = any (secret)))
from pg_class live
join pg_index index on index.indrelid = live.oid and index.indisprimary
join pg_attribute key on key.attrelid = live.oid and key.attnum = index.indkey[0]
left join pg_trigger guard on guard.tgrelid = live.oid and guard.tgname = 'audit_ledger'
cross join lateral (
  select string_to_array(encode(guard.tgargs, 'escape'), '\\000') as arguments) given
cross join lateral (
  select coalesce(arguments[1]::text[], '{}') as secret,
    coalesce(arguments[3]::text[], '{}') as left_out,
    exists (select from pg_trigger where tgrelid = live.oid
            and tgname = 'audit_history') as has_history) parts
where live.relnamespace = 'public'::regnamespace
  and (guard.oid is not null or live.relname = any (%s))
order by 1
"""
# Functions of the ledger tell of these themselves.
BY_FUNCTION = ["audit_app_applicationlogin", "audit_app_disagreement"]
# Each column as the last line that names it tells it, or commits to it.
UNLIKE = """
select now.key, concat(now.xmin, now.held)
from (
  select live_row.{key}::text as key, live_row.xmin, to_jsonb(part) as held
  from {table} live_row cross join lateral (select {columns}) part
  where live_row.{key} > %(after)s and live_row.{key} <= %(upto)s
) now
where not exists (
    select from audit_app_ledgerentry line
    where line.object_type = %(table)s and line.object_id = now.key
      and line.kind = 'change' and line.event = 'insert')
  or exists (
    select from (
      select distinct on (col.key) col.key, col.value, is_secret
      from audit_app_ledgerentry line
      join audit_app_ledgerdetail detail on detail.entry_id = line.id
      cross join lateral (
        select false as is_secret, new.* from jsonb_each(detail.body::jsonb->'new') new
        union all
        select true, secret.* from jsonb_each(detail.body::jsonb->'secret') secret
      ) col
      where line.object_type = %(table)s and line.object_id = now.key
        and line.kind = 'change'
      order by col.key, line.id desc
    ) last
    where now.held ? last.key and last.value <> case
      when is_secret then
        audit_commitment(split_part(last.value #>> '{{}}', ':', 1), now.held->last.key)
      else now.held->last.key end)
"""
GONE = """
select line.object_id, line.id from audit_app_ledgerentry line
where line.id > %(after)s and line.id <= %(upto)s and line.object_type = %(table)s
  and line.kind = 'change' and line.event = 'insert'
  and not exists (select from {table} where {key} = line.object_id::{type})
  and not exists (
    select from audit_app_ledgerentry later
    where later.object_type = %(table)s and later.object_id = line.object_id
      and (later.kind = 'change' and later.event = 'delete'
           or later.kind = 'event' and later.event = 'row.disposed'
             and later.db_role = 'lockbox_disposal' and later.id > line.id))
"""


class ToldTable(NamedTuple):
    table: str
    key: str
    type: str
    has_history: bool
    columns: list[str]


def tables(using: str) -> list[ToldTable]:
    with connections[using].cursor() as cursor:
        cursor.execute(TABLES, [BY_FUNCTION])
        return [ToldTable(*row) for row in cursor.fetchall() if row[4]]


def checks(using: str) -> Iterator[Check]:
    known = tables(using)
    for one in known:
        start = "0" if one.type in ("bigint", "integer") else ""
        look = partial(_unlike, one)
        yield Check(f"told {one.table}", one.table, one.key, look, 500, start)
    gone = partial(_gone, [one for one in known if not one.has_history])
    yield Check("told and gone", "audit_app_ledgerentry", "id", gone, most=10_000)


def _ask(
    query: str, one: ToldTable, using: str, after: str, upto: str
) -> list[tuple[str, ...]]:
    columns = ", ".join(f'live_row."{name}"' for name in one.columns)
    text = query.format(table=one.table, key=one.key, type=one.type, columns=columns)
    values = {"table": one.table, "after": after, "upto": upto}
    with connections[using].cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def _unlike(one: ToldTable, using: str, after: str, upto: str) -> Iterator[Finding]:
    for key, text in _ask(UNLIKE, one, using, after, upto):
        yield Finding(What.TOLD, one.table, key, digest=digest_of(text))


def _gone(
    known: list[ToldTable], using: str, after: str, upto: str
) -> Iterator[Finding]:
    for one in known:
        for key, line in _ask(GONE, one, using, after, upto):
            yield Finding(What.TOLD, one.table, key, int(line))


# Leaves against lines, both ways, and against the hashes and checkpoints kept of them.
#
# A rewritten line that hangs together is told by the hash of its 256 leaves; which it
# is,
# the folder that the ledger is published to knows.

# Leaves of one subtree, and of one gap, that are told.
MOST = 20
LEAVES = """
select leaf.leaf_index, leaf.entry_id, entry.leaf_hash
from audit_app_sealedleaf leaf
left join audit_app_ledgerentry entry on entry.id = leaf.entry_id
where leaf.leaf_index >= %s and leaf.leaf_index <= %s
"""
SUBTREES = """
select number, hash from audit_app_subtree
where level = %s and number >= %s and number < %s
"""
# What waits is asked of few, as of the same moment.
LOOSE = """
with loose as materialized (
  select entry.id from audit_app_ledgerentry entry
  where entry.id > %s and entry.id <= %s and not exists (
    select from audit_app_sealedleaf leaf where leaf.entry_id = entry.id)
)
select id from loose where not audit_ledger_waits(id) order by id
"""
ORPHANS = """
select detail.entry_id, leaf.leaf_index from audit_app_ledgerdetail detail
left join audit_app_sealedleaf leaf on leaf.entry_id = detail.entry_id
where detail.entry_id > %s and detail.entry_id <= %s and not exists (
  select from audit_app_ledgerentry entry where entry.id = detail.entry_id)
order by detail.entry_id
"""
# Numbers are drawn when lines are written, and the time is read right after: a line
# that is committed late has both from then. Only the clock makes a later one earlier.
SET_BACK = """
select leaf.leaf_index, line.id from (
  select id, at, lag(at) over (order by id) as before from audit_app_ledgerentry
  where id <= %(upto)s and id >= coalesce(
    (select max(id) from audit_app_ledgerentry where id <= %(after)s), 0)
) line join audit_app_sealedleaf leaf on leaf.entry_id = line.id
where line.id > %(after)s and line.at < line.before - interval '1 minute'
order by line.id
"""


class Known(NamedTuple):
    """What is known of leaves: the numbers of their lines, and the hashes of those that
    are there."""

    lines: dict[int, int]
    hashes: dict[int, bytes]


def _leaves_ask(query: str, using: str, *values: int) -> list[tuple]:
    with connections[using].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def _leaves(using: str, after: str, upto: str) -> Iterator[Finding]:
    first, last = int(after) + 1, int(upto)
    rows = _leaves_ask(LEAVES, using, first // WIDTH * WIDTH, last)
    known = Known(
        {index: pk for index, pk, _hash in rows},
        {index: bytes(body) for index, _pk, body in rows if body is not None},
    )
    times = Counter(index for index, _pk, _hash in rows if index >= first)
    yield from _alone(times, known)
    for index in _gaps(first, sorted(times)):
        yield Finding(What.GONE, LEAF, str(index))
    level = 1
    while (end := (last + 1) >> BITS * level) > (start := first >> BITS * level):
        for number, stored_hash, now in _subtrees(using, level, start, end, known):
            if stored_hash != now and level == 1:
                yield from _leaves_unlike(number, stored_hash, now, known)
            elif stored_hash != now:
                at = number << BITS * level
                yield Finding(What.HASH, LEAF, str(at), digest=now.hex())
        level += 1


def _alone(times: Counter[int], known: Known) -> Iterator[Finding]:
    """Leaves without a line, and lines that have one number with another."""
    for index, number in times.items():
        if index not in known.hashes:
            yield Finding(What.GONE, LEAF, str(index), known.lines[index])
        elif number > 1:
            # No more than one of them was sealed.
            yield _unsealed(index, known)


def _gaps(first: int, places: list[int]) -> Iterator[int]:
    """Numbers that no leaf has, the first of each gap: whoever owns the database writes
    any number, and keeps nobody from comparing by it."""
    for before, place in pairwise([first - 1, *places]):
        yield from range(before + 1, min(place, before + 1 + MOST))


def _subtrees(
    using: str, level: int, start: int, end: int, known: Known
) -> Iterator[tuple[int, bytes, bytes]]:
    """Subtrees as they are kept and as what is below makes them; those of which
    something is gone are told of that."""
    stored_hashes = _hashes(using, level, start, end)
    below = known.hashes
    if level > 1:
        below = _hashes(using, level - 1, start * WIDTH, end * WIDTH)
    for number in sorted({place // WIDTH for place in below}):
        if not start <= number < end:
            continue
        span = range(number * WIDTH, (number + 1) * WIDTH)
        if all(place in below for place in span):
            now = whole_root(b"".join([below[place] for place in span]))
            yield number, stored_hashes.get(number, b""), now


def _hashes(using: str, level: int, start: int, end: int) -> dict[int, bytes]:
    rows = _leaves_ask(SUBTREES, using, level, start, end)
    return {number: bytes(body) for number, body in rows}


def _leaves_unlike(
    number: int, stored_hash: bytes, now: bytes, known: Known
) -> Iterator[Finding]:
    """Which of the leaves, as far as that is known."""
    published, first = _published(number), number * WIDTH
    if len(published) != 32 * WIDTH or whole_root(published) != stored_hash:
        yield Finding(What.AMONG, LEAF, str(first), digest=now.hex())
        return
    pairs = [(at, published[32 * at : 32 * at + 32]) for at in range(WIDTH)]
    others = [first + at for at, body in pairs if known.hashes[first + at] != body]
    for index in others[:MOST]:
        yield _unsealed(index, known)


def _unsealed(index: int, known: Known) -> Finding:
    digest = known.hashes[index].hex()
    return Finding(What.SEALED, LEAF, str(index), known.lines[index], digest)


def _published(number: int) -> bytes:
    """The hashes of these leaves in the folder; nothing where they can't be read."""
    folder = sealing_keys.folder()
    try:
        return (folder / path_of("0", number)).read_bytes() if folder else b""
    except OSError:
        return b""


def _signed(using: str, after: str, upto: str) -> Iterator[Finding]:
    """The first and the last of the slice: without the key nobody makes the newest
    hold, and those before it not."""
    rows = Checkpoint.objects.using(using).order_by("size")
    keys = sealing_keys.where_readable(sealing_keys.known_keys)
    first = rows.filter(size__gt=int(after)).values_list("size", flat=True)[0]
    bad = [size for size in (first, int(upto)) if not _holds(using, size, keys)]
    if bad:
        before = rows.filter(size__lt=bad[0])
        sizes = list(before.values_list("size", flat=True))
        at = bisect_left(sizes, True, key=lambda size: not _holds(using, size, keys))
        yield Finding(What.SIGNED, LEAF, str(sizes[at - 1] if at else 0))


def _holds(using: str, size: int, keys: list[proofs.Key]) -> bool:
    """Earlier ones may be of a key that is known no more: what was signed later has
    them in it."""
    rows = Checkpoint.objects.using(using)
    text = rows.values_list("note", flat=True).get(pk=size)
    try:
        signed = proofs.note_from(text)
        checkpoint = proofs.checkpoint_from(signed.text)
        is_signed = bool(proofs.signers(signed, keys)) or not keys
        same = (checkpoint.size, checkpoint.root) == (size, sealer.root(size, using))
        return same and (is_signed or rows.filter(size__gt=size).exists())
    except (proofs.Malformed, proofs.Unproven, sealer.Incomplete):
        return False


def _loose(using: str, after: str, upto: str) -> Iterator[Finding]:
    for (pk,) in _leaves_ask(LOOSE, using, int(after), int(upto)):
        yield Finding(What.LOOSE, ENTRY, str(pk), pk)


def _orphans(using: str, after: str, upto: str) -> Iterator[Finding]:
    for pk, index in _leaves_ask(ORPHANS, using, int(after), int(upto)):
        place = (DETAIL, str(pk)) if index is None else (LEAF, str(index))
        yield Finding(What.ORPHAN, *place, pk)


def _set_back(using: str, after: str, upto: str) -> Iterator[Finding]:
    """Once each time: by the first line that was written then."""
    span = {"after": int(after), "upto": int(upto)}
    with connections[using].cursor() as cursor:
        cursor.execute(SET_BACK, span)
        for index, pk in cursor.fetchall():
            yield Finding(What.CLOCK, LEAF, str(index), pk)


# What is committed late has its number and time from before: so long may a transaction
# take. Where clocks can be set, times of lines and checkpoints are not of one clock.
LATE = """
select leaf.leaf_index, line.id from audit_app_sealedleaf leaf
join audit_app_ledgerentry line on line.id = leaf.entry_id
cross join lateral (
  select at from audit_app_checkpoint where size <= leaf.leaf_index
  order by size desc limit 1) sealed
where leaf.leaf_index > %(after)s and leaf.leaf_index <= %(upto)s
  and line.at < sealed.at - interval '1 hour'
  and not exists (select from audit_app_setclock)
order by line.id
"""


def _late(using: str, after: str, upto: str) -> Iterator[Finding]:
    """Lines that a checkpoint does not have, and that say they were there before it."""
    with connections[using].cursor() as cursor:
        cursor.execute(LATE, {"after": int(after), "upto": int(upto)})
        for index, pk in cursor.fetchall():
            yield Finding(What.LATE, LEAF, str(index), pk)


SET_CLOCK = Check("clock", ENTRY, "id", _set_back, most=10_000)
WRITTEN_LATE = Check("late", LEAF, "leaf_index", _late, most=10_000, start="-1")
# What the verifier sees by itself.
SEALED = (
    Check("leaves", LEAF, "leaf_index", _leaves, most=10_000, start="-1"),
    Check("checkpoints", "audit_app_checkpoint", "size", _signed, most=100),
    Check("loose", ENTRY, "id", _loose, most=10_000),
    Check("details", DETAIL, "entry_id", _orphans, most=10_000),
)


# Checkpoints, cosignatures and stamps: each that the ledger was told of is there as it
# was, and each signature is one of its checkpoint.

# By table, their keys; see audit_ledger_tell_signed.
KEYS = {
    "audit_app_checkpoint": "size",
    "audit_app_cosignature": "id",
    "audit_app_stamp": "checkpoint_id",
    "audit_app_handedout": "size",
}
SIGNED_TOLD = """
select line.id, detail.body from audit_app_ledgerentry line
join audit_app_ledgerdetail detail on detail.entry_id = line.id
where line.id > %s and line.id <= %s and line.object_type = 'audit_app_checkpoint'
  and line.object_id = '' and line.event = 'ledger.signed'
"""
SIGNED_STANDING = """
select {key}::text, audit_row_digest(kept) from {table} kept where {key} = any (%s)
"""


def _taken(using: str, after: str, upto: str) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(SIGNED_TOLD, [int(after), int(upto)])
        lines = cursor.fetchall()
        for line, body in lines:
            for table, digests in json.loads(body)["rows"].items():
                text = SIGNED_STANDING.format(key=KEYS[table], table=table)
                cursor.execute(text, [list(map(int, digests))])
                standing = dict(cursor.fetchall())
                for key, digest in digests.items():
                    if (now := standing.get(key)) != digest:
                        yield Finding(What.TAKEN, table, key, line, now or "")


def _junk(using: str, after: str, upto: str) -> Iterator[Finding]:
    """By the key that each names: whether it is one of the policy's is asked where
    cosignatures are counted."""
    rows = Cosignature.objects.using(using).filter(pk__gt=after, pk__lte=upto)
    for row in rows.select_related("checkpoint").iterator():
        try:
            key, text = key_from(row.witness), note_from(row.checkpoint.note).text
            is_good = key.kind == WITNESS and verifies(key, text, row.line)
        except Malformed:
            is_good = False
        if not is_good:
            digest = digest_of(row.witness + row.line)
            yield Finding(What.JUNK, row._meta.db_table, str(row.pk), digest=digest)


SIGNED_CHECKS = (
    Check("signed and told", "audit_app_ledgerentry", "id", _taken, most=10_000),
    Check("cosignatures", "audit_app_cosignature", "id", _junk),
)


# History against live rows, and each against the ledger, table by table.

# With each what stands there; written again, a row has another xmin.
# The newest version of each number holds what its row holds, or says that it is gone.
ROWS = """
select coalesce(version.id, now.id)::text,
  concat(version.xmin, last, now.xmin, live)
from (
  select distinct on (id) id, hist_row.xmin, to_jsonb(hist_row) as last
  from {history} hist_row
  where id > %(after)s and id <= %(upto)s order by id, history_id desc
) version full join (
  select id, live_row.xmin, to_jsonb(live_row) - %(hidden)s::text[] as live
  from {table} live_row
  where id > %(after)s and id <= %(upto)s
) now on now.id = version.id
where case
  when live is null then last->>'history_type' <> '-'
  when last is null or last->>'history_type' = '-' then true
  else live <> (select jsonb_object_agg(col.key, last->col.key)
                from jsonb_object_keys(live) col(key))
end
"""
# A version that no change of its transaction goes with.
UNTOLD = """
select hist_row.id::text, string_agg(concat(hist_row.xmin, to_jsonb(hist_row)), ' '
  order by hist_row.history_id)
from {history} hist_row
where hist_row.history_id > %(after)s and hist_row.history_id <= %(upto)s
  and (select count(*) from {history} other
       where other.id = hist_row.id and other.history_xid = hist_row.history_xid)
    > (select count(*) from audit_app_ledgerentry entry
       where entry.object_type = %(table)s and entry.object_id = hist_row.id::text
         and entry.kind = 'change' and entry.xid = hist_row.history_xid)
group by hist_row.id
"""
# A change without its version (the first of a transaction has the first, and so on), or
# with one that has another number, signer, time or reason, or holds other values: of
# what the change names, or of what it left as the version before has it. What has been
# given another column since is left. Each name says whose it is, for a table may have a
# column that is called so.
UNKEPT = """
select entry.object_id, concat(version.xmin, version.held), entry.id
from audit_app_ledgerentry entry
left join lateral (
  select detail.body::jsonb as told from audit_app_ledgerdetail detail
  where detail.entry_id = entry.id
) detail on true
left join lateral (
  select hist_row.history_id as number, hist_row.history_type as type,
    hist_row.history_user_id as signer,
    audit_moment(hist_row.history_date) as moment,
    coalesce(hist_row.history_change_reason, '') as reason,
    hist_row.xmin, to_jsonb(hist_row) as held
  from {history} hist_row
  where hist_row.id = entry.object_id::bigint and hist_row.history_xid = entry.xid
  order by hist_row.history_id limit 1
  offset (select count(*) from audit_app_ledgerentry before
          where before.object_type = %(table)s and before.kind = 'change'
            and before.object_id = entry.object_id and before.xid = entry.xid
            and before.id < entry.id)
) version on true
left join lateral (
  select to_jsonb(hist_row) as held from {history} hist_row
  where version.type = '~'
    and hist_row.id = entry.object_id::bigint and hist_row.history_id < version.number
  order by hist_row.history_id desc limit 1
) earlier on true
where entry.id > %(after)s and entry.id <= %(upto)s and entry.kind = 'change'
  and entry.object_type = %(table)s and entry.object_id ~ '^[0-9]{{1,18}}$'
  and (version.held is not null or not exists (
    select from audit_app_ledgerentry gone
    where gone.object_type = %(table)s and gone.object_id = entry.object_id
      and gone.kind = 'event' and gone.event = 'row.disposed'
      and gone.db_role = 'lockbox_disposal' and gone.id > entry.id))
  and (version.held is null
    or (version.number, version.signer) is distinct from (entry.id, entry.actor_id)
    or version.type <> case entry.event when 'insert' then '+'
                                when 'delete' then '-' else '~' end
    or told is not null and (version.moment, version.reason) is distinct from
      (coalesce(told->>'clock', audit_moment(entry.at)), coalesce(told->>'reason', ''))
    or exists (
      select from jsonb_each(told
        -> case when entry.event = 'delete' then 'old' else 'new' end) col
      where version.held ? col.key and version.held->col.key <> col.value)
    or told is not null and exists (
      select from jsonb_each(earlier.held) col
      where not starts_with(col.key, 'history_')
        and not told->'new' ? col.key
        and version.held->col.key <> col.value))
"""


def checks_versions(using: str) -> Iterator[Check]:
    """Rows and versions of each table by their own numbers, changes by the ledger's."""
    known = histories(using)
    for one in known:
        yield Check(f"rows {one.table}", one.table, "id", partial(_rows, one))
        # What is gone has its number in history alone.
        gone = partial(_rows, one)
        yield Check(f"gone {one.table}", one.history, "id", gone)
        untold = partial(_untold, one)
        yield Check(f"versions {one.table}", one.history, "history_id", untold)
    yield Check("changes", "audit_app_ledgerentry", "id", partial(_unkept, known))


def _versions_ask(
    query: str, one: History, using: str, after: str, upto: str
) -> list[tuple[str, ...]]:
    values: dict[str, Any] = {
        "after": int(after),
        "upto": int(upto),
        "hidden": one.hidden,
    }
    with connections[using].cursor() as cursor:
        cursor.execute(
            query.format(table=one.table, history=one.history),
            values | {"table": one.table, "hidden": one.hidden},
        )
        return cursor.fetchall()


def _rows(one: History, using: str, after: str, upto: str) -> Iterator[Finding]:
    for pk, text in _versions_ask(ROWS, one, using, after, upto):
        yield Finding(What.ROW, one.table, pk, digest=digest_of(text))


def _untold(one: History, using: str, after: str, upto: str) -> Iterator[Finding]:
    for pk, text in _versions_ask(UNTOLD, one, using, after, upto):
        yield Finding(What.VERSION, one.table, pk, digest=digest_of(text))


def _unkept(
    known: list[History], using: str, after: str, upto: str
) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select distinct object_type from audit_app_ledgerentry"
            " where id > %s and id <= %s and kind = 'change'",
            [after, upto],
        )
        changed = {row[0] for row in cursor.fetchall()}
    for one in known:
        if one.table in changed:
            for pk, text, line in _versions_ask(UNKEPT, one, using, after, upto):
                digest = digest_of(text)
                yield Finding(What.VERSION, one.table, pk, int(line), digest)


# A number is drawn from 1 on, those that the application counts itself are 0 or more,
# and a text is not empty: what lies below stands before the first slice of every check.
# The lines that tell of such a row are faults for good (verifying.lines).

BELOW = """
select format('select %2$L, %1$I::text from %2$s where %1$I %3$s', key.attname,
  live.oid::regclass::text, case
    when key.atttypid in ('text'::regtype, 'varchar'::regtype) then $$= ''$$
    when key.attidentity <> '' then '< 1' else '< 0' end)
from pg_class live
join pg_index index on index.indrelid = live.oid and index.indisprimary
  and index.indnatts = 1
join pg_attribute key on key.attrelid = live.oid and key.attnum = index.indkey[0]
where live.relnamespace = 'public'::regnamespace
  and has_table_privilege(live.oid, 'select') and key.atttypid in (
  'bigint'::regtype, 'integer'::regtype, 'text'::regtype, 'varchar'::regtype)
"""


def _below(using: str, _after: str, _upto: str) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(BELOW)
        cursor.execute(" union all ".join(query for (query,) in cursor.fetchall()))
        for table, key in cursor.fetchall():
            yield Finding(What.NUMBER, table, key)


NUMBERS = Check("numbers", "(select 1 as place) whole", "place", _below)


# All checks: at once, or a piece each round that goes on where the last one ended.

# What the line that it is about shows by itself, when it is looked at again.
OF_A_LINE = (What.LINE, What.DETAIL, What.VERSION)
# Kept beside ledger and history by those who know of it: a check for each.
_further: list[Check] = []

PLACES = "select name, position from audit_app_reconciled order by looked_at"
MOVE = """
insert into audit_app_reconciled (name, position, looked_at, came_round_at)
values (%(name)s, %(position)s, clock_timestamp(),
  case when %(is_round)s then clock_timestamp() end)
on conflict (name) do update set position = excluded.position,
  looked_at = excluded.looked_at,
  came_round_at = coalesce(excluded.came_round_at, audit_app_reconciled.came_round_at)
"""


# What is looked at as a whole, once an hour, by whoever knows it.
GUARDS = "guards"
IS_FRESH = """
select exists (select from audit_app_reconciled where name = %s
  and came_round_at between clock_timestamp() - interval '1 hour' and clock_timestamp())
"""


def also(check: Check) -> None:
    _further.append(check)


def is_fresh(name: str) -> bool:
    """Was it looked at within the hour?"""
    with connection.cursor() as cursor:
        cursor.execute(IS_FRESH, [name])
        return cursor.fetchone()[0]


def looked_at(name: str) -> None:
    """All of it, just now."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE, {"name": name, "position": "", "is_round": True})


def checks_rounds(using: str) -> list[Check]:
    of_lines = [LINES, CHANGED_OUTSIDE, *SEALED, SET_CLOCK, WRITTEN_LATE]
    of_rows = [*checks_versions(using), *checks(using)]
    return [NUMBERS, *of_lines, *of_rows, *SIGNED_CHECKS, *CHECKS, *_further]


def everything(using: str, but: tuple[Check, ...] = ()) -> Iterator[Finding]:
    """Reads all there is, but for some checks; tells each finding once."""
    findings = set()
    for check in checks_rounds(using):
        if check in but:
            continue
        after: str | None = check.start
        while after is not None:
            of_slice, after = _slice(check, using, after)
            for one in of_slice:
                if one not in findings:
                    findings.add(one)
                    yield one


def some(seconds: float) -> Iterator[Finding]:
    """Compare as many slices as there is time for, of the check first that has waited
    longest; one at least. A place is remembered when what was found there has been
    taken."""
    end = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        places = dict(cursor.fetchall())
    turn = {name: number for number, name in enumerate(places, 1)}
    for check in sorted(
        checks_rounds("default"), key=lambda one: turn.get(one.name, 0)
    ):
        after = places.get(check.name, check.start)
        of_slice, upto = _slice(check, "default", after)
        yield from of_slice
        _remember(check, upto)
        if time.monotonic() > end:
            break


def _slice(check: Check, using: str, after: str) -> tuple[list[Finding], str | None]:
    """What is found in the next slice, and where it ends; None after the last. Whoever
    writes what can not be read, or hides it by a policy, keeps nobody from reading the
    rest."""
    upto = None
    try:
        with transaction.atomic(using=using):
            upto = end_of(check, using, after)
        return ([] if upto is None else check.findings(using, after, upto)), upto
    except (DataError, ProgrammingError) as error:
        digest = digest_of(f"{check.name} {error}")
        return [Finding(What.UNREAD, check.table, upto or after, digest=digest)], upto


def agrees_again(object_type: str, object_id: str) -> bool:
    """Does everything that once did not agree about this row agree when it is looked at
    now? False for what no line shows by itself."""
    known = Disagreement.objects.filter(object_type=object_type, object_id=object_id)
    return known.exists() and not any(map(_disagrees, known))


def _disagrees(known: Disagreement) -> bool:
    if known.what not in OF_A_LINE or known.entry_id is None:
        return True
    span = str(known.entry_id - 1), str(known.entry_id)
    return any(
        (one.what, one.entry_id) == (known.what, known.entry_id)
        for check in checks_rounds("default")
        if check.table == ENTRY
        for one in check.findings("default", *span)
    )


def _remember(check: Check, upto: str | None) -> None:
    """After the last slice the check begins anew."""
    with connection.cursor() as cursor:
        position = check.start if upto is None else upto
        values: dict[str, Any] = {
            "name": check.name,
            "position": position,
            "is_round": upto is None,
        }
        cursor.execute(MOVE, values)

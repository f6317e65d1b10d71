"""Schema: catalogue, expected, freezing, rebuilt, rows and texts."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from audit_app import guards as of_ledger
from audit_app.reconcile import Finding, What
from lockbox_site import guards as of_site
from requests_app.audit import guards as of_requests
from requests_app.core.calendar import office_hours_of, working_days
from requests_app.core.models import WorkingDay
from requests_app.oversight.sweep import BESIDE_ROWS

# What a database holds, read from PostgreSQL's catalogue. Anybody may read it.

QUERIES = Path(__file__).with_name("catalogue.sql")
LIST_MADE = re.compile(r"\((ARRAY\[[^\]]*\])\)::text\[\]")
LIST_RESTORED = re.compile(r"\(('(?:[^']|'')*'::character varying)\)::text")


class Guard(NamedTuple):
    """One thing that the database holds to; `what` is the rest of its definition."""

    kind: str
    name: str
    what: str

    def __str__(self) -> str:
        return "\t".join(self)


def guards_of(using: str) -> set[Guard]:
    """All that the database of an alias holds to, in the schema `public`."""
    guards: set[Guard] = set()
    with connections[using].cursor() as cursor:
        for query in QUERIES.read_text("utf-8").split(";\n")[:-1]:
            cursor.execute(query)
            guards |= {
                Guard(*(flat(text) for text in row)) for row in cursor.fetchall()
            }
    return guards


def flat(text: str) -> str:
    """A definition in one line, and the same before and after a dump: PostgreSQL writes
    a list of texts in one way when it is made, and in another when it is restored."""
    line = " ".join(text.split())
    return LIST_MADE.sub(r"\1", LIST_RESTORED.sub(r"\1", line))


# The guards as they are written: the `.sql` files of the apps, and what each table is
# asked. Nothing is asked of a database.

# In the order of their migrations.
APPS = {"audit_app": of_ledger, "requests_app": of_requests, "lockbox_site": of_site}
NAMES = (
    ("function", r"create or replace function (\w+)\("),
    ("trigger", r"create (?:constraint )?trigger (\w+) .*? on (\w+)"),
    ("index", r"create (?:unique )?index (\w+) on "),
    ("table", r"(?:create|alter) table (\w+)"),
    ("right", r"((?:grant|revoke) .*);"),
)
# What is made before what needs it.
ORDER = ["table", "function", "index", "trigger", "right"]
BODY = re.compile(r"\$f\$(.*)\$f\$", re.DOTALL)


class Text(NamedTuple):
    """A statement with the comment above it. A trigger's name is "name on table"."""

    app: str
    kind: str
    name: str
    sql: str

    @property
    def body(self) -> str:
        """What PostgreSQL keeps as the source of a function; empty for anything
        else."""
        match = BODY.search(self.sql)
        return match[1] if match else ""


def texts() -> list[Text]:
    """All guards of all apps, each after what it needs."""
    apps = list(APPS)
    return sorted(
        (_named(app, statement) for app in APPS for statement in _statements(app)),
        key=lambda text: (apps.index(text.app), ORDER.index(text.kind)),
    )


def _statements(app: str) -> Iterator[str]:
    if app == "requests_app":
        yield from of_requests.derived()
    files = (settings.BASE_DIR / app).glob("**/guards/*.sql")
    for path in sorted(files, key=lambda path: path.name):
        yield from split(path.read_text("utf-8"))
    for table, families in APPS[app].GUARDED.items():
        # Two families may ask the same.
        yield from dict.fromkeys(text for family in families for text in family(table))


def split(sql: str) -> Iterator[str]:
    """Statements end with a semicolon at the end of a line, outside of a body."""
    lines: list[str] = []
    for line in sql.splitlines():
        lines.append(line)
        text = "\n".join(lines)
        if line.endswith(";") and text.count("$f$") % 2 == 0:
            yield text.strip()
            lines = []


def _named(app: str, statement: str) -> Text:
    code = re.sub(r"^--.*\n", "", statement, flags=re.MULTILINE)
    for kind, pattern in NAMES:
        match = re.match(pattern, code, re.DOTALL)
        if match:
            return Text(app, kind, " on ".join(match.groups()), statement)
    raise ValueError(f"not a guard, in {app}: {statement}")


# What this release expects, and how a database differs from it.

FILE = Path(__file__).with_name("expected.txt")


@cache
def expected() -> frozenset[Guard]:
    """What was recorded, and the bodies of functions as they are written."""
    lines = FILE.read_text("utf-8").splitlines()
    recorded = {Guard(*line.split("\t")) for line in lines if line}
    bodies = {
        Guard("body", text.name, flat(text.body))
        for text in texts()
        if text.kind == "function"
    }
    return frozenset(recorded | bodies)


def record(using: str) -> int:
    """Let what this database holds be what is expected. Returns how much it is."""
    close_database(using)  # a copy of a migrated database is open again
    guards = sorted(guard for guard in guards_of(using) if guard.kind != "body")
    FILE.write_text("".join(f"{guard}\n" for guard in guards), "utf-8")
    expected.cache_clear()
    return len(guards)


class Difference(NamedTuple):
    """Read as a sentence: what is wrong with a thing of which kind, and how."""

    wrong: str
    kind: str
    name: str
    more: str = ""

    def __str__(self) -> str:
        return f"{self.wrong} {self.kind}: {self.name}{self.more}"


def differences(using: str) -> Iterator[Difference]:
    """Each guard that is missing, other than expected, or too much."""
    wanted = {(guard.kind, guard.name): guard.what for guard in expected()}
    there = {(guard.kind, guard.name): guard.what for guard in guards_of(using)}
    for kind, name in sorted(wanted.keys() | there.keys()):
        what, is_now = wanted.get((kind, name)), there.get((kind, name))
        if is_now is None:
            yield Difference("missing", kind, name, _mend("grant", kind, name))
        elif what is None:
            yield Difference("unexpected", kind, name, _mend("revoke", kind, name))
        elif what != is_now:
            more = f" is “{is_now}”, expected “{what}”"
            yield Difference("other", kind, name, more)


def _mend(verb: str, kind: str, name: str) -> str:
    """A right is mended by one statement of the owner's; the rest is in migrations."""
    if kind != "right" or " to come " in name:
        return ""
    privilege, _on, rest = name.partition(" on ")
    place, _to, grantee = rest.rpartition(" to ")
    noun, _space, thing = place.partition(" ")
    if noun == "database":
        return " — `migrate` mends it"
    if noun == "column":
        noun, (thing, _dot, column) = "table", thing.partition(".")
        privilege = f"{privilege} ({column})"
    preposition = "to" if verb == "grant" else "from"
    return f" — `{verb} {privilege} on {noun} {thing} {preposition} {grantee}`"


def close_database(using: str) -> None:
    """The one right that a dump without the database itself does not carry."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "do $d$ begin execute format('revoke temporary on database %I from public',"
            " current_database()); end $d$"
        )


# A database is brought to the guards as they are written, and what it holds is read as
# statements that would make it.

Definitions = dict[tuple[str, str], str]

# As migrations give them before any table is made (audit_app/migrations/0001_roles.py).
USUAL_RIGHTS = """
revoke all on all tables in schema public
  from lockbox_app, lockbox_auditor, lockbox_disposal;
revoke all on all sequences in schema public
  from lockbox_app, lockbox_auditor, lockbox_disposal;
grant select, insert, update, delete on all tables in schema public to lockbox_app;
revoke insert, update, delete on django_migrations from lockbox_app;
grant usage, select on all sequences in schema public to lockbox_app;
revoke all on sequence django_migrations_id_seq from lockbox_app;
grant select on all tables in schema public to lockbox_auditor;
"""
USUAL_RIGHTS_OF_FUNCTION = """
revoke all on function {0} from lockbox_app, lockbox_auditor, lockbox_disposal;
grant execute on function {0} to public;
"""
# Where triggers are switched off for a session (session_replication_role), not these.
ALWAYS_ON = """do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;"""
DEFINITIONS = """
select 'function', p.proname::text, pg_get_functiondef(p.oid) || ';'
from pg_proc p where p.pronamespace = 'public'::regnamespace and not exists (
  select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
union all
select 'trigger', t.tgname || ' on ' || t.tgrelid::regclass,
  pg_get_triggerdef(t.oid) || ';'
from pg_trigger t where not t.tgisinternal
union all
select 'index', c.relname, pg_get_indexdef(c.oid) || ';'
from pg_class c where c.relname = any(%s) and c.relkind = 'i'
union all
select 'right', format('%%s%%s on %%s to %%s', lower(x.privilege_type),
    ' (' || quote_ident(x.attname) || ')', c.oid::regclass, pg_get_userbyid(x.grantee)),
  ''
from pg_class c
cross join lateral (
  select null as attname, own.* from aclexplode(c.relacl) own
  union all
  select a.attname, own.* from pg_attribute a, aclexplode(a.attacl) own
  where a.attrelid = c.oid) x
where c.relnamespace = 'public'::regnamespace and x.grantee <> c.relowner
union all
select 'right', format('%%s on function %%s to %%s', lower(x.privilege_type), p.proname,
    case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end), ''
from pg_proc p
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
where p.pronamespace = 'public'::regnamespace and x.grantee <> p.proowner
  and not exists (
    select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""


def definitions(cursor: Any) -> Definitions:
    """By kind and name the statement that makes it. Of a right the name says all."""
    indexes = [text.name for text in texts() if text.kind == "index"]
    cursor.execute(DEFINITIONS, [indexes])
    return {
        (kind, name): statement or f"grant {name};"
        for kind, name, statement in cursor.fetchall()
    }


def rebuild(cursor: Any) -> None:
    """Make all guards anew. Tables stay; so do functions that stand in no file."""
    cursor.execute(USUAL_RIGHTS)
    for kind, name in definitions(cursor):
        if kind == "trigger":
            trigger, table = name.split(" on ")
            cursor.execute(f"drop trigger {trigger} on {table}")
    for text in texts():
        if text.kind == "index":
            cursor.execute(f"drop index if exists {text.name}")
        if text.kind != "table":
            cursor.execute(text.sql)
        if text.kind == "function":
            cursor.execute(USUAL_RIGHTS_OF_FUNCTION.format(text.name))
    cursor.execute(ALWAYS_ON)


# The migration that brings databases from the guards of the migrations before to those
# that are written now, with a frozen copy of each text and what undoes it.

MIGRATION = '''"""{title}"""

from django.db import migrations

GUARDS = r"""
{forward}
"""
BACK = r"""
{back}
"""


class Migration(migrations.Migration):
    dependencies = [{dependencies}]
    operations = [migrations.RunSQL(GUARDS, BACK)]
'''
# A function may call another that is made below it.
UNCHECKED = "set local check_function_bodies = off;"


def freeze(name: str, using: str = "owner") -> list[Path]:
    """Write a migration in each app whose guards have changed since the migrations
    that the database of this alias has had. Returns the files; the database stays."""
    written: list[Path] = []
    dependencies: list[tuple[str, str]] = []
    for app, (forward, back) in changed(using).items():
        last = _leaf(app)
        title = f"{int(last[:4]) + 1:04}_{name}"
        path = settings.BASE_DIR / app / "migrations" / f"{title}.py"
        text = MIGRATION.format(
            title=name.replace("_", " ").capitalize() + ".",
            forward=_whole(forward),
            back=_whole(back),
            dependencies=", ".join(map(repr, [(app, last), *dependencies])),
        )
        path.write_text(text, "utf-8")
        dependencies.append((app, title))
        written.append(path)
    return written


def _whole(statements: list[str]) -> str:
    return "\n\n".join([UNCHECKED, *statements, ALWAYS_ON])


def changed(using: str) -> dict[str, tuple[list[str], list[str]]]:
    """By app, the statements that bring the database of this alias to the guards as
    they are written, and those that undo it. It stays as it is."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        before = definitions(cursor)
        rebuild(cursor)
        # A function that stands in no file is still there.
        wanted = {text.name for text in texts() if text.kind == "function"}
        after = {
            key: sql
            for key, sql in definitions(cursor).items()
            if _function_of(*key) in {"", *wanted}
        }
        transaction.set_rollback(True, using)
    same = before.items() & after.items()
    before, after = dict(before.items() - same), dict(after.items() - same)
    ways = {
        app: (
            _freezing_statements(app, before, after),
            _freezing_statements(app, after, before),
        )
        for app in APPS
    }
    return {app: way for app, way in ways.items() if way != ([], [])}


def _function_of(kind: str, name: str) -> str:
    """The function that this is, or is a right to; empty for anything else."""
    if kind == "right":
        name = name.partition(" on function ")[2].partition(" to ")[0]
    return name if kind in ("function", "right") else ""


def _freezing_statements(
    app: str, before: Definitions, after: Definitions
) -> list[str]:
    """From the one to the other; as written where that is the same, for the comment."""
    written = {(text.kind, text.name): text for text in texts() if text.kind != "right"}
    mine = [key for key in before | after if _app_of(key, written.get(key)) == app]
    mine.sort(key=lambda key: (ORDER.index(key[0]), key[1]))
    gone = [
        _drop(kind, name)
        for kind, name in reversed(mine)
        if _goes(kind, name, before, after)
    ]
    made = [_as_written(key, after, written) for key in mine if key in after]
    # PostgreSQL lets everybody call a new function: its rights are all among these.
    fresh = [
        f"revoke all on function {name} from public;"
        for kind, name in mine
        if kind == "function" and (kind, name) in after.keys() - before.keys()
    ]
    first_right = sum(key[0] != "right" for key in mine if key in after)
    return [*gone, *made[:first_right], *fresh, *made[first_right:]]


def _goes(kind: str, name: str, before: Definitions, after: Definitions) -> bool:
    """A function or right that changes is replaced, and keeps what hangs on it."""
    return (kind, name) in before and (
        (kind, name) not in after or kind in ("trigger", "index")
    )


def _drop(kind: str, name: str) -> str:
    if kind == "right":
        return f"revoke {name.replace(' to ', ' from ')};"
    return f"drop {kind} {name};"


def _as_written(
    key: tuple[str, str], after: Definitions, written: dict[tuple[str, str], Text]
) -> str:
    text = written.get(key)
    is_mine = text is not None and text.body and text.body in after[key]
    return text.sql if is_mine else after[key]  # type: ignore[union-attr]


def _app_of(key: tuple[str, str], text: Text | None) -> str:
    """By where it is written; of what stands nowhere any more, by its name."""
    if text is not None:
        return text.app
    apps: Iterable[str] = (app for app in APPS if f" {app}_" in f" {key[1]}")
    return next(iter(apps), "requests_app")


def _leaf(app: str) -> str:
    [(_app, name)] = MigrationLoader(None).graph.leaf_nodes(app)
    return name


# Rows that a database has, or has none of, by its release alone: nobody who works
# there writes them.

# Rights are dated rows, an address is a column of its account, and the clock is real.
EMPTY = (
    "account_emailaddress",
    "account_emailconfirmation",
    "audit_app_setclock",
    "auth_group",
    "auth_group_permissions",
    "django_admin_log",
    "guardian_groupobjectpermission",
    "guardian_userobjectpermission",
    "lockbox_site_user_groups",
    "lockbox_site_user_user_permissions",
)


def differences_in_rows(using: str) -> Iterator[Difference]:
    with connections[using].cursor() as cursor:
        for table in EMPTY:
            cursor.execute(f"select exists (select from {table})")  # noqa: S608 — ours
            if cursor.fetchone()[0]:
                more = " has rows, and nothing here writes any"
                yield Difference("unexpected", "rows", table, more)
    days = WorkingDay.objects.using(using).order_by("day").values_list()
    if tuple(days) != _calendar():
        table = WorkingDay._meta.db_table
        yield Difference("other", "rows", table, " is not the calendar of here")
    yield from _of_the_release(using)


@cache
def _calendar() -> tuple[tuple[Any, ...], ...]:
    return tuple((day, *office_hours_of(day)) for day in working_days())


@cache
def _migrations() -> frozenset[Any]:
    return frozenset(MigrationLoader(None).disk_migrations or ())


def _of_the_release(using: str) -> Iterator[Difference]:
    """What Django writes as it migrates; more may stand there from a release before."""
    types = ContentType.objects.using(using).values_list("app_label", "model")
    kinds = {(one._meta.app_label, one._meta.model_name) for one in apps.get_models()}
    yield from _not_once("django_content_type", kinds, types)
    permissions = Permission.objects.using(using).order_by()
    named = permissions.values_list("content_type__app_label", "codename")
    yield from _not_once("auth_permission by django_content_type", _rights(), named)
    recorder = MigrationRecorder(connections[using])
    done = recorder.migration_qs.values_list("app", "name")
    yield from _not_once("django_migrations", _migrations(), done)


def _rights() -> set[tuple[str, str]]:
    options = [model._meta for model in apps.get_models()]
    return {
        (one.app_label, name)
        for one in options
        for name in [
            *(get_permission_codename(act, one) for act in one.default_permissions),
            *(name for name, _label in one.permissions),
        ]
    }


def _not_once(
    where: str, known: Collection[Any], rows: Iterable[Any]
) -> Iterator[Difference]:
    count = Counter(rows)
    for one in sorted(known):
        if count[one] != 1:
            more = f" has {count[one]} of {' '.join(one)}, expected 1"
            yield Difference("other", "rows", where, more)


# What the sweep looks for once an hour.


def register() -> None:
    BESIDE_ROWS.append(findings)


def findings(using: str) -> Iterator[Finding]:
    for one in (*differences(using), *differences_in_rows(using)):
        # Where things are tried out, or practised, a clock may be set.
        is_local = settings.LOCAL or settings.PRACTICE
        if not (is_local and one.name == "audit_app_setclock"):
            place = f"{one.wrong} guard", f"{one.kind} {one.name}"
            yield Finding(What.GUARD, *place, digest=str(one))

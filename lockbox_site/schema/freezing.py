"""The migration that brings databases from the guards of the migrations before to those
that are written now, with a frozen copy of each text and what undoes it."""

from collections.abc import Iterable
from pathlib import Path

from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader

from lockbox_site.schema.rebuilt import ALWAYS_ON, Definitions, definitions, rebuild
from lockbox_site.schema.texts import APPS, ORDER, Text, texts

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
        path = Path(APPS[app].__path__[0]).parent / "migrations" / f"{title}.py"
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
        app: (_statements(app, before, after), _statements(app, after, before))
        for app in APPS
    }
    return {app: way for app, way in ways.items() if way != ([], [])}


def _function_of(kind: str, name: str) -> str:
    """The function that this is, or is a right to; empty for anything else."""
    if kind == "right":
        name = name.partition(" on function ")[2].partition(" to ")[0]
    return name if kind in ("function", "right") else ""


def _statements(app: str, before: Definitions, after: Definitions) -> list[str]:
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

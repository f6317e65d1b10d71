"""What this release expects, and how a database differs from it."""

from collections.abc import Iterator
from pathlib import Path

from django.db import connections

from lockbox_site.schema.catalogue import Guard, flat, guards_of
from lockbox_site.schema.texts import texts

FILE = Path(__file__).with_name("expected.txt")


def expected() -> set[Guard]:
    """What was recorded, and the bodies of functions as they are written."""
    lines = FILE.read_text("utf-8").splitlines()
    recorded = {Guard(*line.split("\t")) for line in lines if line}
    return recorded | {
        Guard("body", text.name, flat(text.body))
        for text in texts()
        if text.kind == "function"
    }


def record(using: str) -> int:
    """Let what this database holds be what is expected. Returns how much it is."""
    close_database(using)  # a copy of a migrated database is open again
    guards = sorted(guard for guard in guards_of(using) if guard.kind != "body")
    FILE.write_text("".join(f"{guard}\n" for guard in guards), "utf-8")
    return len(guards)


def differences(using: str) -> Iterator[str]:
    """A sentence for each guard that is missing, other than expected, or too much."""
    wanted = {(guard.kind, guard.name): guard.what for guard in expected()}
    there = {(guard.kind, guard.name): guard.what for guard in guards_of(using)}
    for kind, name in sorted(wanted.keys() | there.keys()):
        what, is_now = wanted.get((kind, name)), there.get((kind, name))
        if is_now is None:
            yield f"missing {kind}: {name}{_mend('grant', kind, name)}"
        elif what is None:
            yield f"unexpected {kind}: {name}{_mend('revoke', kind, name)}"
        elif what != is_now:
            yield f"other {kind}: {name} is “{is_now}”, expected “{what}”"


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

"""The guards as they are written: the `.sql` files of the apps, and what each table is
asked. Nothing is asked of a database."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import audit_app.guards
import audit_app.guards.tables
import lockbox_site.guards
import lockbox_site.guards.tables
import requests_app.guards
import requests_app.guards.cases
import requests_app.guards.tables

# In the order of their migrations.
APPS = {
    "audit_app": audit_app.guards,
    "requests_app": requests_app.guards,
    "lockbox_site": lockbox_site.guards,
}
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
        (
            _named(app, statement)
            for app, package in APPS.items()
            for statement in _statements(package)
        ),
        key=lambda text: (apps.index(text.app), ORDER.index(text.kind)),
    )


def _statements(package: object) -> Iterator[str]:
    if package is requests_app.guards:
        yield from requests_app.guards.cases.derived()
    for path in sorted(Path(package.__path__[0]).glob("*.sql")):  # type: ignore[attr-defined]
        yield from split(path.read_text("utf-8"))
    for table, families in package.tables.GUARDED.items():  # type: ignore[attr-defined]
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

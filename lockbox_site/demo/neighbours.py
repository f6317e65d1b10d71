"""Two installations on this machine that witness each other: two databases, each served
by processes of its own and asked over HTTP. For the demonstration and its test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from django.core.management.base import CommandError
from django.db import connections
from django.test import override_settings

from audit_app.ledger import record
from audit_app.sealing import keys, sealer
from audit_app.verifying.note import WITNESS, opened
from lockbox_site.scratch.databases import copied, pointed_at
from lockbox_site.scratch.server import served
from requests_app.background.ledger import post

# What whoever owns the database can do: the last line is another than was signed, and
# nothing there remembers it.
REWRITE = """
alter table audit_app_ledgerentry disable trigger user;
alter table audit_app_checkpoint disable trigger user;
alter table audit_app_cosignature disable trigger user;
delete from audit_app_cosignature;
delete from audit_app_checkpoint;
update audit_app_ledgerentry set leaf_hash = sha256('forged') where id =
  (select entry_id from audit_app_sealedleaf order by leaf_index desc limit 1);
"""


@dataclass
class Installation:
    name: str
    database: str
    folder: Path
    log: keys.SigningKey
    witness: keys.SigningKey
    url: str = ""

    @property
    def published(self) -> Path:
        return self.folder / "published" / "checkpoint"

    @contextmanager
    def here(self) -> Iterator[None]:
        """This process is the installation's."""
        with (
            pointed_at(self.database),
            override_settings(
                LEDGER_KEY=str(self.folder / "log.key"),
                LEDGER_FOLDER=str(self.folder / "published"),
                LEDGER_POLICY=str(self.folder / "policy"),
            ),
        ):
            yield

    def write(self) -> None:
        with self.here():
            record("demo.written", by=None)

    def seal(self) -> list[str]:
        """The troubles; none where the other has cosigned."""
        with self.here():
            return sealer.seal_round(post)

    def rewrite(self) -> None:
        """Rewrite our ledger, as somebody who has all of the installation, and of the
        other nothing."""
        with self.here(), connections["owner"].cursor() as cursor:
            cursor.execute(REWRITE)
        self.published.unlink()


@contextmanager
def neighbours(template: str, folder: Path) -> Iterator[tuple[Installation, ...]]:
    """Two copies of a database. Each knows the other's public keys, and where it is."""
    pair = tuple(_made(name, template, folder) for name in ("arvika", "borlange"))
    one, other = pair
    with (
        copied(one.database, template),
        copied(other.database, template),
        _serving(one, other),
        _serving(other, one),
    ):
        yield pair


def _made(name: str, template: str, folder: Path) -> Installation:
    made = Installation(
        name,
        f"{template}_{name}",
        folder / name,
        keys.make(f"{name}.example/ledger"),
        keys.make(f"{name}.example/witness", WITNESS),
    )
    made.folder.mkdir()
    keys.keep(made.log, str(made.folder / "log.key"))
    keys.keep(made.witness, str(made.folder / "witness.key"))
    return made


@contextmanager
def _serving(here: Installation, there: Installation) -> Iterator[None]:
    (here.folder / "logs").write_text(f"{there.log.public}\n")
    environment = {
        "LOCKBOX_WITNESS_KEY": str(here.folder / "witness.key"),
        "LOCKBOX_WITNESSED_LOGS": str(here.folder / "logs"),
    }
    with served(here.database, 1, environment) as here.url:
        # However long it takes to begin.
        httpx.get(f"{here.url}/healthz", timeout=300)
        (there.folder / "policy").write_text(
            f"witness {here.name} {here.witness.public} {here.url}/witness\n"
            f"quorum {here.name}\n"
        )
        yield


def show(template: str, folder: Path, out: Any) -> None:
    """What each cosigned; and that a ledger that was rewritten is cosigned no more.
    Raises CommandError where it is not so."""
    with neighbours(template, folder) as (one, other):
        for here, there in ((one, other), (other, one), (one, other)):
            here.write()
            if trouble := here.seal():
                raise CommandError(" ".join(trouble))
            keys_of_both = [here.log.public, there.witness.public]
            checkpoint, seen = opened(here.published.read_text(), keys_of_both)
            if there.witness.public not in seen:
                raise CommandError(f"{there.name} has not cosigned.")
            out.write(
                f"{here.name}: checkpoint of {checkpoint.size} lines, signed by"
                f" {here.log.name}, cosigned by {there.witness.name}"
            )
        one.rewrite()
        out.write(
            f"{one.name}: somebody rewrites the last line, and what is kept of it"
        )
        one.write()
        trouble = one.seal()
        if not trouble or one.published.exists():
            raise CommandError(f"{other.name} cosigned a ledger that was rewritten.")
        out.write(f"{one.name}: not signed. {' '.join(trouble)}")

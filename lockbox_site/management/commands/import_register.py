"""Bring a CSV file into a register, in the columns that the register's page shows.

All rows are asked before the first is written. Objects are written in pieces: a run
that was stopped is taken up by running it again. Other registers are written whole, or
not at all. Somebody who keeps such rows answers for it, and types their own password.
"""

from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from lockbox_site.processes import follow
from requests_app.registers.steps import (
    Result,
    ask_objects,
    bring_in,
    bring_in_objects,
    bring_in_rows,
    digest_of,
    propose_gone,
)
from requests_app.registers.tables.cloud import CLOUD_OBJECTS, SHAPES, as_objects
from requests_app.registers.tables.files import Line, Register, decode, lines
from requests_app.registers.tables.information import (
    CLASSIFICATIONS,
    INFORMATION_SETS,
    REGISTERS,
    as_tables,
)

SYSTEMS = "systems"
LARGEST = 100_000_000
MOST_ROWS = 1_000_000
SHOWN = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("register", choices=list(REGISTERS), metavar="NAME")
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="user name of whoever does it")
        parser.add_argument("--reason", required=True, help="goes to the history")
        parser.add_argument(
            "--shape",
            choices=[*SHAPES, SYSTEMS],
            help="of objects: what Get-EXOMailbox or Get-SPOSite has exported; of"
            " information sets: a municipal register of systems and record types",
        )
        parser.add_argument(
            "--complete",
            action="store_true",
            help="of objects: the file names all of its authority's in its systems;"
            " what is missing is proposed as gone",
        )
        parser.add_argument("--authority", help="with --shape: whose all of them are")
        parser.add_argument("--system", help="with --shape: where they lie")
        parser.add_argument("--sets", default="", help="with --shape: A|B")

    def handle(self, *args: Any, **options: Any) -> None:
        by = authenticate(
            username=options["by"], password=getpass(f"{options['by']}, password: ")
        )
        if by is None:
            raise CommandError("There is no such user, or the password is wrong.")
        try:
            self._bring_in(by, options)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except PermissionDenied as error:
            raise CommandError("You keep no rows of this register.") from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error

    def _bring_in(self, by: Any, options: dict[str, Any]) -> None:
        reason = _("import: %(reason)s") % {"reason": options["reason"]}
        register = REGISTERS[options["register"]]
        _refuse_unfit(register, options)
        text, guessed = decode(options["file"].read_bytes(), LARGEST)
        if guessed:
            self.stdout.write(f"The file is no UTF-8: read as {guessed}.")
        if register is CLOUD_OBJECTS:
            rows = self._rows(text, by, options)
            named = self._objects(rows, by, reason, digest_of(text))
            if options["complete"]:
                self._gone(named, by, reason, digest_of(text))
        elif options["shape"] == SYSTEMS:
            self._systems(text, by, reason, options["authority"])
        else:
            results = bring_in(
                text, by=by, register=register, reason=reason, most=MOST_ROWS
            )
            self._refuse([row for row in results if row.errors])
            self.stdout.write(f"{len(results)} rows.")

    def _rows(self, text: str, by: Any, options: dict[str, Any]) -> list[Line]:
        if options["shape"] is None:
            return lines(text, CLOUD_OBJECTS, MOST_ROWS)
        if not (options["authority"] and options["system"]):
            raise CommandError("With --shape, say --authority and --system.")
        named = {name: options[name] for name in ("authority", "system", "sets")}
        shape = SHAPES[options["shape"]]
        return as_objects(text, shape, by=by, most=MOST_ROWS, **named)

    def _systems(self, text: str, by: Any, reason: str, authority: str | None) -> None:
        """Sets and classifications, both or neither."""
        if not authority:
            raise CommandError("With --shape, say --authority.")
        terms = {"by": by, "reason": reason, "sha256": digest_of(text)}
        tables = as_tables(text, authority=authority, most=MOST_ROWS)
        with transaction.atomic():
            for register, rows in (
                (INFORMATION_SETS, tables.sets),
                (CLASSIFICATIONS, tables.classifications),
            ):
                results = bring_in_rows(rows, register=register, **terms)
                self._refuse([row for row in results if row.errors])
                self.stdout.write(f"{register.name}: {len(results)} rows.")

    def _objects(
        self, rows: list[Line], by: Any, reason: str, digest: str
    ) -> dict[tuple[Any, Any], list[str]]:
        """Writes them; tells the identifiers of each authority and system."""
        check = ask_objects(rows, by=by)
        self._refuse(check.wrong)
        total = len(check.drafts)
        terms: dict[str, Any] = {"by": by, "reason": reason, "sha256": digest}
        pieces = bring_in_objects(check.drafts, **terms)
        follow(pieces, total, "Written", self.stdout, size=int)
        self.stdout.write(f"{total} rows written, {check.same} were there already.")
        return check.named

    def _gone(self, identifiers: Any, by: Any, reason: str, digest: str) -> None:
        terms: dict[str, Any] = {"by": by, "reason": reason, "sha256": digest}
        for (authority, system), named in identifiers.items():
            gone = propose_gone(named, authority=authority, system=system, **terms)
            self.stdout.write(
                f"{authority}, {system}: {gone.proposed} are proposed as gone"
                + (f", {gone.left} more next time." if gone.left else ".")
            )

    def _refuse(self, wrong: list[Result]) -> None:
        if not wrong:
            return
        for row in wrong[:SHOWN]:
            text = " ".join(row.errors)
            self.stderr.write(f"row {row.number} ({row.name}): {text}")
        raise CommandError(f"{len(wrong)} rows are wrong: nothing has been written.")


def _refuse_unfit(register: Register, options: dict[str, Any]) -> None:
    """Options that are another register's."""
    is_of_objects = options["shape"] in SHAPES or options["complete"]
    if is_of_objects and register is not CLOUD_OBJECTS:
        raise CommandError("That is for objects only.")
    if options["shape"] == SYSTEMS and register is not INFORMATION_SETS:
        raise CommandError("That shape is another register's.")

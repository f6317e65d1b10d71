"""Hash the whole ledger anew, and compare it with its checkpoints, the folder that it
is published to, and all history. --program writes what does so without Lockbox."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit_app import reconcile
from audit_app.models import Stamp
from audit_app.reconcile import CHANGED_OUTSIDE, LINES
from audit_app.sealing import keys as sealing_keys
from audit_app.sealing import outside, sealer
from audit_app.sealing.keys import NoKey
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from audit_app.verifying.lines import NO_FAULT, UNPROVED, Anchors, Fault
from audit_app.verifying.program import WHOLE_LEDGER
from audit_app.verifying.proofs import key_from
from lockbox_site import processes
from requests_app.cases.review.models.decision import Decision


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoint",
            action="append",
            default=[],
            metavar="FILE",
            help="a checkpoint that was kept elsewhere; again for more",
        )
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="VKEY",
            help="a public key; else our own and those of the policy",
        )
        parser.add_argument(
            "--program", metavar="FILE", help="only write the program for others"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["program"]:
            path = Path(options["program"])
            path.write_bytes(sealer.verifier())
            path.chmod(0o755)
            self.stdout.write(f"SHA-256 {sealer.digest()}")
            return
        anchors = Anchors(options["checkpoint"])
        try:
            all_faults = self._look(options, anchors)
        except (NoKey, OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        for one in all_faults:
            self.stdout.write(str(one))
        if all_faults:
            raise CommandError(f"The ledger has {len(all_faults)} faults.")
        if not anchors.is_proved:
            raise CommandError(f"{NO_FAULT} {UNPROVED}", returncode=2)
        processes.say(self.stdout, WHOLE_LEDGER)

    def _look(self, options: dict[str, Any], anchors: Anchors) -> list[Fault]:
        keys = [key_from(text) for text in options["key"]] or sealing_keys.known_keys()
        notes = [
            (path, Path(path).read_text("utf-8")) for path in options["checkpoint"]
        ]
        ledger, bar = Ledger(), _Bar(self.stdout, outside.rows_of("owner"))
        ledger.take(outside.sections("owner"), bar)
        processes.say(self.stdout, ledger.size_in_words())
        histories = {one.table: one.history for one in outside.histories("owner")}
        ledger_faults = faults(ledger, histories, notes, keys, _published(), anchors)
        seen = (LINES, CHANGED_OUTSIDE, *reconcile.SEALED, reconcile.SET_CLOCK)
        rest = reconcile.everything("owner", but=seen)
        findings = [*rest, *self._stamps(anchors), *_receipts()]
        for size in outside.handed_out("owner"):
            anchors.saw("taken by the command of the settings", size)
        for sentence in ledger.rests_on(anchors):
            self.stdout.write(sentence)
        return [*ledger_faults, *(Fault(None, str(one)) for one in findings)]

    def _stamps(self, anchors: Anchors) -> Iterator[str]:
        roots = sealing_keys.stamp_roots()
        if roots:
            saw = partial(anchors.saw, "stamped by a time-stamping authority")
            yield from outside.faults("owner", roots, saw)
        elif Stamp.objects.using("owner").exists():
            self.stdout.write("LOCKBOX_LEDGER_TSA_ROOTS is not set: no stamp is seen.")


def _receipts() -> list[str]:
    """By our own keys: nobody else signs them."""
    keys = sealing_keys.own_keys()
    return (
        list(outside.receipt_faults(Decision._meta.db_table, "owner", keys))
        if keys
        else []
    )


class _Bar:
    """How far the reading has come."""

    def __init__(self, stdout: Any, total: int) -> None:
        self.stdout, self.total, self.rows = stdout, total, 0

    def __call__(self, rows: int) -> None:
        self.rows += rows
        share = min(self.rows / max(self.total, self.rows), 1)
        bar = "#" * round(30 * share)
        processes.draw(self.stdout, f"[{bar:30}] {self.rows} rows")


def _published() -> Path | None:
    folder = Path(settings.LEDGER_FOLDER)
    has_any = settings.LEDGER_FOLDER and (folder / "checkpoint").exists()
    return folder if has_any else None

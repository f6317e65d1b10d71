"""Checks a ledger of Lockbox without Lockbox: a plain dump of its database, the folder
it is published to, or both, with checkpoints that you have kept and the public keys.

    verify_ledger --dump dump.sql --key lockbox.example.se/ledger+…
    pg_restore -f - database.dump | verify_ledger --dump - --folder log --key …

Or rows that were taken out with their proofs, and documents that they tell of:

    verify_ledger --rows decision.jsonl --document decision.pdf --key …

Or all that one municipality took with it, in a folder:

    verify_ledger --whole FOLDER --key …

Or a package that a municipality has published, by its ledger's key:

    verify_ledger --package package.json --key …

Or, as often as you like, whether what is published goes on from what you kept:

    verify_ledger --follow https://lockbox.example.se/ledger/ --kept FILE --key …

Ends with 0 where all is whole, with 1 where something is wrong, with 2 where it could
not be looked at, or where no checkpoint by a key that you gave proves it. Needs Python
3.11 and its package `cryptography`.
"""

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import faults, folder
from .anchors import NO_FAULT, Anchors
from .copied import Dump
from .ledger import Ledger
from .monitor import follow
from .note import Key, Malformed, Unproven, key_from
from .package import package_in_words, proved_by
from .recorded_changes import RecordedChanges
from .sealed import Fault
from .taken_out import TakenOut
from .whole import Whole

WHOLE, WRONG, UNSEEN = 0, 1, 2
PROVED = "So much is proved, and nothing is wrong with it."
WHOLE_LEDGER = "The ledger is whole."
EACH = 100_000  # rows between two lines about progress


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    anchors = Anchors(options.checkpoint)
    try:
        keys = [key_from(text) for text in options.key]
        notes = [(path, Path(path).read_text("utf-8")) for path in options.checkpoint]
        if options.follow:
            return look_from_outside(options, keys)
        if options.package:
            return look_at_package(options, keys)
        if options.whole:
            return tell(look_at_whole(options, keys), PROVED)
        if options.rows:
            return tell(look_at_rows(options, keys), PROVED)
        all_faults, rest = look(options, keys, notes, anchors)
    except (OSError, EOFError, Malformed, ValueError, IndexError) as error:
        print(f"It could not be looked at: {error}", file=sys.stderr)
        return UNSEEN
    for sentence in rest:
        print(sentence)
    code = tell(all_faults, WHOLE_LEDGER if anchors.is_proved else NO_FAULT)
    return code or (WHOLE if anchors.is_proved else UNSEEN)


def look(
    options: Any, keys: list[Key], notes: list[tuple[str, str]], anchors: Anchors
) -> tuple[list[Fault], list[str]]:
    """What is wrong, and what the verdict rests on."""
    published = Path(options.folder) if options.folder else None
    if not options.dump:
        if published is None:
            raise Malformed("give --dump, --folder or both, or --rows")
        lines = folder.checkpoint_in(published)[0].size
        folder_faults = folder.faults(published, keys, notes, anchors)
        return folder_faults, list(anchors.in_words(lines))
    with ExitStack() as stack:
        stream: Any = sys.stdin.buffer
        if options.dump != "-":
            stream = stack.enter_context(open(options.dump, "rb"))
        dump, ledger = Dump(stream), Ledger(RecordedChanges())
        ledger.take(dump.sections(), Progress())
    if not ledger.ids:
        raise Malformed("there is no ledger in the dump; is it a plain one?")
    print(ledger.size_in_words())
    histories = ledger.histories()
    lacking = [
        Fault(None, f"{table} is held to {history} by no trigger")
        for table, history in sorted(histories.items())
        if table not in dump.histories
    ]
    known = {**histories, **dump.histories}
    all_faults = faults.faults(ledger, known, notes, keys, published, anchors)
    return [*all_faults, *lacking], list(ledger.rests_on(anchors))


def look_from_outside(options: Any, keys: list[Key]) -> int:
    if not keys:
        raise Malformed("give --key: anybody can publish a ledger of their own")
    try:
        print(follow(options.follow, keys, Path(options.kept)))
    except Unproven as error:
        return tell([Fault(None, str(error))], "")
    return WHOLE


def look_at_rows(options: Any, keys: list[Key]) -> list[Fault]:
    if not keys:
        raise Malformed("give --key: anybody can make a tree of their own")
    try:
        with open(options.rows, "rb") as lines:
            taken_out = TakenOut(lines, keys)
    except Unproven as error:
        return [Fault(None, str(error))]
    for sentence in taken_out.says:
        print(sentence)
    print(taken_out.size_in_words())
    documents = {path: Path(path).read_bytes() for path in options.document}
    sentences = [*taken_out.faults, *taken_out.unlike(documents)]
    return [Fault(None, sentence) for sentence in sentences]


def look_at_whole(options: Any, keys: list[Key]) -> list[Fault]:
    if not keys:
        raise Malformed("give --key: anybody can make a tree of their own")
    try:
        whole = Whole(Path(options.whole), keys)
    except Unproven as error:
        return [Fault(None, str(error))]
    print(whole.size_in_words())
    return [Fault(None, sentence) for sentence in whole.faults]


def look_at_package(options: Any, keys: list[Key]) -> int:
    if not keys:
        raise Malformed("give --key: anybody can publish in a ledger of their own")
    body = json.loads(Path(options.package).read_text("utf-8"))
    try:
        print(package_in_words(body, proved_by(body, keys)))
    except (Malformed, Unproven) as error:
        return tell([Fault(None, str(error))], "")
    return tell([], PROVED)


def tell(all_faults: list[Fault], whole: str) -> int:
    for one in all_faults:
        print(one)
    first = next((one.leaf for one in all_faults if one.leaf is not None), None)
    if first is not None:
        print(f"The first leaf that is wrong: {first}.")
    print(f"{len(all_faults)} faults." if all_faults else whole)
    return WRONG if all_faults else WHOLE


class Progress:
    """A line now and then, for whoever waits."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, rows: int) -> None:
        before, self.rows = self.rows, self.rows + rows
        if before // EACH != self.rows // EACH:
            print(f"{self.rows} rows …", file=sys.stderr)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.rows and (options.dump or options.folder or options.checkpoint):
        parser.error("--rows stands alone, with --document and --key")
    if bool(options.follow) != bool(options.kept):
        parser.error("--follow needs --kept")
    if options.document and not options.rows:
        parser.error("--document needs --rows")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "verify_ledger",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--dump", help="a plain dump of the database; - reads it")
    parser.add_argument("--folder", help="the folder that the ledger is published to")
    parser.add_argument("--rows", help="rows that were taken out as JSON Lines")
    parser.add_argument(
        "--whole", metavar="FOLDER", help="all that one municipality took with it"
    )
    parser.add_argument("--package", help="a package with its proof")
    parser.add_argument("--follow", metavar="URL", help="where a ledger is published")
    parser.add_argument(
        "--kept", metavar="FILE", help="where the last checkpoint of --follow is kept"
    )
    parser.add_argument(
        "--document",
        action="append",
        default=[],
        metavar="FILE",
        help="a document that the rows tell of; again for more",
    )
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint that you have kept; again for more",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="VKEY",
        help="a public key of the log or a witness; again for more",
    )
    return parser

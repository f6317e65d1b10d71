"""What a verdict rests on: whose checkpoints, who outside has seen them, what has been
disposed of, and which numbers no line has."""

from __future__ import annotations  # for Python 3.11

from collections.abc import Iterable, Iterator

from . import note
from .disposals import Gone
from .note import WITNESS, Checkpoint, Key, Malformed, Unproven
from .sealed import Fault, Sealed
from .statements import Statement, followed

NO_FAULT = "No fault was found."
UNPROVED = (
    "No checkpoint by a known key is among what was looked at: nothing proves that the"
    " ledger is as it was written."
)
UNSEEN = (
    "Nobody outside has seen any of them, as far as is known here: whoever has the"
    " database and the key could have made all of it anew."
)
WHY_GAPS = (
    "A transaction that was undone leaves such numbers, and so does a line that was"
    " taken out before it was sealed: the tree can not tell which."
)


class Anchors:
    """Filled while a ledger is looked at; then it says what the verdict rests on.
    `elsewhere`: the places of checkpoints that whoever asks has kept."""

    def __init__(self, elsewhere: Iterable[str] = ()) -> None:
        self.elsewhere = set(elsewhere)
        # The sizes of the checkpoints that a key signed, and that somebody outside saw.
        self.signed: dict[str, set[int]] = {}
        self.statements: list[Statement] = []
        self.false_statements: list[str] = []
        self.seen: dict[str, set[int]] = {}

    def hold(self, place: str, checkpoint: Checkpoint, keys: list[Key]) -> None:
        """One that these keys signed, and whose tree is still the same."""
        for key in keys:
            if key.kind == WITNESS:
                self.saw(f"cosigned by {key.name}", checkpoint.size)
            else:
                self.signed.setdefault(str(key), set()).add(checkpoint.size)
        if keys and place in self.elsewhere:
            self.saw("kept elsewhere, and given to be compared", checkpoint.size)

    def follow(self, keys: list[Key], notes: list[str]) -> list[Key]:
        """The keys, and those that statements by them lead to. Without a key none."""
        if not keys:
            return keys
        known, self.statements, self.false_statements = followed(keys, notes)
        return known

    def statement_faults(self, now: Sealed) -> Iterator[Fault]:
        """Statements that are none, or of another tree."""
        for text in self.false_statements:
            yield Fault(None, text)
        for one in self.statements:
            if one.size > now.size or now.root(one.size) != one.root:
                what = f"the first {one.size} lines are not those at which"
                yield Fault(None, f"{what} {one.new} took over from {one.old}")

    def saw(self, how: str, size: int) -> None:
        self.seen.setdefault(how, set()).add(size)

    @property
    def is_proved(self) -> bool:
        return bool(self.signed)

    def in_words(self, lines: int) -> Iterator[str]:
        """What the verdict on so many lines rests on, a sentence at a time."""
        if not self.is_proved:
            yield UNPROVED
            return
        sizes = set().union(*self.signed.values())
        yield (
            f"It rests on {_counted(len(sizes), 'checkpoint')} by"
            f" {_counted(len(self.signed), 'key')}, {_newest(sizes, lines)}:"
        )
        for key, signed in sorted(self.signed.items()):
            yield f"  {len(signed)} by {key}"
        yield from map(str, self.statements)
        if not self.seen:
            yield UNSEEN
        for how, seen in sorted(self.seen.items()):
            yield f"  {len(seen)} {how}, {_newest(seen, lines)}"


def cosignature_faults(
    notes: dict[int, str],
    lines: Iterable[tuple[int, str]],
    keys: list[Key],
    anchors: Anchors,
) -> Iterator[Fault]:
    """Cosignatures in a database, by the size of their checkpoint: those of witnesses
    whose keys are known are counted, or told where they are none."""
    for size, line in lines:
        try:
            signature = note.signature_from(line.removesuffix("\n"))
            text = note.note_from(notes.get(size, "")).text
            for key in keys:
                if key.kind == WITNESS and key.signed(text, signature):
                    anchors.saw(f"cosigned by {key.name}", size)
        except (Malformed, Unproven) as error:
            yield Fault(None, f"a cosignature of checkpoint {size}: {error}")


def gaps_in_words(numbers: Iterable[int]) -> Iterator[str]:
    """The numbers between the first and the last that no line has."""
    gaps, missing, last, before = 0, 0, 0, None
    for number in sorted(numbers):
        if before is not None and number > before + 1:
            gaps, missing, last = gaps + 1, missing + number - before - 1, number
        before = number
    if gaps:
        yield (
            f"{_counted(gaps, 'gap')} in the numbers of lines, {missing} numbers in"
            f" all, the last before line {last}. {WHY_GAPS}"
        )


def disposals_in_words(disposals: dict[int, int]) -> Iterator[str]:
    """Which lines say of how many others that their detail was disposed of."""
    if disposals:
        yield (
            f"Details of {len(set(disposals.values()))} lines were disposed of, as"
            f" lines {spans(disposals)} say."
        )


def rows_gone_in_words(gone: Gone) -> Iterator[str]:
    """A sentence on how many rows were disposed of with their cases, and which lines of
    the ledger say so; none where there are no such rows."""
    if lines := [line for keys in gone.values() for line in keys.values()]:
        yield (
            f"{len(lines)} rows were disposed of with their cases, as lines"
            f" {spans(lines)} say."
        )


def expiries_in_words(expiries: dict[int, int]) -> Iterator[str]:
    """The number of lines whose detail a standing rule of retention has let go."""
    if expiries:
        yield (
            f"Details of {len(set(expiries.values()))} lines about reads, refusals,"
            f" sign-ins and notices ran out by a rule of retention, as lines"
            f" {spans(expiries)} say."
        )


def spans(numbers: Iterable[int]) -> str:
    """1–3, 7 for 1, 2, 3 and 7; of many the first twenty."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    texts = [f"{a}–{b}" if b > a else f"{a}" for a, b in ranges[:20]]
    return ", ".join([*texts, "…"] if len(ranges) > 20 else texts)


def _newest(sizes: set[int], lines: int) -> str:
    newest = max(sizes)
    return f"the newest of {newest} lines; {max(0, lines - newest)} came after it"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

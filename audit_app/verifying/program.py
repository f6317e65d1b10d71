"""Program: package, taken out and whole."""

import argparse
import base64
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import faults, proofs
from . import ledger as verifying_ledger
from .dump import Dump
from .ledger import Ledger, RecordedChanges
from .lines import NO_FAULT, ROW, Anchors, Fault
from .proofs import (
    LOG,
    Checkpoint,
    Key,
    Malformed,
    Unproven,
    follow,
    key_from,
)

# Rows that were taken out with their proofs, and documents that they tell of.

# What a proof has only where its row is sealed.
OF_SEALED = {"leaf", "hash", "path", "line", "salt", "detail"}
DECISION, DOCUMENT = "requests_app_decision", "requests_app_decisiondocument"
# What no file proves of itself.
LIMITS = (
    "The columns beside the lines are proved by nothing here, nor that no row was left"
    " out."
)


class TakenOut:
    """`faults` in sentences; `says`: what the lines that say what they commit to say.
    Raises Malformed where it is no such file or nothing in it is sealed, and Unproven
    where its checkpoint has no signature by one of the keys."""

    def __init__(self, lines: Iterable[bytes], keys: list[Key]) -> None:
        self.faults: list[str] = []
        self.says: list[str] = []
        self.rows = self.proved = 0
        self._decisions: set[str] = set()
        self._digests: list[tuple[str, str]] = []  # with the decision's number
        rest = iter(lines)
        checkpoint = _checkpoint(next(rest, b""), keys)
        end: Any = None
        for line in rest:
            if end is not None:
                raise Malformed("the file goes on after its end")
            row = from_json(line)
            if isinstance(row.get("end"), dict) and "proof" not in row:
                end = row["end"]
            else:
                self._row(row, checkpoint)
        self.faults += _ending(end, self.rows)
        if not self.proved and not self.faults:
            raise Malformed("nothing in it is sealed: take it out again in a minute")

    def size_in_words(self) -> str:
        return (
            f"The lines of {self.proved} of {self.rows} rows are proved, and of"
            f" {len(self.says)} what they were about. {LIMITS}"
        )

    def unlike(self, documents: dict[str, bytes]) -> Iterator[str]:
        """A fault for each, by name, that is none of the decisions proved here."""
        digests = {sha for sha, of in self._digests if of in self._decisions}
        for name, body in documents.items():
            if sha256(body).hexdigest() not in digests:
                yield f"{name}: another document than these decisions', or changed"

    def _row(self, row: dict[str, Any], checkpoint: Checkpoint) -> None:
        self.rows += 1
        proof = row.get("proof")
        if not isinstance(proof, dict):
            self._wrong("it has no proof")
        elif proof.get("sealed") is not True:
            if OF_SEALED & proof.keys():
                self._wrong("it is not sealed, and says that it is in the tree")
        elif what := fault_of(row, proof, checkpoint):
            self._wrong(what)
        else:
            self.proved += 1
            if "detail" in proof:
                self._say(from_json(proof["line"]), proof["detail"])

    def _wrong(self, what: str) -> None:
        self.faults.append(f"row {self.rows}: {what}")

    def _say(self, line: dict[str, Any], detail: str) -> None:
        of, number = str(line.get("object_type")), str(line.get("object_id"))
        self.says.append(
            f"row {self.rows}: {line.get('at')} {_signer(line)}:"
            f" {line.get('event')} {name_of(of, number)} {detail}"
        )
        if (line.get("kind"), line.get("event")) != ("change", "insert"):
            return
        new = from_json(detail).get("new") or {}
        if of == DECISION:
            self._decisions.add(number)
        elif of == DOCUMENT:
            self._digests.append((str(new.get("sha256")), str(new.get("decision_id"))))


def _signer(line: dict[str, Any]) -> str:
    """Lines have numbers: what the person is called is told at the account alone."""
    number = line.get("actor_id")
    return "nobody" if number is None else f"person {number}"


def _checkpoint(line: bytes, keys: list[Key]) -> Checkpoint:
    whole = from_json(line).get("checkpoint") if line else None
    if not isinstance(whole, str):
        raise Malformed("the file has no checkpoint: nothing in it is proved")
    return proofs.opened(whole, keys)[0]


def fault_of(row: dict[str, Any], proof: dict[str, Any], checkpoint: Checkpoint) -> str:
    """What is wrong with a row that says it is sealed; nothing where nothing is."""
    try:
        leaf = base64.b64decode(proof["hash"], validate=True)
        path = [base64.b64decode(one, validate=True) for one in proof["path"]]
        place = proof["leaf"]
        if type(place) is not int or place < 0:
            return "half of a proof"
        if not proofs.is_included(leaf, place, checkpoint.size, path, checkpoint.root):
            return "its path does not lead to the checkpoint"
        if "line" in proof and proofs.leaf_hash(proof["line"].encode()) != leaf:
            return "the line is not what its hash says"
        if "detail" in proof and not _commits(proof):
            return "the detail is not what the line commits to"
        line = from_json(proof["line"]) if "row" in row else {}
        if line and row["row"] != name_of(line["object_type"], line["object_id"]):
            return "it is another row than its line is about"
    except (KeyError, TypeError, AttributeError, ValueError):
        return "half of a proof"
    return ""


def name_of(table: str, number: str) -> str:
    """What a row is called, beside its proof."""
    return f"{table} {number}"


def _commits(proof: dict[str, Any]) -> bool:
    body = bytes.fromhex(proof["salt"]) + proof["detail"].encode()
    return sha256(body).hexdigest() == from_json(proof["line"]).get("detail")


def _ending(end: Any, rows: int) -> list[str]:
    if end is None:
        return ["the file has no end: a part of it is missing"]
    if end.get("whole") is not True:
        return [f"the file was broken off: {end.get('why', '')}"]
    return [] if end.get("rows") == rows else ["rows are missing, or there are more"]


def from_json(text: bytes | str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except ValueError:
        raise Malformed("not JSON Lines") from None
    if not isinstance(line, dict):
        raise Malformed("not JSON Lines with an object in each")
    return line


# A package that a municipality has published, with the proof of its ledger.

PUBLICATION = "requests_app_publication"


def canonical(value: Any) -> str:
    """The one way in which a package or an entry is written to be digested."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(value: Any) -> str:
    return sha256(canonical(value).encode()).hexdigest()


def proved_by(body: Any, keys: list[Key]) -> Key:
    """Whose ledger has the line by which this very package was published. Raises
    Unproven where none of the keys has signed a tree with it, and Malformed where the
    package, or its proof, is not what was published."""
    proof = body.get("proof") if isinstance(body, dict) else None
    if not isinstance(proof, dict) or not isinstance(proof.get("checkpoint"), str):
        raise Malformed("the file has no proof")
    checkpoint, signers = proofs.opened(proof["checkpoint"], keys)
    if what := fault_of({}, proof, checkpoint):
        raise Malformed(what)
    if "line" not in proof or "detail" not in proof:
        raise Malformed("half of a proof")
    line, detail = from_json(proof["line"]), from_json(proof["detail"])
    about = (line.get("kind"), line.get("event"), line.get("object_type"))
    if about != ("change", "insert", PUBLICATION):
        raise Malformed("its line is about something else than a package")
    new = detail.get("new")
    if not isinstance(new, dict) or new.get("digest") != digest_of(body.get("package")):
        raise Malformed("the package is another than was published, or changed")
    for key in signers:
        if key.kind == LOG and key.name == checkpoint.origin:
            return key
    raise Unproven(f"no known key of {checkpoint.origin} signed the checkpoint")


def package_in_words(body: Any, key: Key) -> str:
    """What is proved of it."""
    package, line = body["package"], from_json(body["proof"]["line"])
    return (
        f"{package.get('title')}, edition {package.get('edition')}, of"
        f" {package.get('publisher')}, was published at {line.get('at')} in the ledger"
        f" of {key.name}. SHA-256 {digest_of(package)}"
    )


# All that one of several had in an installation, in a folder of its own: is it as it
# was written, is nothing missing, and is each row what the ledger last said of it?

SUMS, MANIFEST, LEDGER, BEYOND = (
    "SHA256SUMS",
    "manifest.json",
    "ledger.jsonl",
    "beyond.jsonl",
)
# Says that a row went with its case.
ROW_DISPOSED = tuple(part.decode() for part in ROW)
# By which columns a row is one's own: all who have such rows have these tables.
WHOSE = {
    "authority_id": "requests_app_authority",
    "review_id": "requests_app_secrecyreview",
}
FILES, CONTENTS = "files", "requests_app_content"
BLOCK = 1 << 20


class Whole:
    """`faults` in sentences. Raises Malformed where it is no such folder, and Unproven
    where its ledger's checkpoint has no signature by one of the keys."""

    def __init__(self, folder: Path, keys: list[Key]) -> None:
        self.folder = folder
        try:
            self.manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            self.tables: dict[str, Any] = self.manifest["tables"]
        except (OSError, ValueError, KeyError, TypeError):
            raise Malformed(f"there is no {MANIFEST} that can be read") from None
        self.rows = self.alike = self.proved = 0
        self.keys: dict[str, set[str]] = {name: set() for name in self.tables}
        self.last: dict[tuple[str, str], dict[str, Any] | None] = {}
        self.faults = list(self._sums())
        if not self.faults:
            self.faults += self._lines(keys)
            self.faults += self._tables()
            self.faults += self._missing()
            self.faults += self._pointers()
            self.faults += self._contents()

    def size_in_words(self) -> str:
        files = sum(self.manifest["files"].values())
        about = self.manifest
        number = "/".join(filter(None, (about["organisation_number"], about["code"])))
        return (
            f"{about['name']} ({number}) as of {about['made_at']}: {self.rows} rows of"
            f" {len(self.tables)} tables, {files} files, {self.proved} of"
            f" {self.manifest['lines']} lines of the ledger proved; {self.alike} rows"
            " are what these lines last said."
        )

    def _sums(self) -> Iterator[str]:
        """Each file is as it was written, and there is no other."""
        known = {SUMS}
        for line in (self.folder / SUMS).read_text("utf-8").splitlines():
            digest, _space, name = line.partition("  ")
            known.add(name)
            path = self.folder / name
            if not path.is_file():
                yield f"{name}: it is missing"
            elif _digest(path) != digest:
                yield f"{name}: it is not as it was written"
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and str(path.relative_to(self.folder)) not in known:
                yield f"{path.relative_to(self.folder)}: nobody wrote it"

    def _lines(self, keys: list[Key]) -> Iterator[str]:
        with (self.folder / LEDGER).open("rb") as lines:
            taken_out = TakenOut(lines, keys)
        self.proved = taken_out.proved
        yield from (f"{LEDGER}: {what}" for what in taken_out.faults)
        if taken_out.rows != self.manifest["lines"]:
            yield f"{LEDGER}: {taken_out.rows} lines of {self.manifest['lines']}"
        for row in _read(self.folder / LEDGER):
            proof = row.get("proof", {})
            if "line" in proof:
                self._note(from_json(proof["line"]), proof)

    def _note(self, line: dict[str, Any], proof: dict[str, Any]) -> None:
        """What a proved line says that a row became."""
        row = str(line["object_type"]), str(line["object_id"])
        if (line["kind"], line["event"], line["db_role"]) == ROW_DISPOSED:
            self.last[row] = None
        if line["kind"] != "change":
            return
        if line["event"] == "delete":
            self.last[row] = None
        elif "detail" in proof:
            known = self.last.get(row) or {}
            self.last[row] = known | (from_json(proof["detail"]).get("new") or {})

    def _tables(self) -> Iterator[str]:
        for table, about in self.tables.items():
            count = 0
            for row in _read(self.folder / about["file"]):
                count += 1
                key = str(row[about["key"]])
                if key in self.keys[table]:
                    yield f"{about['file']}: {key} stands there twice"
                self.keys[table].add(key)
                yield from self._unlike(table, key, row)
            self.rows += count
            if count != about["rows"]:
                yield f"{about['file']}: {count} rows of {about['rows']}"
            yield from self._history(table, about)

    def _history(self, table: str, about: dict[str, Any]) -> Iterator[str]:
        """What is wrong with a table's history: it has as many versions as the manifest
        says, and at least one of each row."""
        if not (history := about.get("history")):
            return
        count, versions = 0, set()
        for row in _read(self.folder / history["file"]):
            count += 1
            versions.add(str(row[about["key"]]))
        if count != history["rows"]:
            yield f"{history['file']}: {count} versions of {history['rows']}"
        if bare := self.keys[table] - versions:
            yield f"{table}: {len(bare)} rows have no version, such as {min(bare)}"

    def _unlike(self, table: str, key: str, row: dict[str, Any]) -> Iterator[str]:
        if (table, key) not in self.last:
            return
        last_said = self.last[table, key]
        if last_said is None:
            yield f"{table} {key}: the ledger says that it was taken away"
            return
        self.alike += 1
        for column in sorted(last_said.keys() & row.keys()):
            if last_said[column] != row[column]:
                yield f"{table} {key}: {column} is not what the ledger last said"

    def _missing(self) -> Iterator[str]:
        """Rows that the lines tell of, and neither take away nor say to be another's by
        now."""
        for (table, key), row in self.last.items():
            if row is None or key in self.keys.get(table, {key}):
                continue
            if not self._is_anothers(row):
                yield f"{table} {key}: the ledger tells of it, and it is not there"

    def _is_anothers(self, row: dict[str, Any]) -> bool:
        return any(
            row.get(column) is not None and str(row[column]) not in self.keys[table]
            for column, table in WHOSE.items()
        )

    def _pointers(self) -> Iterator[str]:
        """What is pointed at is here, or said to be beyond."""
        beyond = {
            (row["table"], str(row["key"])) for row in _read(self.folder / BEYOND)
        }
        for table, about in self.tables.items():
            for row in _read(self.folder / about["file"]):
                for column, target in about["points_at"].items():
                    key = row.get(column)
                    if key is None or str(key) in self.keys.get(target, ()):
                        continue
                    if (target, str(key)) not in beyond:
                        yield (
                            f"{table} {row[about['key']]}: {column} points at"
                            f" {target} {key}, which is not there"
                        )

    def _contents(self) -> Iterator[str]:
        """Each text and file is what it was kept as, by salt and bytes."""
        for row in _read(self.folder / self.tables[CONTENTS]["file"]):
            digest = str(row["digest"])
            path = self.folder / FILES / digest
            if not path.is_file():
                yield f"{FILES}/{digest}: it is missing"
                continue
            salt = bytes.fromhex(str(row["salt"]).removeprefix("\\x"))
            if sha256(salt + path.read_bytes()).hexdigest() != digest:
                yield f"{FILES}/{digest}: it is not what was kept"


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        for line in lines:
            yield from_json(line)


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


# Checks a ledger of Lockbox without Lockbox: a plain dump of its database, the folder
# it is published to, or both, with checkpoints that you have kept and the public keys.
#
# verify_ledger --dump dump.sql --key lockbox.example.se/ledger+…
# pg_restore -f - database.dump | verify_ledger --dump - --folder log --key …
#
# Or rows that were taken out with their proofs, and documents that they tell of:
#
# verify_ledger --rows decision.jsonl --document decision.pdf --key …
#
# Or all that one municipality took with it, in a folder:
#
# verify_ledger --whole FOLDER --key …
#
# Or a package that a municipality has published, by its ledger's key:
#
# verify_ledger --package package.json --key …
#
# Or, as often as you like, whether what is published goes on from what you kept:
#
# verify_ledger --follow https://lockbox.example.se/ledger/ --kept FILE --key …
#
# Ends with 0 where all is whole, with 1 where something is wrong, with 2 where it could
# not be looked at, or where no checkpoint by a key that you gave proves it. Needs
# Python
# 3.11 and its package `cryptography`.

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
        lines = verifying_ledger.checkpoint_in(published)[0].size
        folder_faults = verifying_ledger.faults(published, keys, notes, anchors)
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

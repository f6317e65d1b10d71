"""All that one of several had in an installation, in a folder of its own: is it as it
was written, is nothing missing, and is each row what the ledger last said of it?"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from .disposals import ROW
from .note import Key, Malformed
from .taken_out import TakenOut, from_json

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

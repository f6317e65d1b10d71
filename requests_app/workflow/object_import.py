"""Cloud objects by the ten thousand, in pieces that are each a transaction.

All rows are asked before the first is written. What rows have in common (authority,
system, sets …) is asked of the register's form once; rows that change something, or
wait for a second person, go through the form one by one.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.ledger import record
from audit_app.many import add_many
from requests_app.models import CloudObject, CloudObjectInformationSet
from requests_app.models.cloud import refuse_revealing
from requests_app.registers.cloud_object import CLOUD_OBJECTS, CloudObjectForm
from requests_app.registers.csv_file import Line
from requests_app.registers.known_objects import Key, KnownObjects, known_objects
from requests_app.workflow.register_import import (
    Result,
    errors_of,
    saving,
    write_row,
)
from requests_app.workflow.step import require, step

PIECE = 1000
OWN = ("designation", "external_id")


class Shared(NamedTuple):
    """What many rows say alike, as the form has read it; or what is wrong in it."""

    cells: dict[str, Any]
    sets: list[Any]
    errors: list[str]

    @property
    def is_listed(self) -> bool:
        return any(information_set.is_named_list for information_set in self.sets)


class Draft(NamedTuple):
    """A row that has been asked. `shared` where it is new and nothing stands in the
    way of writing it with others; None where the form is to write it."""

    line: Line
    shared: Shared | None


class ImportCheck(NamedTuple):
    wrong: list[Result]
    drafts: list[Draft]
    # How many rows say what the map says already.
    same: int
    # What the rows name, by authority and system.
    named: dict[tuple[Any, Any], list[str]]


def ask_objects(rows: list[Line], *, by: Any, within: int | None = None) -> ImportCheck:
    """What the rows would do. Writes nothing. `within`: of this authority only."""
    authorities = CLOUD_OBJECTS.authorities(by, within)
    require(bool(authorities))
    known, check = known_objects(), ImportCheck([], [], 0, {})
    read: dict[tuple[str, ...], Shared] = {}
    seen: dict[Any, int] = {}
    same = 0
    for line in rows:
        errors, shared = _read(line, read, by, authorities)
        if shared is not None:
            errors += _doubled(line, shared, seen)
        state = "wrong" if errors or shared is None else _state(line, shared, known)
        if shared is not None and not errors:
            place = (shared.cells["authority"], shared.cells["system"])
            check.named.setdefault(place, []).append(line.cells["external_id"])
        if state == "changed":
            form = CloudObjectForm(line.cells, by=by, authorities=authorities)
            form.is_valid()
            errors = errors_of(form)
        if errors:
            check.wrong.append(Result(line.number, _name(line), "wrong", errors))
        elif state == "same":
            same += 1
        else:
            check.drafts.append(Draft(line, shared if state == "new" else None))
    return check._replace(same=same)


def bring_in_objects(
    drafts: list[Draft], *, by: Any, reason: str, sha256: str
) -> Iterator[int]:
    """Write them piece by piece; yields how many rows a piece had. What has been
    written stays, and is the same when it is asked anew."""
    for begin in range(0, len(drafts), PIECE):
        piece = drafts[begin : begin + PIECE]
        write_objects(piece, by=by, reason=reason, sha256=sha256)
        yield len(piece)


@step
def write_objects(
    drafts: list[Draft], *, by: Any, reason: str, sha256: str
) -> Counter[str]:
    """One piece; how many became what. Raises ValidationError, and writes nothing,
    where the database refuses a row that was right when it was asked."""
    authorities = CLOUD_OBJECTS.authorities(by)
    new = [(draft, draft.shared) for draft in drafts if draft.shared is not None]
    require(all(shared.cells["authority"].pk in authorities for _draft, shared in new))
    objects = [_object(draft.line, shared) for draft, shared in new]
    add_many(objects)
    add_many(
        [
            CloudObjectInformationSet(cloud_object=row, information_set=information_set)
            for row, (_draft, shared) in zip(objects, new, strict=True)
            for information_set in shared.sets
        ]
    )
    states = Counter({"new": len(new)})
    for draft in drafts:
        if draft.shared is None:
            form = CloudObjectForm(draft.line.cells, by=by, authorities=authorities)
            state = write_row(form, saving(by, reason, sha256))
            if state == "wrong":
                raise ValidationError([_name(draft.line), *errors_of(form)])
            states[state] += 1
    record(
        "table.imported",
        by=by,
        table=CLOUD_OBJECTS.name,
        rows=len(drafts),
        sha256=sha256,
    )
    return states


def _object(line: Line, shared: Shared) -> CloudObject:
    own = {name: line.cells[name] for name in OWN}
    common = {name: shared.cells[name] for name in ("authority", "branch", "system")}
    return CloudObject(kind=shared.cells["kind"], **common, **own)


def _name(line: Line) -> str:
    return " · ".join(filter(None, (line.cells.get(k) for k in CLOUD_OBJECTS.key)))


def _read(
    line: Line, read: dict[tuple[str, ...], Shared], by: Any, authorities: set[int]
) -> tuple[list[str], Shared | None]:
    if line.trouble:
        return [line.trouble], None
    cells = tuple(cell for name, cell in line.cells.items() if name not in OWN)
    if cells not in read:
        read[cells] = _ask_shared(
            CloudObjectForm(line.cells, by=by, authorities=authorities)
        )
    shared = read[cells]
    errors = [*shared.errors, *_own_errors(line)]
    return errors, None if errors else shared


def _ask_shared(form: CloudObjectForm) -> Shared:
    form.is_valid()
    errors = errors_of(form, but={*OWN, "__all__"})
    sets = list(form.cleaned_data.get("information_sets") or [])
    return Shared(form.cleaned_data, sets, errors)


def _own_errors(line: Line) -> list[str]:
    errors = []
    for name in OWN:
        field = CloudObjectForm.base_fields[name]
        try:
            value = field.clean(line.cells[name])
            if name == "designation":
                refuse_revealing(value)
        except ValidationError as error:
            label = capfirst(str(field.label))
            errors += [f"{label}: {text}" for text in error.messages]
    return errors


def _key(line: Line, shared: Shared) -> Key:
    return shared.cells["system"].pk, line.cells["external_id"].lower()


def _doubled(line: Line, shared: Shared, seen: dict[Any, int]) -> list[str]:
    """What is the same in an earlier row: the object, or the designation of an
    authority."""
    named = (shared.cells["authority"].pk, "designation", line.cells["designation"])
    errors = []
    for key in (_key(line, shared), named):
        first = seen.setdefault(key, line.number)
        if first != line.number:
            errors.append(_("The same as row %(number)s.") % {"number": first})
    return errors


def _state(line: Line, shared: Shared, known: KnownObjects) -> str:
    """Whether the row is simply "new", the "same", or to be looked at by itself."""
    key, cells = _key(line, shared), shared.cells
    designation = line.cells["designation"]
    there = known.objects.get(key)
    if there is None:
        taken = (cells["authority"].pk, designation) in known.designations
        return "changed" if taken or shared.is_listed else "new"
    branch = cells["branch"]
    # What the file names is there: it is gone no more.
    is_there = None
    says = (
        cells["authority"].pk,
        branch and branch.pk,
        cells["kind"],
        designation,
        is_there,
    )
    set_keys = {row.pk for row in shared.sets}
    is_same = there[1:] == says and set_keys <= known.sets[there.pk]
    return "same" if is_same else "changed"

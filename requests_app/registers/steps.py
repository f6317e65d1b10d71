"""The steps of the registers: changes of registers, gone objects, object import,
original, package, product preset, register import, standing assessment and taken."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.db.models import F, Max
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.history import add_many
from audit_app.ledger import record
from requests_app.core import two_persons
from requests_app.core.content import keep, keep_if
from requests_app.core.people.models import Authority
from requests_app.core.people.rights import CLOUD_KEEPERS, begins_in
from requests_app.core.step import (
    SomeHindered,
    Step,
    WrongState,
    note,
    require,
    save,
    step,
)
from requests_app.core.two_persons import (
    RegisterChange,
    propose_change,
    propose_new,
    save_or_propose,
)
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.steps import keep_account
from requests_app.registers.models.changes import Original
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Provider,
    ProviderProduct,
    refuse_revealing,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetPerson,
    InformationSetProvision,
    Origin,
)
from requests_app.registers.models.provisions import Provision
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.packages import PROVISIONS as PROVISIONS_PACKAGE
from requests_app.registers.packages import (
    TAKEN,
    TEXTS,
    Entry,
    Looked,
    Package,
    cells_of,
    lacking,
    look,
    standing_row,
    told_cells,
)
from requests_app.registers.reference import EDITION, PUBLISHER, SIZES, Preset, starter
from requests_app.registers.rights import (
    can_confirm_standing_assessment,
    can_look_at,
    can_propose_products,
    can_revoke_standing_assessment,
    standing_rule_for,
)
from requests_app.registers.tables.cloud import (
    CLOUD_OBJECTS,
    CloudObjectForm,
    Key,
    KnownObjects,
    known_objects,
)
from requests_app.registers.tables.columns import RowForm
from requests_app.registers.tables.files import (
    MOST_ROWS,
    Line,
    Register,
    cell,
    composed,
    lines,
)
from requests_app.registers.tables.information import REGISTERS, reasons_of

# What registers do when a change of a row is confirmed: provisions come with a set, an
# object that moves leaves sets behind, a named list names somebody.

Act = RegisterChange.Act
# Whether an open review names an object.
UNDER_REVIEW: list[Callable[[CloudObject], bool]] = []
# Codes of provisions that come with a set: rows of their own.
PROVISIONS = "provisions"


def before(change: RegisterChange, row: Any) -> None:
    """Before the row is saved. Raises ValidationError where it may not move."""
    if _moves(change, row):
        _refuse_to_move(row)


def afterwards(change: RegisterChange, row: Any) -> None:
    """After it was saved or taken away. Raises ValidationError for a named list that
    names nobody."""
    if change.act != Act.REMOVE:
        if _moves(change, row):
            _leave_behind(row)
        _add_provisions(row, change.new_values.get(PROVISIONS, []))
        _tie_to_origin(change, row)
    _refuse_empty_list(row)


def _moves(change: RegisterChange, row: Any) -> bool:
    return isinstance(row, CloudObject) and "authority_id" in change.new_values


def _add_provisions(row: Any, codes: list[str]) -> None:
    """To a set, the newest version of each that has begun."""
    begun = Provision.objects.exclude(valid_from__gt=acting.today())
    begun = begun.filter(code__in=codes)
    newest = begun.order_by(F("valid_from").asc(nulls_first=True))
    for provision in {one.code: one for one in newest}.values():
        InformationSetProvision(information_set=row, provision=provision).save()


def _tie_to_origin(change: RegisterChange, row: Any) -> None:
    """From here on the row says where it comes from."""
    origin = Origin.objects.filter(change=change, row_id=None).first()
    if origin is not None:
        origin.row_id = row.pk
        origin.save()


def _foreign_links(row: CloudObject) -> Any:
    return row.information_links.exclude(information_set__authority=row.authority_id)


def _refuse_to_move(row: CloudObject) -> None:
    """What a review goes by does not change under it. The branch stays behind."""
    if any(is_under_review(row) for is_under_review in UNDER_REVIEW):
        raise ValidationError(_("An open review names it: wait until that is closed."))
    if _foreign_links(row).filter(information_set__is_named_list=True).exists():
        text = _("It lies in a set on a named list: take the set off the list first.")
        raise ValidationError(text)
    if row.branch is not None and row.branch.authority_id != row.authority_id:
        row.branch = None


def _leave_behind(row: CloudObject) -> None:
    """The sets of the authority that it has left do not come along: another authority
    may not even know of them (OSL 8:1)."""
    for link in _foreign_links(row):
        link.delete()


def _refuse_empty_list(row: Any) -> None:
    """A set on a named list names somebody: else nobody could see its reviews."""
    about = row.information_set_id if isinstance(row, InformationSetPerson) else row.pk
    if not isinstance(row, InformationSet | InformationSetPerson):
        return
    listed = InformationSet.objects.filter(pk=about, is_named_list=True)
    if listed.filter(named_people=None).exists():
        text = _("A set on a named list names somebody: confirm that first.")
        raise ValidationError(text)


# Objects that a complete export no longer names: proposed as gone, never removed.

# Proposals of one call; the next call proposes the rest.
MOST = 2000


class Gone(NamedTuple):
    proposed: int
    # Missing too, and proposed by the next call.
    left: int


@step
def propose_gone(
    identifiers: Iterable[str],
    *,
    by: Any,
    authority: Authority,
    system: CloudSystem,
    reason: str,
    sha256: str,
    within: int | None = None,
) -> Gone:
    """What the authority has in the system, and the export does not name. What waits as
    gone already is not proposed again. `sha256`: of the export; all that it proposes is
    settled together. Raises ValidationError for an export without a single object."""
    require(authority.pk in CLOUD_OBJECTS.authorities(by, within))
    named = {composed(name).strip().lower() for name in identifiers}
    if not named - {""}:
        raise ValidationError(
            {"identifiers": _("An export without a single object is no complete one.")}
        )
    there = CloudObject.objects.filter(authority=authority, system=system, gone_on=None)
    missing = [row for row in there if row.external_id.lower() not in named]
    waiting = _waiting()
    new = [row for row in missing if row.pk not in waiting]
    for row in new[:MOST]:
        row.gone_on = acting.today()
        save_or_propose(row, by=by, reason=reason, came_with=sha256)
    gone = Gone(len(new[:MOST]), len(new[MOST:]))
    record("table.gone_proposed", by=by, on=system, rows=gone.proposed, sha256=sha256)
    return gone


def _waiting() -> set[int | None]:
    rows = RegisterChange.objects.filter(
        row_table=CloudObject._meta.db_table,
        new_values__has_key="gone_on",
        confirmed_at=None,
        refused_at=None,
    )
    return set(rows.values_list("row_id", flat=True))


# Bringing in rows of a register from a file: all of them, or none.

Save = Callable[[models.Model], bool]


class Result(NamedTuple):
    """What became, or would become, of a row."""

    number: int
    name: str
    state: str  # "new", "changed", "waits", "same", or "wrong"
    errors: list[str]


def bring_in(
    text: str,
    *,
    by: Any,
    register: Register,
    reason: str,
    preview: bool = False,
    most: int = MOST_ROWS,
) -> list[Result]:
    """Write every row of a file as its form would, with its rights, checks and history.

    One row that is wrong, or a preview, leaves the database as it was. Raises
    ValidationError for a file that can not be read at all.
    """
    rows = lines(text, register, most)
    digest = digest_of(text)
    terms: dict[str, Any] = {"register": register, "reason": reason, "sha256": digest}
    return bring_in_rows(rows, by=by, preview=preview, **terms)


@step
def bring_in_rows(
    rows: list[Line],
    *,
    by: Any,
    register: Register,
    reason: str,
    sha256: str,
    preview: bool = False,
    within: int | None = None,
) -> list[Result]:
    """The same, of rows that have been read. `sha256`: of the file they came from.
    `within`: of this authority only."""
    authorities = register.authorities(by, within)
    require(bool(authorities))
    save = saving(by, reason, sha256)
    results = list(_rows(rows, by, authorities, register, save))
    if preview or any(result.errors for result in results):
        transaction.set_rollback(True)
        return results
    record(
        "table.imported",
        by=by,
        table=register.name,
        rows=len(results),
        sha256=sha256,
    )
    return results


def saving(by: Any, reason: str, sha256: str) -> Save:
    """Write a row, or propose it: does it wait for a second person?"""

    def save(row: Any) -> bool:
        if isinstance(row, get_user_model()):
            keep_account(row, by=by)
            return False
        if isinstance(row, StandingAssessment):
            row.suitability = keep(reasons_of(row))
        change = save_or_propose(row, by=by, reason=reason, came_with=sha256)
        return change is not None

    return save


def digest_of(content: Any) -> str:
    """A digest of a file's text, or of rows that came as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(
    rows: list[Line], by: Any, authorities: set[int], register: Register, save: Save
) -> Iterable[Result]:
    seen: dict[Any, int] = {}
    for line in rows:
        key = tuple(line.cells.get(name, "").casefold() for name in register.key)
        name = " · ".join(
            line.cells[col] for col in register.key if line.cells.get(col)
        )
        if line.trouble:
            yield Result(line.number, name, "wrong", [line.trouble])
        elif key in seen:
            yield Result(line.number, name, "wrong", [_same_as(seen[key])])
        else:
            seen[key] = line.number
            form = register.form(line.cells, by=by, authorities=authorities)
            state = write_row(form, save)
            # Called otherwise in an earlier row, it is the same all the same.
            row = form.instance.pk
            if row and (first := seen.setdefault(row, line.number)) != line.number:
                form.add_error(None, _same_as(first))
                state = "wrong"
            yield Result(line.number, name, state, errors_of(form))


def _same_as(number: int) -> str:
    return _("The same as row %(number)s.") % {"number": number}


def write_row(form: RowForm, save: Save) -> str:
    try:
        with transaction.atomic():
            return form.write(save) if form.is_valid() else "wrong"
    except (IntegrityError, DataError):
        form.add_error(
            None,
            _("The database refuses the row: something in it contradicts the rest."),
        )
        return "wrong"


def errors_of(form: RowForm, but: Collection[str] = ()) -> list[str]:
    """Each error with the label of the column it is about; not those of some."""
    return [
        f"{capfirst(str(form.fields[name].label))}: {text}"
        if name in form.fields
        else str(text)
        for name, texts in form.errors.items()
        if name not in but
        for text in texts
    ]


# Cloud objects by the ten thousand, in pieces that are each a transaction.
#
# All rows are asked before the first is written. What rows have in common (authority,
# system, sets …) is asked of the register's form once; rows that change something, or
# wait for a second person, go through the form one by one.

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


# Newer editions of what has been taken, and revoked ones: told, and looked at.


class Edition(NamedTuple):
    """What a feed says of a package; `text` is the file, where it is a newer one."""

    publisher: str
    package: str
    edition: int
    text: str = ""
    revoked: str = ""


@step
def tell_of(authority: Authority, edition: Edition, *, by: Any) -> Original | None:
    """Once; nothing where the authority has taken nothing of the package, or has this
    edition already. `by` is the sweep."""
    last = last_taken(authority, edition.publisher, edition.package)
    is_newer = last is not None and edition.edition > last
    is_revoked = last == edition.edition and bool(edition.revoked)
    if not (is_revoked or (is_newer and not edition.revoked)):
        return None
    which = {
        "authority": authority,
        "publisher": edition.publisher,
        "package": edition.package,
        "edition": edition.edition,
        "revoked_reason": edition.revoked[:300],
    }
    if Original.objects.filter(**which).exists():
        return None
    body = keep_if(edition.text)
    return Original.objects.create(**which, body=body, came_at=acting.now())


def last_taken(authority: Authority, publisher: str, package: str) -> int | None:
    rows = Origin.objects.filter(
        authority=authority, publisher=publisher, package=package
    )
    return rows.aggregate(last=Max("edition"))["last"]


def tell_of_starters(by: Any) -> int:
    """Of the packages that ship with the product; returns how many are new."""
    new = 0
    for size in SIZES:
        name = starter(size)["name"]
        taken_by = Origin.objects.filter(
            publisher=PUBLISHER, package=name, edition__lt=EDITION
        )
        for authority in Authority.objects.filter(origins__in=taken_by).distinct():
            edition = Edition(PUBLISHER, name, EDITION)
            new += tell_of(authority, edition, by=by) is not None
    return new


def _is_looked_at(_may: Any, original: Original) -> str:
    return _("It has been looked at already.") if original.looked_at else ""


@step(may=can_look_at, hindrance=_is_looked_at)
def look_at(original: Original, *, by: Any) -> None:
    """Somebody has compared it with what stands: it waits no more."""
    save(original, looked_by=by, looked_at=acting.now())
    note("original.looked_at", on=original, by=by)


# Products that are known beforehand: proposed by one person, confirmed by another.


@step
def propose_product(preset: Preset, *, by: Any) -> RegisterChange:
    """The product waits as a change of a register. Its provider is entered at once, as
    anybody who keeps providers enters one.

    Raises ValidationError where the product is there already.
    """
    require(can_propose_products(by))
    here = begins_in(by, *CLOUD_KEEPERS)
    products = ProviderProduct.objects.filter(provider__municipality=here)
    if products.filter(name=preset.values["name"]).exists():
        raise ValidationError(_("The product is there already."))
    provider = provider_called(preset.provider, preset.country, here)
    product = ProviderProduct(provider=provider, **preset.values)
    product.full_clean()
    change = propose_new(product, by=by, reason=preset.source)
    note("product.proposed", on=change, by=by, source=preset.source)
    return change


def provider_called(name: str, country: str, municipality: int) -> Provider:
    """Inside a step: the municipality's, entered at once where it is not there."""
    known = Provider.objects.filter(municipality=municipality, name=name)
    provider = known.first()
    if provider is None:
        provider = Provider(name=name, country=country, municipality_id=municipality)
        provider.full_clean()
        provider.save()
    return provider


# Reading in a package: what is taken becomes drafts, each with where it comes from.
#
# Nothing that stands is changed here. A second person settles all of it in one sitting
# (`workflow.taken`).

# Of which what differs is written anew beside what stands, and not changed.
ONLY_ADDED = ("delegations", "standing-assessments")


class Typed(NamedTuple):
    """What the person adds, for no package can say it. Where the board has not decided,
    no item of delegation is taken; where nobody has looked up a certification, no
    recipient that needs one."""

    authority: Authority
    board_decision: str = ""
    delegated_from: date | None = None
    certified_on: date | None = None


@step
def take(
    package: Package,
    *,
    by: Any,
    typed: Typed,
    chosen: frozenset[str],
    preview: bool = False,
) -> list[Looked]:
    """Draft what is chosen, by key. What is wrong in one, or a preview, leaves the
    database as it was."""
    rows = []
    for seen in look(package, by=by, authority=typed.authority):
        is_chosen = seen.entry.key in chosen
        if is_chosen and seen.state == "others":
            raise PermissionDenied
        is_chosen = is_chosen and seen.state in TAKEN
        errors = _draft(package, seen, typed, by) if is_chosen else []
        rows.append(seen._replace(errors=[*seen.errors, *errors]))
    wrong = any(row.errors for row in rows if row.entry.key in chosen)
    if preview or wrong:
        transaction.set_rollback(True)
        return rows
    require(bool(chosen))
    _settle_originals(package, typed.authority, by)
    record(
        "package.taken",
        by=by,
        package=package.name,
        edition=package.edition,
        rows=len(chosen),
        sha256=package.digest,
    )
    return rows


def _settle_originals(package: Package, authority: Authority, by: Any) -> None:
    """Whoever takes an edition has looked at it."""
    rows = Original.objects.filter(
        authority=authority,
        publisher=package.publisher,
        package=package.name,
        edition__lte=package.edition,
        looked_at=None,
    )
    for original in rows.filter(revoked_reason=""):
        save(original, looked_by=by, looked_at=acting.now())


class _Draft(NamedTuple):
    """What became of an entry: a change that waits, or a row that does."""

    table: str
    row: int | None
    change: RegisterChange | None


def _draft(package: Package, seen: Looked, typed: Typed, by: Any) -> list[str]:
    """Errors, or nothing where it is drafted."""
    entry = seen.entry
    if entry.kind == TEXTS:
        _keep(package, entry, typed, by, _Draft("", None, None))
        return []
    if entry.kind == "products":
        of = entry.values
        here = typed.authority.municipality_id
        provider_called(str(of["provider"]), of.get("country", ""), here)
    register = REGISTERS[entry.kind]
    row = standing_row(entry, typed.authority)
    base = {} if entry.kind in ONLY_ADDED else cells_of(row, entry.kind)
    cells = {**base, **told_cells(entry.values), **_beside_cells(entry, typed)}
    form = _form(register, cells, by, typed.authority)
    if not form.is_valid():
        return errors_of(form)
    reason = str(_of(package))
    terms = {"by": by, "reason": reason, "came_with": package.digest}
    if entry.kind in ONLY_ADDED:
        form.write(saving(by, reason, package.digest))
        errors = _add_recipients(entry, cells, typed, by, terms)
        if errors:
            return errors
        draft = _Draft(form.instance._meta.db_table, form.instance.pk, None)
    else:
        change = _proposed(entry, form.instance, row, terms)
        draft = _Draft(form.instance._meta.db_table, form.instance.pk, change)
    _keep(package, entry, typed, by, draft)
    return []


def _of(package: Package) -> str:
    words = {"title": package.title, "edition": package.edition}
    return _("%(title)s, edition %(edition)s") % words


def _form(register: Any, cells: dict[str, str], by: Any, authority: Authority) -> Any:
    empty = {column.name: "" for column in register.columns}
    own = {"authority": authority.code} if "authority" in empty else {}
    known = {name: text for name, text in cells.items() if name in empty}
    return register.form(
        {**empty, **known, **own}, by=by, authorities=register.authorities(by)
    )


def _beside_cells(entry: Entry, typed: Typed) -> dict[str, str]:
    """Cells that no package tells."""
    if entry.kind == "delegations":
        begins = typed.delegated_from or acting.today()
        return {"board_decision": typed.board_decision, "valid_from": cell(begins)}
    if entry.kind == "standing-assessments":
        until = acting.today() + timedelta(days=365)
        theirs = str(entry.values.get("review_due") or until)
        return {
            "valid_from": cell(acting.today()),
            "review_due": min(cell(until), theirs),
        }
    return {}


def _proposed(
    entry: Entry, form_row: Any, row: Any, terms: dict[str, Any]
) -> RegisterChange:
    beside = {}
    if entry.kind == "information-sets":
        codes = lacking(entry, row) if row else entry.values.get(PROVISIONS_PACKAGE, [])
        beside = {PROVISIONS_PACKAGE: codes} if codes else {}
    propose: Callable[..., RegisterChange] = propose_change if row else propose_new
    return propose(form_row, beside=beside, **terms)


def _add_recipients(
    entry: Entry, cells: dict[str, str], typed: Typed, by: Any, terms: dict[str, Any]
) -> list[str]:
    """Those that need a certification, only where somebody has looked it up."""
    register, errors = REGISTERS["standing-recipients"], []
    for recipient in entry.values.get("recipients", []):
        needs = recipient.get("certification") == "yes"
        if needs and typed.certified_on is None:
            continue
        day = {"certification_checked": cell(typed.certified_on)} if needs else {}
        form = _form(
            register, {**cells, **told_cells(recipient), **day}, by, typed.authority
        )
        if not form.is_valid():
            errors += errors_of(form)
            continue
        form.write(saving(by, terms["reason"], terms["came_with"]))
    return errors


def _keep(package: Package, entry: Entry, typed: Typed, by: Any, draft: _Draft) -> None:
    """Where it comes from, as it was read."""
    Origin.objects.create(
        authority=typed.authority,
        publisher=package.publisher,
        package=package.name,
        edition=package.edition,
        kind=entry.kind,
        key=entry.key,
        title=entry.title,
        dated=entry.dated,
        sources=entry.sources,
        unknown=entry.unknown,
        values=entry.values,
        digest=entry.digest,
        row_table=draft.table,
        row_id=draft.row,
        change=draft.change,
        taken_by=by,
        taken_at=acting.now(),
    )


# Standing assessments: made by one, confirmed by another, revoked with a reason.

# Asked before one is revoked (requests_app/hooks.py): returns what is done, in the same
# step, with all that relied on it.
RELYING: list[Callable[[StandingAssessment], Callable[..., None]]] = []


def _is_confirmed_or_revoked(_may: Any, row: StandingAssessment) -> str:
    if row.confirmed_at or row.revoked_at:
        return _("It has been confirmed or revoked already.")
    if row.is_suitable and not row.recipients.exists():
        return _("It names no recipient: add those that it is made for.")
    return ""


def _is_revoked(_may: Any, row: StandingAssessment) -> str:
    return _("It has been revoked already.") if row.revoked_at else ""


@step(
    may=can_confirm_standing_assessment,
    hindrance=_is_confirmed_or_revoked,
)
def confirm(row: StandingAssessment, *, by: Any) -> None:
    """Someone other than its maker decides it, under the scheme of delegation: reviews
    rely on it from here."""
    rule = standing_rule_for(by, row.authority_id)
    require(rule is not None)
    assert rule is not None  # noqa: S101 — require() has asked
    save(
        row,
        confirmed_by=by,
        confirmed_at=acting.now(),
        delegation_rule=rule,
        delegation_snapshot=rule.snapshot(),
    )
    note("standing_assessment.confirmed", on=row, by=by)


@step(may=can_revoke_standing_assessment, hindrance=_is_revoked)
def revoke(row: StandingAssessment, *, by: Any, reason: str) -> None:
    """From now on nothing is granted on it, and no answer is given; every case that
    relied on it is told. Access that runs is for people to take back."""
    afterwards = [relying_on(row) for relying_on in RELYING]
    save(row, revoked_by=by, revoked_at=acting.now(), revoked_reason=reason)
    note("standing_assessment.revoked", on=row, by=by)
    for tell in afterwards:
        tell(by=by)


# What was taken of a package, settled by a second person in one sitting.

TakenAct = Step[..., Any]
TABLES: dict[str, Any] = {
    model._meta.db_table: model for model in (DelegationRule, StandingAssessment)
}
CONFIRM: dict[Any, TakenAct] = {
    DelegationRule: steps.confirm_delegation,
    StandingAssessment: confirm,
}
REFUSE: dict[Any, TakenAct] = {StandingAssessment: revoke}


def drafted(origin: Origin) -> Any:
    """What waits: the change, or the row that is not yet confirmed."""
    if origin.change is not None:
        return origin.change
    return TABLES[origin.row_table].objects.get(pk=origin.row_id)


@step
def confirm_taken(rows: Iterable[Origin], *, by: Any) -> int:
    """Each by its own step; all or none. `version` of each is that of what was looked
    at. Raises SomeHindered."""
    return _each(rows, by, lambda row: CONFIRM.get(type(row), two_persons.confirm))


@step
def refuse_taken(rows: Iterable[Origin], *, by: Any, reason: str) -> int:
    """The same. Raises SomeHindered."""
    return _each(rows, by, _refusal, reason=reason)


def _refusal(row: Any) -> TakenAct:
    if isinstance(row, DelegationRule):
        text = _("An item is not refused: left unconfirmed, nobody decides under it.")
        raise WrongState(text)
    return REFUSE.get(type(row), two_persons.refuse)


def _each(
    rows: Iterable[Origin], by: Any, act_on: Callable[[Any], TakenAct], **fields: Any
) -> int:
    hindered = SomeHindered()
    # Sets and items before what rests on them.
    for origin in sorted(rows, key=lambda one: (one.change is None, one.row_id or 0)):
        row = drafted(origin)
        row.version = origin.version
        with hindered.settling(row, origin.pk, _why_denied):
            act = act_on(row)
            act.begin(row, by)
            act.function(row, by=by, **fields)
    return hindered.number_settled()


def _why_denied(_row: Any) -> str:
    return _("It is for somebody else to settle.")

"""Reading in a package: what is taken becomes drafts, each with where it comes from.

Nothing that stands is changed here. A second person settles all of it in one sitting
(`workflow.taken`).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.ledger import record
from requests_app.models import Authority, Origin, Original, RegisterChange
from requests_app.permissions.roles import today
from requests_app.registers import REGISTERS
from requests_app.registers.entry import cells_of, standing_row, told_cells
from requests_app.registers.json_rows import cell
from requests_app.registers.look import PROVISIONS, TAKEN, Looked, lacking, look
from requests_app.registers.package import Entry, Package
from requests_app.registers.package_rules import TEXTS
from requests_app.workflow.product_preset import provider_called
from requests_app.workflow.register_change import propose_change, propose_new
from requests_app.workflow.register_import import errors_of, saving
from requests_app.workflow.step import require, save, step

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
        save(original, looked_by=by, looked_at=clock.now())


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
        begins = typed.delegated_from or today()
        return {"board_decision": typed.board_decision, "valid_from": cell(begins)}
    if entry.kind == "standing-assessments":
        until = today() + timedelta(days=365)
        theirs = str(entry.values.get("review_due") or until)
        return {"valid_from": cell(today()), "review_due": min(cell(until), theirs)}
    return {}


def _proposed(
    entry: Entry, form_row: Any, row: Any, terms: dict[str, Any]
) -> RegisterChange:
    beside = {}
    if entry.kind == "information-sets":
        codes = lacking(entry, row) if row else entry.values.get(PROVISIONS, [])
        beside = {PROVISIONS: codes} if codes else {}
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
        taken_at=clock.now(),
    )

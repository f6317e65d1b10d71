"""A package beside what stands: what would be new, what is the same, what differs."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.models import Authority, Origin
from requests_app.permissions.package import origins_waiting, taken_by_roles, takes
from requests_app.registers.entry import (
    Difference,
    cells_of,
    differences,
    standing_row,
)
from requests_app.registers.fields import BETWEEN
from requests_app.registers.package import Entry, Package
from requests_app.registers.package_rules import TEXTS

# What others name comes first.
ORDER = ("products", "information-sets", "delegations", "standing-assessments", TEXTS)
PROVISIONS = "provisions"
NEW, SAME, DIFFERS, WAITS, OTHERS = "new", "same", "differs", "waits", "others"
TAKEN = (NEW, DIFFERS)
KINDS = {
    "products": _("Provider product"),
    "information-sets": _("Information set"),
    "delegations": _("Item of delegation"),
    "standing-assessments": _("Standing assessment"),
    TEXTS: _("Text to read"),
}
STATES = {
    NEW: pgettext_lazy("an entry of a package", "New"),
    SAME: _("The same stands here"),
    DIFFERS: _("Differs from what stands"),
    WAITS: _("Waits for a second person"),
    OTHERS: _("For somebody else"),
}


class Looked(NamedTuple):
    """An entry beside what stands, with what is wrong in it."""

    entry: Entry
    state: str
    differences: list[Difference]
    errors: list[str]

    @property
    def kind_label(self) -> Any:
        return KINDS[self.entry.kind]

    @property
    def takers(self) -> str:
        """Whose it is, where it is somebody else's."""
        return taken_by_roles(self.entry.kind) if self.state == OTHERS else ""

    @property
    def state_label(self) -> Any:
        return STATES[self.state]


def look(package: Package, *, by: Any, authority: Authority) -> list[Looked]:
    """Each entry, in the order in which they are taken."""
    rows = sorted(package.entries, key=lambda entry: ORDER.index(entry.kind))
    waiting = set(origins_waiting(authority).values_list("key", flat=True))
    return [_beside(entry, by, authority, waiting) for entry in rows]


def _beside(entry: Entry, by: Any, authority: Authority, waiting: set[str]) -> Looked:
    row = standing_row(entry, authority)
    unlike = differences(entry.values, entry.kind, row)
    if entry.kind == "information-sets" and row and not lacking(entry, row):
        unlike = [one for one in unlike if one.name != PROVISIONS]
    if entry.key in waiting:
        return Looked(entry, WAITS, unlike, [])
    if not takes(by, entry.kind, authority):
        return Looked(entry, OTHERS, unlike, [])
    if entry.kind == TEXTS:
        return Looked(entry, SAME if _is_kept(entry, authority) else NEW, unlike, [])
    state = NEW if row is None else DIFFERS if unlike else SAME
    return Looked(entry, state, unlike, [])


def _is_kept(entry: Entry, authority: Authority) -> bool:
    origins = Origin.objects.filter(authority=authority, key=entry.key)
    return origins.filter(digest=entry.digest).exists()


def lacking(entry: Entry, row: Any) -> list[str]:
    """Provisions of the entry that the set has not."""
    there = cells_of(row, entry.kind)[PROVISIONS].split(BETWEEN)
    return [code for code in entry.values.get(PROVISIONS, []) if code not in there]

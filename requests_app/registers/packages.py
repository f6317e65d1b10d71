"""Packages: believed, entry, look, package and package rules."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit_app.personal_numbers import numbers_in
from audit_app.verifying.program import digest_of, proved_by
from audit_app.verifying.proofs import Malformed, Unproven, key_from
from requests_app.core.people.models import Authority
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.changes import Publisher
from requests_app.registers.models.cloud import ProviderProduct
from requests_app.registers.models.information import InformationSet, Origin
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.rights import origins_waiting, taken_by_roles, takes
from requests_app.registers.tables.columns import (
    BETWEEN,
    LabelField,
    LabelsField,
    YesNoField,
)
from requests_app.registers.tables.files import cell
from requests_app.registers.tables.information import FACTORS, REGISTERS

# What a package may hold, column by column. The rest is refused: what binds a
# municipality (contracts, who works there, its cases) is never another's.

TEXTS = "texts"
# Columns of each register that a package tells, beside those of `TEXTS`.
COLUMNS: dict[str, tuple[str, ...]] = {
    "products": (*REGISTERS["products"].form.base_fields, "country"),
    "information-sets": (
        "name",
        "description",
        "process_code",
        "personal_data",
        "protected_identities_possible",
        "provisions",
    ),
    "delegations": (
        "item_no",
        "title",
        "decision_type",
        "outcomes",
        "max_minutes",
        "max_confidentiality",
        "product",
        "may_subdelegate",
        "is_head",
        "role",
        "report_to_board",
    ),
    "standing-assessments": (
        "provider",
        "information_set",
        "is_suitable",
        "review_due",
        *FACTORS,
        "reasons",
        "recipients",
    ),
    TEXTS: ("title", "text"),
}
RECIPIENT = (
    "legal_entity",
    "country",
    "relation",
    "purpose",
    "highest_class",
    "transfer_ground",
    "transfer_reference",
    "certification",
    "covers_staff_data",
)
# By these an entry is called.
NAMED_BY = {
    "products": "name",
    "information-sets": "name",
    "delegations": "title",
    "standing-assessments": "provider",
    TEXTS: "title",
}
CONTRACTS = {"assignment", "processor_agreement", "impact_assessment", "contract_ends"}
PEOPLE = {"person", "employer", "made_by", "confirmed_by", "contact"}
OWN = {"accounts", "roles", "connections", "cloud-objects", "authorities", "cases"}


def refuse(kind: Any, values: Any) -> None:
    """Raises ValidationError, in a clause, for what a package may not hold."""
    if kind in OWN:
        raise ValidationError(_("people, roles and cases are never in a package."))
    if not isinstance(kind, str) or kind not in COLUMNS:
        text = _("“%(kind)s” is no kind of entry.")
        raise ValidationError(text % {"kind": str(kind)[:40]})
    if not isinstance(values, dict):
        raise ValidationError(_("it has no values."))
    for name in _names(values):
        _refuse_what_is_own(name)
    _refuse_others(values, COLUMNS[kind])
    recipients = values.get("recipients", [])
    for recipient in recipients if isinstance(recipients, list) else [recipients]:
        _refuse_others(recipient, RECIPIENT)
    if numbers_in(" ".join(texts_in(values))):
        text = _("it holds a personal identity number: ask the publisher to mend it.")
        raise ValidationError(text)


def _names(values: Any) -> Iterator[str]:
    """Every name in it, however deep."""
    if isinstance(values, dict):
        yield from values
        values = list(values.values())
    for item in values if isinstance(values, list) else ():
        yield from _names(item)


def texts_in(values: Any) -> Iterator[str]:
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, list):
        for item in values:
            yield from texts_in(item)
    elif isinstance(values, str):
        yield values


def _refuse_what_is_own(name: str) -> None:
    if name in CONTRACTS:
        text = _(
            "it holds a contract or an assessment of the publisher's own (%(name)s)."
            " Those are never in a package: they would say something false of yours."
        )
        raise ValidationError(text % {"name": name})
    if name in PEOPLE:
        text = _("it names somebody (%(name)s): people are never in a package.")
        raise ValidationError(text % {"name": name})


def _refuse_others(values: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(values, dict):
        raise ValidationError(_("a recipient has no values."))
    if odd := [name for name in values if name not in allowed]:
        text = _("“%(name)s” is not told in a package.")
        raise ValidationError(text % {"name": odd[0][:40]})


# A package: knowledge that one municipality hands to another, as one file. Its format
# is told in docs/paket.md.

FORMAT, SCHEMA = "lockbox-package", 1
LARGEST, MOST_ENTRIES = 1_000_000, 500


class Entry(NamedTuple):
    key: str
    kind: str
    dated: date
    sources: list[str]
    unknown: str
    values: dict[str, Any]
    digest: str

    @property
    def title(self) -> str:
        name = str(self.values[NAMED_BY[self.kind]])
        of_set = self.values.get("information_set")
        return (f"{name}: {of_set}" if of_set else name)[:300]


class Package(NamedTuple):
    name: str
    edition: int
    title: str
    publisher: str
    published: date
    entries: list[Entry]
    digest: str


def loaded(text: str) -> Any:
    """JSON, without numbers that can be written in two ways. Raises
    ValidationError."""
    try:
        return json.loads(text, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ValidationError(_("This is no package: the file is not JSON.")) from None


def _no_number(_text: str) -> Any:
    raise ValueError


def package_from(body: Any) -> Package:
    """What the file says. Raises ValidationError, in a sentence, for what is
    wrong."""
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ValidationError(_("This is no package of Lockbox: choose another file."))
    if body.get("schema") != SCHEMA:
        text = _(
            "The package is written as schema %(theirs)s, and this Lockbox reads schema"
            " %(ours)s: upgrade Lockbox first, or ask the publisher for an older one."
        )
        numbers = {"theirs": str(body.get("schema"))[:20], "ours": SCHEMA}
        raise ValidationError(text % numbers)
    rows = body.get("entries")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ENTRIES:
        text = _("A package has between 1 and %(most)s entries.")
        raise ValidationError(text % {"most": MOST_ENTRIES})
    entries = [_entry(number, row) for number, row in enumerate(rows, 1)]
    keys = [entry.key for entry in entries]
    if len(set(keys)) < len(keys):
        raise ValidationError(_("Two entries of the package have the same key."))
    return Package(
        name=_word(body, "name", 100),
        edition=_edition(body.get("edition")),
        title=_word(body, "title", 300),
        publisher=_word(body, "publisher", 200),
        published=_day(body, "published"),
        entries=entries,
        digest=digest_of(body),
    )


def _edition(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**6:
        raise ValidationError(_("The edition of a package is a whole number from 1."))
    return value


def _entry(number: int, row: Any) -> Entry:
    """Raises ValidationError with the number of the entry in it."""
    try:
        return _entry_from(row if isinstance(row, dict) else {})
    except ValidationError as error:
        text = _("Entry %(number)s: %(why)s")
        why = " ".join(error.messages)
        raise ValidationError(text % {"number": number, "why": why}) from None


def _entry_from(row: dict[str, Any]) -> Entry:
    kind, values = row.get("kind"), row.get("values")
    refuse(kind, values)
    assert isinstance(kind, str) and isinstance(values, dict)  # noqa: S101 — by refuse
    _word(values, NAMED_BY[kind], 300)
    sources = row.get("sources")
    if not isinstance(sources, list) or not all(isinstance(s, str) for s in sources):
        raise ValidationError(_("its sources are not a list of texts."))
    return Entry(
        key=_word(row, "key", 100),
        kind=kind,
        dated=_day(row, "dated"),
        sources=sources,
        unknown=str(row.get("unknown", "")),
        values=values,
        digest=digest_of(row),
    )


def _word(row: dict[str, Any], name: str, most: int) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        text = _("“%(name)s” is missing, or longer than %(most)s characters.")
        raise ValidationError(text % {"name": name, "most": most})
    return value.strip()


def _day(row: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(row.get(name) or "")
    except (ValueError, TypeError):
        text = _("“%(name)s” is no day such as 2026-01-31.")
        raise ValidationError(text % {"name": name}) from None


# A package that came as a file, of a publisher that the authority believes.


def believed(text: str, authority: Authority) -> Package:
    """Raises ValidationError, in a sentence, for a file that is none of ours, holds
    what no package holds, has been changed, or is of nobody who is believed."""
    if len(text.encode()) > LARGEST:
        raise ValidationError(_("The file is too large for a package."))
    body = loaded(text)
    if not isinstance(body, dict) or "package" not in body:
        raise ValidationError(_("This is no package of Lockbox: choose another file."))
    package = package_from(body["package"])
    publisher = _publisher_of(body, authority)
    if publisher.name != package.publisher:
        words = {"says": package.publisher, "is": publisher}
        text = _("The package says that it is of %(says)s, but the key is %(is)s's.")
        raise ValidationError(text % words)
    return package


def _publisher_of(body: Any, authority: Authority) -> Publisher:
    publishers = Publisher.objects.filter(authority=authority, is_active=True)
    by_key = {key_from(one.key): one for one in publishers}
    try:
        return by_key[proved_by(body, list(by_key))]
    except Unproven:
        text = _(
            "Nobody whom %(authority)s believes has signed the package. Two persons add"
            " a publisher with its key, under Registers."
        )
        raise ValidationError(text % {"authority": authority}) from None
    except Malformed:
        text = _(
            "The file is not what was published: something in it has been changed, or"
            " its proof lacks. Fetch it again from the publisher."
        )
        raise ValidationError(text) from None


# An entry of a package beside the row that stands for it here, column by column.

NOTHING = "–"


class Difference(NamedTuple):
    name: str
    label: str
    before: str
    after: str


Values = dict[str, Any]


def standing_row(entry: Entry, authority: Authority) -> Any:
    """The row that says here what the entry says, by its name; None where there is
    none, or the entry is a text."""
    find = _FIND.get(entry.kind)
    return find(entry.values, authority) if find else None


def _product(values: Values, _authority: Authority) -> Any:
    return ProviderProduct.objects.filter(name=values["name"]).first()


def _information_set(values: Values, authority: Authority) -> Any:
    return InformationSet.objects.filter(
        authority=authority, name=values["name"]
    ).first()


def _delegation(values: Values, authority: Authority) -> Any:
    rules = DelegationRule.objects.filter(authority=authority, title=values["title"])
    return rules.order_by("-pk").first()


def _assessment(values: Values, authority: Authority) -> Any:
    name = values.get("information_set") or ""
    of_set = {"information_set__name": name} if name else {"information_set": None}
    rows = StandingAssessment.objects.filter(
        authority=authority,
        provider__name=values["provider"],
        revoked_at=None,
        **of_set,
    )
    return rows.order_by("-pk").first()


_FIND: dict[str, Callable[[Values, Authority], Any]] = {
    "products": _product,
    "information-sets": _information_set,
    "delegations": _delegation,
    "standing-assessments": _assessment,
}


def cells_of(row: Any, kind: str) -> dict[str, str]:
    """What a row of the register says, as a file would have it; nothing of none."""
    if row is None:
        return {}
    register = REGISTERS[kind]
    names = [column.name for column in register.columns]
    return dict(zip(names, map(cell, register.cells(row)), strict=True))


def told_cells(values: Values) -> dict[str, str]:
    """What an entry says: what it leaves empty takes nothing away."""
    cells = {
        name: BETWEEN.join(map(str, value)) if isinstance(value, list) else cell(value)
        for name, value in values.items()
        if name != "recipients"
    }
    return {name: text for name, text in cells.items() if text}


def differences(values: Values, kind: str, row: Any) -> list[Difference]:
    """Where an entry's values and the row are not the same, in words; all of it where
    there is no row."""
    if kind == TEXTS:
        return [Difference("text", _("Text"), NOTHING, str(values.get("text", "")))]
    before, fields = cells_of(row, kind), REGISTERS[kind].form.base_fields
    rows = [
        Difference(
            name,
            capfirst(str(fields[name].label)),
            _in_words(fields[name], before[name]) if before else NOTHING,
            _in_words(fields[name], text),
        )
        for name, text in told_cells(values).items()
        if name in fields
    ]
    rows += _of_recipients(values, row)
    return [one for one in rows if one.before != one.after]


def _in_words(field: Any, text: str) -> str:
    if isinstance(field, YesNoField):
        return _("Yes") if field.to_python(text) else _("No")
    if isinstance(field, LabelField):
        labels = {str(value): str(label) for value, label in field.choices}
        parts = text.split(BETWEEN) if isinstance(field, LabelsField) else [text]
        return ", ".join(labels.get(part, part) for part in parts if part) or NOTHING
    return ", ".join(sorted(text.split(BETWEEN))) if text else NOTHING


def _of_recipients(values: Values, row: Any) -> list[Difference]:
    """Legal entities by name and place: what each is to the provider, and for what."""
    if "recipients" not in values:
        return []
    theirs = [
        f"{one.get('legal_entity')}, {one.get('country')}"
        for one in values["recipients"]
    ]
    ours = [str(one) for one in row.recipients.all()] if row else []
    words = ["; ".join(sorted(names)) or NOTHING for names in (ours, theirs)]
    return [Difference("recipients", _("Recipients"), *words)]


# A package beside what stands: what would be new, what is the same, what differs.

# What others name comes first.
ORDER = ("products", "information-sets", "delegations", "standing-assessments", TEXTS)
PROVISIONS = "provisions"
NEW, SAME, DIFFERS, WAITS, OTHERS = "new", "same", "differs", "waits", "others"
TAKEN = (NEW, DIFFERS)
KINDS = {
    "products": gettext_lazy("Provider product"),
    "information-sets": gettext_lazy("Information set"),
    "delegations": gettext_lazy("Item of delegation"),
    "standing-assessments": gettext_lazy("Standing assessment"),
    TEXTS: gettext_lazy("Text to read"),
}
STATES = {
    NEW: pgettext_lazy("an entry of a package", "New"),
    SAME: gettext_lazy("The same stands here"),
    DIFFERS: gettext_lazy("Differs from what stands"),
    WAITS: gettext_lazy("Waits for a second person"),
    OTHERS: gettext_lazy("For somebody else"),
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

"""What a package may hold, column by column. The rest is refused: what binds a
municipality (contracts, who works there, its cases) is never another's."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app.personal_numbers import numbers_in
from requests_app.registers import REGISTERS
from requests_app.registers.standing_assessment import FACTORS

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

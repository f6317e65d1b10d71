"""The fields of the harm tests, and what was typed in them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import PlainText
from requests_app.law.harm_tests import field_key
from requests_app.law.proposed_answers import has_ended
from requests_app.models import HarmTest, Part, Provision
from requests_app.workflow.harm_test import HarmTestInput

Outcome = HarmTest.Outcome
FIELDS = ("outcome", "reasons", "for", "against", "ground")


def harm_test_fields(
    provision: Provision, part: Part | None, row: HarmTest | None
) -> dict[str, forms.Field]:
    """The outcome and the texts, by name; the ground is the form's to add."""
    key = field_key(provision, part)
    allowed = outcomes_of(provision, of_part=part is not None)
    what = f"{provision}: {part.name}" if part else str(provision)
    fields: dict[str, forms.Field] = {
        f"outcome_{key}": forms.ChoiceField(
            label=what,
            choices=[(value, Outcome(value).label) for value in allowed],
            widget=forms.RadioSelect,
            required=False,
            initial=row.outcome if row else part and Outcome.AS_WHOLE,
        )
    }
    texts = {"reasons": ("motivation", reasons_for(what))}
    if part is None:
        texts["for"] = ("facts_for", _("Facts for secrecy"))
        texts["against"] = ("facts_against", _("Facts against secrecy"))
    for name, (attribute, label) in texts.items():
        content = getattr(row, attribute) if row else None
        fields[f"{name}_{key}"] = PlainText(
            label=label,
            rows=2,
            required=False,
            initial=content.text if content else "",
        )
    return fields


def outcomes_of(provision: Provision, *, of_part: bool = False) -> tuple[str, ...]:
    """Absolute secrecy has no test; that against somebody else never applies here; a
    part may be as everything is."""
    if of_part:
        return (Outcome.AS_WHOLE, *outcomes_of(provision))
    if not provision.holds_against_provider:
        return (Outcome.STRUCK, Outcome.DOES_NOT_APPLY)
    if provision.harm_test == Provision.HarmTest.ABSOLUTE:
        return (Outcome.APPLIES, Outcome.STRUCK)
    return tuple(value for value in Outcome.values if value != Outcome.AS_WHOLE)


def reasons_for(what: Any) -> Any:
    """The list of errors names the question by it."""
    return format_lazy("{} {}", _("Reasons for"), what)


def harm_test_in(
    cleaned: dict[str, Any], provision: Provision, part: Part | None
) -> HarmTestInput:
    def text(name: str) -> str:
        return cleaned.get(f"{name}_{field_key(provision, part)}", "")

    return HarmTestInput(
        provision,
        text("outcome"),
        text("reasons"),
        text("for"),
        text("against"),
        text("ground"),
        part,
    )


def carried_over(
    data: Any, rows: Iterable[Provision], now: list[Provision]
) -> dict[str, str]:
    """What was typed of a version that has ended, at the one that is in its place."""
    new_keys = {
        str(old.pk): str(new.pk)
        for old in rows
        if has_ended(old)
        for new in now
        if new.code == old.code and f"reasons_{new.pk}" not in data
    }
    carried = {}
    for name, typed in data.items():
        field, _bar, key = name.partition("_")
        provision, dash, part = key.partition("-")
        if typed and field in FIELDS and provision in new_keys:
            carried[f"{field}_{new_keys[provision]}{dash}{part}"] = typed
    return carried

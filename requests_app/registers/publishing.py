"""What of an authority's registers can be published, as the entries of a package."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audit_app.personal_numbers import numbers_in
from requests_app.models import (
    Authority,
    CloudObject,
    DelegationRule,
    InformationSet,
    Origin,
    ProviderProduct,
    SecrecyReview,
    StandingAssessment,
)
from requests_app.permissions.roles import today
from requests_app.registers import REGISTERS
from requests_app.registers.entry import cells_of
from requests_app.registers.fields import (
    BETWEEN,
    LabelsField,
    RowsField,
    WholeField,
    YesNoField,
)
from requests_app.registers.package_rules import (
    COLUMNS,
    NAMED_BY,
    RECIPIENT,
    TEXTS,
    texts_in,
)

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w+")


class Offered(NamedTuple):
    """A row that can be published; `key` is the entry's, as long as it is there."""

    key: str
    kind: str
    title: str
    row: Any


def offered(authority: Authority) -> list[Offered]:
    """Only what is in force: what waits may never be."""
    sets = InformationSet.objects.filter(authority=authority, is_named_list=False)
    rules = DelegationRule.objects.filter(authority=authority, person=None)
    assessments = StandingAssessment.objects.filter(authority=authority)
    rows = {
        "products": ProviderProduct.objects.filter(
            connections__authority=authority
        ).distinct(),
        "information-sets": sets.prefetch_related("provision_links__provision"),
        "delegations": rules.in_force(today()),
        "standing-assessments": assessments.valid(today()).select_related(
            "provider", "information_set", "suitability"
        ),
    }
    return [
        Offered(f"{kind}/{row.pk}", kind, str(_title(row)), row)
        for kind, of_kind in rows.items()
        for row in of_kind
    ]


def _title(row: Any) -> Any:
    return row.title if isinstance(row, DelegationRule) else row


def entry_of(one: Offered) -> dict[str, Any]:
    """With the sources that it came with, if it came of a package."""
    fields = REGISTERS[one.kind].form.base_fields
    cells = cells_of(one.row, one.kind)
    values = {
        name: _value(fields[name], cells[name])
        for name in COLUMNS[one.kind]
        if name in cells
    }
    if one.kind == "products":
        values["country"] = one.row.provider.country
    if one.kind == "standing-assessments":
        recipients = one.row.recipients.all()
        values["recipients"] = [
            {name: getattr(row, name) for name in RECIPIENT} for row in recipients
        ]
    rows = Origin.objects.filter(row_table=one.row._meta.db_table, row_id=one.row.pk)
    origin = rows.order_by("-pk").first()
    sources = [str(origin.place), *origin.sources] if origin else []
    return {
        "key": one.key,
        "kind": one.kind,
        "dated": today().isoformat(),
        "sources": sources,
        "unknown": origin.unknown if origin else "",
        "values": values,
    }


def _value(field: Any, text: str) -> Any:
    if isinstance(field, YesNoField):
        return field.to_python(text)
    if isinstance(field, RowsField | LabelsField):
        return [part for part in text.split(BETWEEN) if part]
    if isinstance(field, WholeField):
        return int(text) if text else None
    return text


def reasons_entry(title: str, text: str, source: str) -> dict[str, Any]:
    """Reasons of a decision, as a text to read."""
    return {
        "key": f"{TEXTS}/{slugify(title)[:80] or 'text'}",
        "kind": TEXTS,
        "dated": today().isoformat(),
        "sources": [source],
        "unknown": "",
        "values": {"title": title, "text": text},
    }


def refuse_what_is_not_published(
    entries: Iterable[dict[str, Any]], authority: Authority
) -> None:
    """What would not be printed on the paper of a stranger. Raises ValidationError,
    with a sentence for each entry that holds such a thing."""
    names = {word.casefold(): why for word, why in _own_words(authority)}
    errors = []
    for entry in entries:
        text = " ".join(texts_in(entry["values"]))
        if why := _own_word(text, names):
            title = str(entry["values"][NAMED_BY[entry["kind"]]])
            errors.append(f"{title}: {why}")
    if errors:
        raise ValidationError(errors)


def _own_word(text: str, names: dict[str, Any]) -> str:
    if numbers_in(text):
        return _("it holds a personal identity number.")
    if ADDRESS.search(text):
        return _("it holds an e-mail address.")
    low = text.casefold()
    for word, why in names.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low):
            return str(why % {"word": word})
    return ""


def _own_words(authority: Authority) -> Iterator[tuple[str, str]]:
    """Names of who works here, numbers of cases, and what objects are called."""
    people = get_user_model()._default_manager.filter(is_machine=False)
    for first, last in people.values_list("first_name", "last_name"):
        if first and last:
            yield f"{first} {last}", _("it names somebody who works here (%(word)s).")
    cases = SecrecyReview.objects.filter(authority=authority).exclude(diary_number="")
    for number in cases.values_list("diary_number", flat=True):
        yield number, _("it names a case (%(word)s).")
    objects = CloudObject.objects.filter(authority=authority)
    for row in objects.values_list("external_id", "designation"):
        for word in filter(None, row):
            yield word, _("it names an object (%(word)s).")

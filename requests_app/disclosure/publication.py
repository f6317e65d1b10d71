"""Publication: publishing."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.personal_numbers import numbers_in
from audit_app.sealing.sealer import in_json, proof_of_insert
from audit_app.verifying.program import canonical, digest_of
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.content import keep
from requests_app.core.forms import StepForm
from requests_app.core.people.models import Authority
from requests_app.core.step import require, step
from requests_app.core.two_persons import RegisterChange, save_or_propose
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.changes import Publication
from requests_app.registers.models.cloud import CloudObject, ProviderProduct
from requests_app.registers.models.information import InformationSet, Origin
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.packages import (
    COLUMNS,
    FORMAT,
    KINDS,
    NAMED_BY,
    RECIPIENT,
    TEXTS,
    cells_of,
    package_from,
    texts_in,
)
from requests_app.registers.packages import SCHEMA as PACKAGE_SCHEMA
from requests_app.registers.rights import can_publish, publishing_for
from requests_app.registers.tables.columns import (
    BETWEEN,
    LabelsField,
    RowsField,
    WholeField,
    YesNoField,
)
from requests_app.registers.tables.information import REGISTERS

# What of an authority's registers can be published, as the entries of a package.

# Brackets may stand in it: what is published is refused rather than let through.
ADDRESS = re.compile(r"(?<![^\s@])[^\s@]+@[^\s@]+\.\w+")


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
        "delegations": rules.in_force(acting.today()),
        "standing-assessments": assessments.valid(acting.today()).select_related(
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
        "dated": acting.today().isoformat(),
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
        "dated": acting.today().isoformat(),
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
        return gettext("it holds a personal identity number.")
    if ADDRESS.search(text):
        return gettext("it holds an e-mail address.")
    low = text.casefold()
    for word, why in names.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low):
            return str(why % {"word": word})
    return ""


def _own_words(authority: Authority) -> Iterator[tuple[str, str]]:
    """Names of who works here, numbers of cases, and what objects are called."""
    # Of its own municipality: who works elsewhere is nothing to be learned here.
    people = get_user_model()._default_manager.filter(
        is_machine=False, municipality=authority.municipality_id
    )
    for first, last in people.values_list("first_name", "last_name"):
        if first and last:
            yield (
                f"{first} {last}",
                gettext("it names somebody who works here (%(word)s)."),
            )
    cases = SecrecyReview.objects.filter(authority=authority).exclude(diary_number="")
    for number in cases.values_list("diary_number", flat=True):
        yield number, gettext("it names a case (%(word)s).")
    objects = CloudObject.objects.filter(authority=authority)
    for row in objects.values_list("external_id", "designation"):
        for word in filter(None, row):
            yield word, gettext("it names an object (%(word)s).")


# What an authority publishes: which rows, and reasons of decisions as texts.


class PublicationForm(StepForm):
    """First for which authority; then what."""

    own = ("authority", "source", "reasons_title", "reasons", "is_tested")

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    name = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        help_text=_("Small letters and hyphens. The same name again is a new edition."),
    )
    title = forms.CharField(label=_("Title"), max_length=300)
    reasons_title = forms.CharField(
        label=_("Reasons of a decision: what it was about"),
        max_length=200,
        required=False,
        help_text=_("In general words, without the case's number or anybody's name."),
    )
    reasons = forms.CharField(
        label=_("The reasons, as they may be read by anybody"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    source = forms.CharField(
        label=_("What the reasons rest on"),
        max_length=300,
        required=False,
        help_text=_("The provisions, such as OSL 10 kap. 2 a §."),
    )
    is_tested = forms.BooleanField(
        label=_(
            "I have tested them as a document that is handed out: nothing in them is"
            " secret, and they name nobody."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authorities = publishing_for(self.by)
        self.choice("authority").queryset = authorities
        if len(authorities) == 1:
            self.initial.setdefault("authority", authorities[0].pk)

    @cached_property
    def offers(self) -> list[Offered]:
        """What the chosen authority, or the only one, can publish."""
        raw = self.data.get("authority") or self.initial.get("authority") or ""
        of = self.choice("authority").queryset.filter(pk=raw if _is_key(raw) else 0)
        return [row for authority in of for row in offered(authority)]

    def lines(self) -> list[tuple[Offered, Any, bool]]:
        keys = self._ticked()
        return [(one, KINDS[one.kind], one.key in keys) for one in self.offers]

    def _ticked(self) -> set[str]:
        data: Any = self.data
        return set(data.getlist("rows")) if self.is_bound else set()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        keys = self._ticked()
        cleaned["rows"] = [one for one in self.offers if one.key in keys]
        if cleaned.get("reasons"):
            self._test_reasons(cleaned)
        if not cleaned["rows"] and not cleaned.get("reasons"):
            raise ValidationError(_("Tick what is published, or write reasons."))
        return cleaned

    def _test_reasons(self, cleaned: dict[str, Any]) -> None:
        for name in ("reasons_title", "source"):
            if not cleaned.get(name):
                self.add_error(name, _("Is needed where reasons are published."))
        if not cleaned.get("is_tested"):
            self.add_error("is_tested", _("Test them first, as for handing out."))

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        words = (cleaned["reasons_title"], cleaned["reasons"], cleaned["source"])
        texts = [reasons_entry(*words)] if cleaned["reasons"] else []
        return {
            "name": cleaned["name"],
            "title": cleaned["title"],
            "rows": cleaned["rows"],
            "texts": texts,
        }


def _is_key(raw: Any) -> bool:
    return str(raw).isdecimal() and len(str(raw)) <= 9


class RevokePublicationForm(StepForm):
    """Whoever took it is told why."""

    reason = forms.CharField(label=_("Why it is revoked"), max_length=300)


# What has been published, each as the file that anybody may have. Reads only.

FEED, SCHEMA = "lockbox-feed", 1


def file_of(publication: Publication) -> str | None:
    """With the proof of the line by which it was published; nothing while that is not
    sealed, for a minute."""
    proof = proof_of_insert(Publication._meta.db_table, publication.pk)
    if proof is None:
        return None
    return in_json({"package": json.loads(publication.body.text), "proof": proof})


def file_name(publication: Publication) -> str:
    return f"{publication.name}-{publication.edition}.json"


def index_of(authority: Authority) -> dict[str, Any]:
    """What a feed begins with: every edition, and which have been revoked."""
    rows = Publication.objects.filter(authority=authority).order_by("name", "edition")
    return {
        "format": FEED,
        "schema": SCHEMA,
        "publisher": authority.name,
        "packages": [
            {
                "name": row.name,
                "edition": row.edition,
                "digest": row.digest,
                "file": file_name(row),
                "revoked": row.revoked_reason,
            }
            for row in rows
        ],
    }


# Publishing a package: drawn up by one person, published when another has read it.


@step
def publish(
    authority: Authority,
    *,
    by: Any,
    name: str,
    title: str,
    rows: Iterable[Offered],
    texts: Iterable[dict[str, Any]] = (),
) -> RegisterChange:
    """It waits for another. Raises ValidationError for what may not be in it."""
    require(can_publish(by, authority))
    entries = [*map(entry_of, rows), *texts]
    edition = _next_edition(authority, name)
    body = {
        "format": FORMAT,
        "schema": PACKAGE_SCHEMA,
        "name": name,
        "edition": edition,
        "title": title,
        "publisher": authority.name,
        "published": acting.today().isoformat(),
        "entries": entries,
    }
    package_from(body)
    refuse_what_is_not_published(entries, authority)
    row = Publication(
        authority=authority,
        name=name,
        edition=edition,
        title=title,
        body=keep(canonical(body), "application/json", f"{name}.json"),
        digest=digest_of(body),
    )
    row.full_clean()
    reason = gettext("Is published: anybody may read it.")
    change = save_or_propose(row, by=by, reason=reason)
    assert change is not None  # noqa: S101 — nobody publishes alone
    return change


def _next_edition(authority: Authority, name: str) -> int:
    rows = Publication.objects.filter(authority=authority, name=name)
    return (rows.aggregate(last=Max("edition"))["last"] or 0) + 1


@step
def revoke(row: Publication, *, by: Any, reason: str) -> RegisterChange:
    """Whoever took it is told; it waits for another too."""
    require(can_publish(by, row.authority))
    row.revoked_on, row.revoked_reason = acting.today(), reason
    change = save_or_propose(row, by=by, reason=reason)
    assert change is not None  # noqa: S101 — as above
    return change

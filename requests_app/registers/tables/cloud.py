"""Cloud, of the registers: cloud object, connection, exports, known objects, provider
and system."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import (
    CLOUD_KEEPERS,
    MAP_KEEPERS,
    SEE_REGISTERS,
    begins_in,
    in_reach,
)
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import InformationSet
from requests_app.registers.rights import keeps_shared
from requests_app.registers.tables.columns import (
    BETWEEN,
    LOOKUPS,
    CountryField,
    RowField,
    RowForm,
    RowsField,
    SharedRowForm,
)
from requests_app.registers.tables.files import Line, Register, filled_rows

# Cloud objects with the information sets that lie in them.


class CloudObjectForm(RowForm):
    own = ("branch", "information_sets")

    connection = forms.CharField(
        label=_("connection"),
        required=False,
        help_text=_("Only where several systems have the same name."),
    )
    information_sets = RowsField(
        InformationSet.objects.all(),
        to_field_name="name",
        label=_("information sets"),
        required=False,
    )

    class Meta(RowForm.Meta):
        model = CloudObject
        fields = (
            "authority",
            "branch",
            "system",
            "connection",
            "kind",
            "designation",
            "external_id",
            "information_sets",
        )

    def __init__(self, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(cells, **kwargs)
        system: Any = self.fields["system"]
        if cells["connection"]:
            system.queryset = system.queryset.filter(
                connection__name=cells["connection"]
            )

    def clean(self) -> dict[str, Any]:
        cells = super().clean()
        if not self.errors:
            # What somebody names is there; that it is gone no more waits for another.
            self.instance.gone_on = None
            self._refuse_sets_before_it_has_moved(cells)
        return cells

    def _refuse_sets_before_it_has_moved(self, cells: dict[str, Any]) -> None:
        """They are of the authority that it goes to, and would be lost on the way."""
        moves = self.before["authority_id"] not in (None, cells["authority"].pk)
        if moves and cells["information_sets"]:
            text = _("It goes to another authority: name its sets once it is there.")
            self.add_error("information_sets", text)

    def standing(self) -> CloudObject | None:
        rows = self.cleaned_data["system"].cloud_objects
        external_id = self.cleaned_data["external_id"]
        row = rows.filter(external_id__iexact=external_id).first()
        if row and row.authority_id not in self.authorities:
            text = gettext(
                "Another authority keeps this object: its keepers must change that."
            )
            raise ValidationError({"external_id": text})
        return row

    def new_links(self) -> Iterable[CloudObjectInformationSet]:
        row = self.instance
        linked = row.information_links.values("information_set")
        for information_set in self.cleaned_data["information_sets"].exclude(
            pk__in=linked
        ):
            yield CloudObjectInformationSet(
                cloud_object=row, information_set=information_set
            )

    @classmethod
    def cells_beside(cls, row: CloudObject) -> dict[str, Any]:
        names = [link.information_set.name for link in row.information_links.all()]
        return {
            "connection": row.system.connection.name,
            "information_sets": BETWEEN.join(sorted(names)),
        }


CLOUD_OBJECTS = Register(
    name="objects",
    form=CloudObjectForm,
    key=("system", "connection", "external_id"),
    kept_by=MAP_KEEPERS,
    seen_by=SEE_REGISTERS,
    note=_("Information sets are added to an object; none is taken away."),
    related=("authority", "branch", "system__connection"),
    prefetched=("information_links__information_set",),
    holds=Q(gone_on=None),
)

# Tenants and subscriptions at providers, and who runs them.


class ConnectionForm(RowForm):
    class Meta(RowForm.Meta):
        model = Connection
        fields = (
            "authority",
            "product",
            "name",
            "external_id",
            "is_active",
            "is_automatic",
        )

    def standing(self) -> Connection | None:
        rows = self.cleaned_data["product"].connections
        row = rows.filter(external_id=self.cleaned_data["external_id"]).first()
        if row and row.authority_id not in self.authorities:
            text = gettext("Another authority runs this connection.")
            raise ValidationError({"external_id": text})
        return row


CONNECTIONS = Register(
    name="connections",
    form=ConnectionForm,
    key=("product", "external_id"),
    kept_by=CLOUD_KEEPERS,
    seen_by=tuple(Role),
    note=_("Products are known by their names; what changes waits for another."),
    related=("authority", "product"),
)

# The map of objects as it is, read once to compare many rows with. Reads only.

Key = tuple[int, str]  # the system's number, and the identifier in small letters


class KnownObject(NamedTuple):
    pk: int
    authority: int
    branch: int | None
    kind: str
    designation: str
    gone_on: date | None


class KnownObjects(NamedTuple):
    objects: dict[Key, KnownObject]
    # Authority and designation, and the object that has it.
    designations: dict[tuple[int, str], Key]
    # The information sets of an object, by its number.
    sets: dict[int, set[int]]


def known_objects() -> KnownObjects:
    """Two queries, however much there is."""
    columns = (
        "system",
        "external_id",
        "pk",
        "authority",
        "branch",
        "kind",
        "designation",
    )
    rows = CloudObject.objects.order_by().values_list(*columns, "gone_on")
    objects = {
        (system, external_id.lower()): KnownObject(*row)
        for system, external_id, *row in rows.iterator()
    }
    designations = {(row.authority, row.designation): k for k, row in objects.items()}
    sets: dict[int, Any] = defaultdict(set)
    links = CloudObjectInformationSet.objects.order_by()
    for pk, set_key in links.values_list("cloud_object", "information_set").iterator():
        sets[pk].add(set_key)
    return KnownObjects(objects, designations, sets)


# What Exchange Online and SharePoint Online export, as rows of the map of objects.
#
# Sources: the columns of `Get-EXOMailbox` and `Get-SPOSite` with `Export-Csv`
# (MicrosoftDocs/office-docs-powershell). Only identifier and kind are read: names of
# mailboxes and titles of sites stay where they are.

Kind = CloudObject.Kind


class Shape(NamedTuple):
    """`identifier`: the column that names the object. `kind_column`: the one that tells
    its kind, by how its text begins. `letter`: begins the designations of new ones."""

    identifier: str
    kind_column: str
    kinds: dict[str, str]
    otherwise: str
    letter: str


SHAPES = {
    "exchange": Shape(
        "PrimarySmtpAddress", "RecipientTypeDetails", {}, Kind.MAILBOX, "M"
    ),
    "sharepoint": Shape(
        "Url",
        "Template",
        {"SPSPERS": Kind.DRIVE, "GROUP": Kind.TEAM, "TEAMCHANNEL": Kind.TEAM},
        Kind.SITE,
        "S",
    ),
}


def as_objects(
    text: str,
    shape: Shape,
    *,
    by: Any,
    authority: str,
    system: str,
    sets: str,
    most: int,
) -> list[Line]:
    """Rows for the register of objects, all of one authority and system. What is there
    already keeps its designation. Raises ValidationError for another shape."""
    heading, *rows = filled_rows(text, most)
    if shape.identifier not in heading[1]:
        message = gettext("Missing columns: %(names)s.") % {"names": shape.identifier}
        raise ValidationError(message)
    names = _names(system, by)
    common = {
        "authority": authority,
        "branch": "",
        "system": system,
        "connection": "",
        "information_sets": sets,
    }
    free = _free(shape.letter, authority, by)
    lines = []
    for number, row in rows:
        cells = dict(zip(heading[1], row, strict=False))
        external_id = cells.get(shape.identifier, "").strip()
        named = names.get(external_id.lower()) or next(free)
        own = {"kind": _kind(cells, shape), "designation": named}
        whole = len(row) >= len(heading[1])
        trouble = "" if whole else gettext("The row is cut off.")
        cells = {**common, **own, "external_id": external_id}
        lines.append(Line(number, cells if whole else {}, trouble))
    return lines


def _kind(cells: dict[str, str], shape: Shape) -> str:
    word = cells.get(shape.kind_column, "").partition("#")[0]
    return shape.kinds.get(word, shape.otherwise)


def _names(system: str, by: Any) -> dict[str, str]:
    """Identifier → designation, of what lies in systems of that name."""
    named = in_reach(CloudSystem.objects.filter(name=system), by)
    systems = set(named.values_list("pk", flat=True))
    return {
        external_id: row.designation
        for (pk, external_id), row in known_objects().objects.items()
        if pk in systems
    }


def _free(letter: str, authority: str, by: Any) -> Iterator[str]:
    """Designations that no object of the authority has: M-1, M-2 …"""
    rows = CloudObject.objects.filter(
        authority__in=in_reach(Authority.objects.filter(code__iexact=authority), by),
        designation__startswith=f"{letter}-",
    )
    taken = set(rows.values_list("designation", flat=True))
    number = 0
    while True:
        number += 1
        if (name := f"{letter}-{number}") not in taken:
            yield name


# Providers and their products, which authorities share.

NOTE = _(
    "Rows are added by anybody who keeps them; what changes is proposed by those who"
    " have the product run, and waits for another."
)


class NamedForm(SharedRowForm):
    """A row that is known by its name, all over the municipality."""

    def hindrance(self, row: Any) -> str:
        if keeps_shared(self.by, row):
            return ""
        return gettext("It is there, and others have it run: they change it.")


class ProviderForm(NamedForm):
    country = CountryField(label=_("country"), required=False)

    class Meta(NamedForm.Meta):
        model = Provider
        fields = ("name", "country", "contact")

    def standing(self) -> Provider | None:
        here = begins_in(self.by, *CLOUD_KEEPERS)
        self.instance.municipality_id = here
        name = self.cleaned_data["name"]
        return Provider.objects.filter(municipality=here, name=name).first()


class ProductForm(NamedForm):
    class Meta(NamedForm.Meta):
        model = ProviderProduct
        fields = (
            "provider",
            "name",
            "channel",
            "answer_minutes",
            "access_minutes",
            "access_is_fixed",
            "can_answer_partly",
            "revocation",
            "can_extend",
            "portal",
            "approve_label",
            "deny_label",
            "promise",
            "promise_source",
            "promise_read_on",
            "seal",
            "seal_source",
            "seal_read_on",
        )

    def standing(self) -> ProviderProduct | None:
        name = self.cleaned_data["name"]
        return self.cleaned_data["provider"].products.filter(name=name).first()


def _providers(user: Any) -> Any:
    return in_reach(Provider.objects.all(), user)


def _products(user: Any) -> Any:
    return in_reach(ProviderProduct.objects.all(), user)


PROVIDERS = Register(
    name="providers",
    form=ProviderForm,
    key=("name",),
    kept_by=CLOUD_KEEPERS,
    seen_by=tuple(Role),
    note=NOTE,
    related=(),
    visible=_providers,
)

PRODUCTS = Register(
    name="products",
    form=ProductForm,
    key=("provider", "name"),
    kept_by=CLOUD_KEEPERS,
    seen_by=tuple(Role),
    note=NOTE,
    related=("provider",),
    visible=_products,
)

# Systems of a connection, in which objects lie.


class SystemForm(RowForm):
    own = ("connection",)

    connection = RowField(
        Connection.objects.all(),
        lookups=LOOKUPS[Connection],
        label=_("connection"),
        help_text=_("Its name, or the tenant or subscription id."),
    )

    class Meta(RowForm.Meta):
        model = CloudSystem
        fields = ("authority", "connection", "name")

    def standing(self) -> CloudSystem | None:
        systems = self.cleaned_data["connection"].systems
        return systems.filter(name=self.cleaned_data["name"]).first()

    @classmethod
    def cells_beside(cls, row: CloudSystem) -> dict[str, Any]:
        return {
            "authority": row.connection.authority.code,
            "connection": row.connection.external_id,
        }


SYSTEMS = Register(
    name="systems",
    form=SystemForm,
    key=("authority", "connection", "name"),
    kept_by=CLOUD_KEEPERS,
    seen_by=tuple(Role),
    note=_("Systems are added, by the authority that runs the connection."),
    related=("connection__authority",),
    authority_path="connection__authority",
)

"""Cloud objects with the information sets that lie in them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Role,
)
from requests_app.registers.cells import Told, link, save, together
from requests_app.registers.register import (
    BETWEEN,
    EMPTY_IS_NONE,
    SEEN_BY,
    SEVERAL,
    Column,
    Table,
    allowed,
)

KEPT_BY = (Role.IT_MANAGER, Role.INFORMATION_OWNER)


def _put(cells: dict[str, str], by: Any) -> str:
    told = Told(cells, by, KEPT_BY)
    authority = told.authority()
    systems = CloudSystem.objects.filter(name=told.text("system"))
    if told.text("connection"):
        systems = systems.filter(connection__name=told.text("connection"))
    system = told.one("system", systems)
    row = CloudObject.objects.filter(
        system=system, external_id__iexact=told.text("external_id")
    ).first()
    if row is None:
        row = CloudObject(system=system)
    elif row.authority_id not in told.kept:
        text = _("Another authority keeps this object: its keepers must change that.")
        raise ValidationError({"external_id": text})
    row.external_id = told.text("external_id")
    row.kind = told.choice("kind", CloudObject.Kind)
    row.designation = told.text("designation")
    row.authority = authority
    row.branch = told.branch(authority)
    sets = told.each("information_sets", authority.information_sets.all(), "name")
    return together([save(row), *(_link(row, held) for held in sets)])


def _link(row: CloudObject, held: Any) -> str:
    there = row.information_links.filter(information_set=held).first()
    made = CloudObjectInformationSet(cloud_object=row, information_set=held)
    return link(there, made)


def _cells(row: CloudObject) -> list[Any]:
    held = [link.information_set.name for link in row.information_links.all()]
    return [
        row.authority.code,
        row.branch or "",
        row.system.name,
        row.system.connection.name,
        row.kind,
        row.designation,
        row.external_id,
        BETWEEN.join(sorted(held)),
    ]


CLOUD_OBJECTS = Table(
    "objects",
    CloudObject._meta.verbose_name_plural,
    CloudObject,
    (
        Column("authority", gettext_lazy("authority"), gettext_lazy("Code or name.")),
        Column("branch", gettext_lazy("branch of activity"), EMPTY_IS_NONE),
        Column("system", gettext_lazy("system")),
        Column(
            "connection",
            gettext_lazy("connection"),
            gettext_lazy("Only where several systems have the same name."),
        ),
        Column("kind", gettext_lazy("kind"), allowed(CloudObject.Kind)),
        Column("designation", gettext_lazy("designation")),
        Column("external_id", gettext_lazy("identifier at the provider")),
        Column("information_sets", gettext_lazy("information sets"), SEVERAL),
    ),
    ("system", "connection", "external_id"),
    KEPT_BY,
    SEEN_BY,
    _put,
    _cells,
    ("authority", "branch", "system__connection"),
    ("information_links__information_set",),
    gettext_lazy("Information sets are added to an object; none is taken away."),
)

"""Information sets with the provisions that may apply to them."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy

from requests_app import permissions
from requests_app.models import (
    InformationSet,
    InformationSetProvision,
    Provision,
    Role,
)
from requests_app.registers.cells import Told, link, save, together
from requests_app.registers.register import (
    BETWEEN,
    EMPTY_IS_NONE,
    SEEN_BY,
    SEVERAL,
    YES_OR_NO,
    Column,
    Table,
    allowed,
)

KEPT_BY = (Role.INFORMATION_OWNER,)


def _put(cells: dict[str, str], by: Any) -> str:
    told = Told(cells, by, KEPT_BY)
    authority = told.authority()
    name = told.text("name")
    row = authority.information_sets.filter(name=name).first()
    row = row or InformationSet(authority=authority, name=name)
    row.branch = told.branch(authority)
    row.description = told.text("description")
    row.process_code = told.text("process_code")
    row.personal_data = told.choice("personal_data", InformationSet.PersonalData)
    row.protected_identities_possible = told.yes("protected_identities_possible")
    provisions = told.each("provisions", _begun(), "code")
    return together([save(row), *(_link(row, law) for law in provisions)])


def _begun() -> QuerySet[Provision]:
    """Versions that have begun, the newest of each code last."""
    rows = Provision.objects.exclude(valid_from__gt=permissions.today())
    return rows.order_by(F("valid_from").asc(nulls_first=True))


def _link(row: InformationSet, provision: Provision) -> str:
    there = row.provision_links.filter(provision__code=provision.code).first()
    made = InformationSetProvision(information_set=row, provision=provision)
    return link(there, made)


def _cells(row: InformationSet) -> list[Any]:
    codes = {link.provision.code for link in row.provision_links.all()}
    return [
        row.authority.code,
        row.branch or "",
        row.name,
        row.description,
        row.process_code,
        row.personal_data,
        row.protected_identities_possible,
        BETWEEN.join(sorted(codes)),
    ]


INFORMATION_SETS = Table(
    "information-sets",
    InformationSet._meta.verbose_name_plural,
    InformationSet,
    (
        Column("authority", gettext_lazy("authority"), gettext_lazy("Code or name.")),
        Column("branch", gettext_lazy("branch of activity"), EMPTY_IS_NONE),
        Column("name", gettext_lazy("name")),
        Column("description", gettext_lazy("description"), EMPTY_IS_NONE),
        Column("process_code", gettext_lazy("process code"), EMPTY_IS_NONE),
        Column(
            "personal_data",
            gettext_lazy("personal data"),
            allowed(InformationSet.PersonalData),
        ),
        Column(
            "protected_identities_possible",
            gettext_lazy("persons with protected identity may occur"),
            YES_OR_NO,
        ),
        Column("provisions", gettext_lazy("provisions"), SEVERAL),
    ),
    ("authority", "name"),
    KEPT_BY,
    SEEN_BY,
    _put,
    _cells,
    ("authority", "branch"),
    ("provision_links__provision",),
    gettext_lazy(
        "Provisions are added to a set; none is taken away. Named lists are entered in"
        " the set's own form."
    ),
)

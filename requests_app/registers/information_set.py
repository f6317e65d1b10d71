"""Information sets with the provisions that may apply to them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from requests_app.models import (
    InformationSet,
    InformationSetProvision,
    Provision,
)
from requests_app.permissions.roles import INFORMATION_KEEPERS, SEE_REGISTERS, today
from requests_app.registers.fields import BETWEEN, RowsField
from requests_app.registers.register import Register
from requests_app.registers.row import RowForm


class InformationSetForm(RowForm):
    own = ("branch",)

    provisions = RowsField(
        Provision.objects.all(),
        to_field_name="code",
        label=_("provisions"),
        required=False,
        help_text=_(
            "Codes as the list of provisions has them, such as OSL-23-2-st1; several"
            " with | between them."
        ),
    )

    class Meta(RowForm.Meta):
        model = InformationSet
        fields = (
            "authority",
            "branch",
            "name",
            "description",
            "process_code",
            "personal_data",
            "protected_identities_possible",
            "provisions",
        )

    def __init__(self, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(cells, **kwargs)
        provisions: Any = self.fields["provisions"]
        # Versions that have begun, the newest of each code last.
        begun = Provision.objects.exclude(valid_from__gt=today())
        provisions.queryset = begun.order_by(F("valid_from").asc(nulls_first=True))

    def standing(self) -> InformationSet | None:
        rows = self.cleaned_data["authority"].information_sets
        return rows.filter(name=self.cleaned_data["name"]).first()

    def new_links(self) -> Iterable[InformationSetProvision]:
        row = self.instance
        linked = row.provision_links.values("provision__code")
        provisions = self.cleaned_data["provisions"].exclude(code__in=linked)
        for provision in {law.code: law for law in provisions}.values():
            yield InformationSetProvision(information_set=row, provision=provision)

    @classmethod
    def cells_beside(cls, row: InformationSet) -> dict[str, Any]:
        codes = {link.provision.code for link in row.provision_links.all()}
        return {"provisions": BETWEEN.join(sorted(codes))}


INFORMATION_SETS = Register(
    name="information-sets",
    form=InformationSetForm,
    key=("authority", "name"),
    kept_by=INFORMATION_KEEPERS,
    seen_by=SEE_REGISTERS,
    note=_(
        "Provisions are added to a set; none is taken away. Named lists are entered in"
        " the set's own form."
    ),
    related=("authority", "branch"),
    prefetched=("provision_links__provision",),
)

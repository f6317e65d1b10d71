"""Cloud objects with the information sets that lie in them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import (
    CloudObject,
    CloudObjectInformationSet,
    InformationSet,
)
from requests_app.permissions.roles import MAP_KEEPERS, SEE_REGISTERS
from requests_app.registers.fields import BETWEEN, RowsField
from requests_app.registers.register import Register
from requests_app.registers.row import RowForm


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

"""Tenants and subscriptions at providers, and who runs them."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import Connection, Role
from requests_app.permissions.roles import CLOUD_KEEPERS
from requests_app.registers.register import Register
from requests_app.registers.row import RowForm


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

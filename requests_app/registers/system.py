"""Systems of a connection, in which objects lie."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.models import CloudSystem, Connection, Role
from requests_app.permissions.roles import CLOUD_KEEPERS
from requests_app.registers.fields import RowField
from requests_app.registers.register import Register
from requests_app.registers.row import LOOKUPS, RowForm


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

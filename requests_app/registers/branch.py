"""Independent branches of activity inside authorities."""

from django.utils.translation import gettext_lazy as _

from requests_app.models import Role, SecrecyBranch
from requests_app.permissions.roles import MANAGERS
from requests_app.registers.register import Register
from requests_app.registers.row import RowForm


class BranchForm(RowForm):
    class Meta(RowForm.Meta):
        model = SecrecyBranch
        fields = ("authority", "name")

    def standing(self) -> SecrecyBranch | None:
        cells = self.cleaned_data
        return cells["authority"].branches.filter(name=cells["name"]).first()


BRANCHES = Register(
    name="branches",
    form=BranchForm,
    key=("authority", "name"),
    kept_by=MANAGERS,
    seen_by=tuple(Role),
    note=_("Branches are added; the name of one is changed in its own form."),
    related=("authority",),
)

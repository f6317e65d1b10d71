"""Roles: rows are added as one manager's, for another to look at; none is changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.models import Role, RoleAssignment
from requests_app.registers.register import Register
from requests_app.registers.row import RowForm

IDENTIFIED_BY = ("person", "role", "authority", "branch", "valid_from", "valid_to")


class RoleForm(RowForm):
    own = ("branch",)
    only_adds = True

    class Meta(RowForm.Meta):
        model = RoleAssignment
        fields = (
            "person",
            "role",
            "authority",
            "branch",
            "employer",
            "basis",
            "valid_from",
            "valid_to",
            "reason",
        )
        help_texts = {"person": _("The user name.")}

    def __init__(self, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(cells, **kwargs)
        self.instance.given_by = self.by

    def clean_person(self) -> Any:
        person = self.cleaned_data["person"]
        if person == self.by:
            raise ValidationError(gettext("Nobody gives themselves a role."))
        return person

    def standing(self) -> RoleAssignment | None:
        same = {name: self.cleaned_data[name] for name in IDENTIFIED_BY}
        return RoleAssignment.objects.filter(**same).first()


ROLES = Register(
    name="roles",
    form=RoleForm,
    key=("person", "role", "authority", "branch", "valid_from"),
    kept_by=permissions.MANAGERS,
    seen_by=tuple(Role),
    note=_("Roles are added, none is changed or ended. Another manager looks at each."),
    related=("person", "authority", "branch", "employer"),
)

"""Roles: rows are added as one manager's, for another to confirm; none is changed."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.law.combinations import why_to_be_explained
from requests_app.law.giving_roles import why_not_given
from requests_app.models import Role, RoleAssignment
from requests_app.permissions.roles import MANAGERS
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
            "decided_on",
            "valid_from",
            "valid_to",
            "reason",
            "combined_because",
        )
        help_texts = {"person": _("The user name.")}

    def __init__(self, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(cells, **kwargs)
        self.instance.given_by = self.by

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        is_new = self.instance.pk is None and not self.errors
        if is_new and (text := why_not_given(self.by, self.instance)):
            self.add_error("person", text)
        elif is_new and (text := why_to_be_explained(self.instance)):
            self.add_error("combined_because", text)

    def write(self, save: Callable[[models.Model], bool]) -> str:
        # Nobody has looked at the person: at night too, the role waits to be confirmed.
        if self.instance.pk is None:
            self.instance.given_at = clock.now()
        return super().write(save)

    def standing(self) -> RoleAssignment | None:
        same = {name: self.cleaned_data[name] for name in IDENTIFIED_BY}
        return RoleAssignment.objects.standing().filter(**same).first()


ROLES = Register(
    name="roles",
    form=RoleForm,
    key=("person", "role", "authority", "branch", "valid_from"),
    kept_by=MANAGERS,
    seen_by=tuple(Role),
    note=_("Roles are added, none is changed or ended. Another confirms each."),
    related=("person", "authority", "branch"),
    holds=models.Q(refused_at=None, ended_at=None),
)

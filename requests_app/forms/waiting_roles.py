"""The roles of an authority that wait, looked through and settled together."""

from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.several import SeveralForm, reason_field, rows_field
from requests_app.models import RoleAssignment
from requests_app.permissions.confirming import waiting_roles
from requests_app.workflow.role import why_not_confirmed

PEOPLE = ("person", "authority", "branch", "given_by")


class Line(NamedTuple):
    """A role as the page shows it; `why_not` where it is another's."""

    role: RoleAssignment
    is_ticked: bool
    why_not: str
    error: str


class WaitingRolesForm(SeveralForm):
    """About an authority: which of its roles, and why where they are refused."""

    template = "lockbox/role/waiting.html"
    stop = "refuse"
    stop_needs_reason = _("Say why they are refused.")
    reason_without_stop = _("A reason is for refusing: empty it to confirm the roles.")
    most = 300

    rows = rows_field(
        RoleAssignment.objects.none(),
        label=_("Roles"),
        required=_("Tick the roles that you mean."),
    )
    reason = reason_field(_("Reason for refusing"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_authority = RoleAssignment.objects.filter(authority=self.subject.pk)
        self.choice("rows").queryset = of_authority.select_related("person")

    @cached_property
    def waiting(self) -> list[Any]:
        rows = waiting_roles(self.by, self.subject.pk)
        return list(rows.select_related(*PEOPLE)[: self.most + 1])

    @cached_property
    def lines(self) -> list[Line]:
        """What waits; and what was ticked and waits no more, with why."""
        known = {row.pk for row in self.shown}
        gone = RoleAssignment.objects.filter(pk__in=self.errors_of.keys() - known)
        return [
            *[self._line(row, is_theirs=row.is_theirs) for row in self.shown],
            *[self._line(row, is_theirs=True) for row in gone.select_related(*PEOPLE)],
        ]

    def _line(self, row: RoleAssignment, *, is_theirs: bool) -> Line:
        return Line(
            row,
            is_theirs and self.is_ticked(row.pk),
            "" if is_theirs else why_not_confirmed(self.by, row),
            self.errors_of.get(row.pk, ""),
        )

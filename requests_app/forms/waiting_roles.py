"""The roles of an authority that wait, looked through and settled together."""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.forms.step import StepForm
from requests_app.models import RoleAssignment
from requests_app.permissions.managers import waiting_roles
from requests_app.workflow.role import SomeHindered, why_not_confirmed

# As many as one person reads before they stand for them, and one request carries out.
MOST = 300
PEOPLE = ("person", "authority", "branch", "employer", "given_by")


class Line(NamedTuple):
    """A role as the page shows it; `why_not` where it is another manager's."""

    role: RoleAssignment
    is_ticked: bool
    why_not: str
    error: str


class WaitingRolesForm(StepForm):
    """About an authority: which of its roles, and why where they are refused."""

    template = "lockbox/role/waiting.html"

    roles = forms.ModelMultipleChoiceField(
        RoleAssignment.objects.none(),
        label=gettext_lazy("Roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick the roles that you mean.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for refusing"), max_length=300, required=False
    )

    def __init__(self, *args: Any, tick_all: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tick_all = tick_all
        self.errors_of: dict[int, str] = {}
        of_authority = RoleAssignment.objects.filter(authority=self.subject.pk)
        self.choice("roles").queryset = of_authority.select_related("person")

    @property
    def refuses(self) -> bool:
        return self.data.get("do") == "refuse"

    @cached_property
    def waiting(self) -> list[Any]:
        rows = waiting_roles(self.by, self.subject.pk)
        return list(rows.select_related(*PEOPLE)[: MOST + 1])

    @cached_property
    def lines(self) -> list[Line]:
        """What waits; and what was ticked and waits no more, with why."""
        shown = self.waiting[:MOST]
        known = {row.pk for row in shown}
        gone = RoleAssignment.objects.filter(pk__in=self.errors_of.keys() - known)
        return [
            *[self._line(row, is_theirs=row.is_theirs) for row in shown],
            *[self._line(row, is_theirs=True) for row in gone.select_related(*PEOPLE)],
        ]

    def _line(self, row: RoleAssignment, *, is_theirs: bool) -> Line:
        data: Any = self.data
        ticked = data.getlist("roles") if self.is_bound else []
        return Line(
            row,
            is_theirs and (self.tick_all or str(row.pk) in ticked),
            "" if is_theirs else why_not_confirmed(self.by, row),
            self.errors_of.get(row.pk, ""),
        )

    @property
    def goes_on(self) -> bool:
        """Does more wait than is shown?"""
        return len(self.waiting) > MOST

    def clean_roles(self) -> list[RoleAssignment]:
        """Each with the version that was looked at."""
        rows = list(self.cleaned_data["roles"])
        for row in rows:
            seen = self.data.get(f"seen_{row.pk}", "")
            if not seen.isdecimal() or len(seen) > 9:
                raise ValidationError(
                    _("Nothing says what you saw: look at it, and try again.")
                )
            row.version = int(seen)
        return rows

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if self.refuses and not reason:
            raise ValidationError(_("Say why they are refused."))
        if reason and not self.refuses:
            raise ValidationError(
                _("A reason is for refusing: empty it to confirm the roles.")
            )
        return reason

    def step_fields(self) -> dict[str, Any]:
        reason = {"reason": self.cleaned_data["reason"]} if self.refuses else {}
        return {"roles": self.cleaned_data["roles"], **reason}

    def hindered(self, error: SomeHindered) -> None:
        """Say it beside each; nothing has been done."""
        self.errors_of = error.why
        self.add_error("roles", _("Nothing has been done: see the roles marked below."))

"""Who sits in the seats of a plan of roles."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import DayField
from requests_app.forms.step import StepForm
from requests_app.law.combinations import (
    Combination,
    combinations_of,
    why_to_be_explained,
)
from requests_app.law.role_plan import PLANS, Seat
from requests_app.models import Role
from requests_app.models.role_assignment import BY_THE_BOARD
from requests_app.permissions.people import placeable_by
from requests_app.words.swedish_order import in_swedish
from requests_app.workflow.role_plan import Placed, lacking


@dataclass(frozen=True)
class SeatFields:
    """A seat as the page shows it: its fields, and what together is to be explained."""

    seat: Seat
    roles: list[str]
    combinations: list[Combination]
    person: Any
    because: Any

    @property
    def confirms(self) -> bool:
        return Role.CONFIRMER in self.seat.roles

    @property
    def is_to_explain(self) -> bool:
        """By the seat's own roles, or by those that its person has already."""
        return bool(self.combinations or self.because.errors or self.because.value())


class RolePlanForm(StepForm):
    """Gives roles at an authority (`subject`) by a plan for `number` people."""

    template = "lockbox/role/plan.html"
    decided_on = DayField(label=_("Day of the board's decision"), required=False)
    basis = forms.CharField(
        label=_("Paragraph or diary number of the decision"),
        max_length=200,
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Stands with each role.")
    )

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        people = placeable_by(self.by).order_by(in_swedish("last_name"), "pk")
        for place in range(len(PLANS[number])):
            self.fields[f"person_{place}"] = forms.ModelChoiceField(
                people, label=_("Person"), required=False, empty_label="—"
            )
            self.fields[f"because_{place}"] = forms.CharField(
                label=_("Why one person has these together"),
                max_length=300,
                required=False,
            )

    @property
    def seats(self) -> list[SeatFields]:
        return [
            SeatFields(
                seat,
                [str(role.label) for role in seat.roles],
                combinations_of(seat.roles),
                self[f"person_{place}"],
                self[f"because_{place}"],
            )
            for place, seat in enumerate(PLANS[self.number])
        ]

    def placed(self) -> list[tuple[int, Placed]]:
        """Who was chosen, by the place of their seat."""
        of = self.cleaned_data
        by = of.get("decided_on"), of.get("basis", "")
        return [
            (place, Placed(person, seat.roles, of.get(f"because_{place}", ""), *by))
            for place, seat in enumerate(PLANS[self.number])
            if (person := of.get(f"person_{place}"))
        ]

    def clean(self) -> dict[str, Any]:
        for place, one in self.placed():
            self._refuse(place, one)
        if not self.errors and not self.placed():
            raise ValidationError(_("Choose who sits where."))
        return self.cleaned_data

    def _refuse(self, place: int, one: Placed) -> None:
        for row in lacking(self.subject, one):
            if row.role == Role.CONFIRMER and not (row.decided_on and row.basis):
                blank = "basis" if row.decided_on else "decided_on"
                return self.add_error(blank, BY_THE_BOARD)
            try:
                row.validate_constraints()
            except ValidationError as error:
                return self.add_error(f"person_{place}", error.messages)
            if why := why_to_be_explained(row, one.roles):
                return self.add_error(f"because_{place}", why)
        return None

    def step_fields(self) -> dict[str, Any]:
        placed = [one for _place, one in self.placed()]
        return {"placed": placed, "reason": self.cleaned_data["reason"]}

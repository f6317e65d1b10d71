"""Several rows looked through and settled together: gone on with, or stopped."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from requests_app.forms.step import StepForm, is_version
from requests_app.workflow.several import SomeHindered


class SeveralForm(StepForm):
    """Which of the rows that wait, and why where they are stopped. A form of this kind
    has the fields `rows` and `reason`, and says which rows wait."""

    # What is done to them, as refusals are recorded.
    go = "confirm"
    # The button that stops them; what is said where its reason lacks, or is too much.
    stop = ""
    stop_needs_reason: Any
    reason_without_stop: Any
    # As many as one person reads before they stand for them, and one request settles.
    most: int

    def __init__(self, *args: Any, tick_all: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tick_all = tick_all
        self.errors_of: dict[int, str] = {}

    @property
    def stops(self) -> bool:
        return bool(self.stop) and self.data.get("do") == self.stop

    @cached_property
    def waiting(self) -> list[Any]:
        raise NotImplementedError

    @property
    def shown(self) -> list[Any]:
        """As much of what waits as is shown at once."""
        return self.waiting[: self.most]

    @property
    def goes_on(self) -> bool:
        """Does more wait than is shown?"""
        return len(self.waiting) > self.most

    def is_ticked(self, pk: int) -> bool:
        data: Any = self.data
        ticked = data.getlist("rows") if self.is_bound else []
        return self.tick_all or str(pk) in ticked

    def clean_rows(self) -> list[Any]:
        """Each with the version that was looked at."""
        rows = list(self.cleaned_data["rows"])
        for row in rows:
            seen = self.data.get(f"seen_{row.pk}", "")
            if not is_version(seen):
                raise ValidationError(
                    _("Nothing says what you saw: look at it, and try again.")
                )
            row.version = int(seen)
        return rows

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if self.stops and not reason:
            raise ValidationError(self.stop_needs_reason)
        if reason and not self.stops:
            raise ValidationError(self.reason_without_stop)
        return reason

    def step_fields(self) -> dict[str, Any]:
        reason = {"reason": self.cleaned_data["reason"]} if self.stops else {}
        return {"rows": self.cleaned_data["rows"], **reason}

    def hindered(self, error: SomeHindered) -> None:
        """Say it beside each; nothing has been done."""
        self.errors_of = error.why
        self.tell_of_lines()

    def tell_of_lines(self) -> None:
        """Where something is said beside a line, say that it is."""
        if self.errors_of:
            text = _("Nothing has been done: see what is marked below.")
            self.add_error("rows", text)


def rows_field(queryset: Any, *, label: Any, required: Any) -> Any:
    """The rows that are ticked; `required` is said where none is."""
    return forms.ModelMultipleChoiceField(
        queryset,
        label=label,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": required},
    )


def reason_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, required=False)

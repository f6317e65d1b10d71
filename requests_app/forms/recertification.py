"""Power that waits to be confirmed anew, looked through and settled together."""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.forms.step import StepForm, is_version
from requests_app.models import Recertification
from requests_app.selectors.recertification import MOST, Line, lines_of, to_confirm
from requests_app.workflow.recertification import SomeHindered


class Shown(NamedTuple):
    """A line as the page shows it."""

    line: Line
    is_ticked: bool
    error: str


class RecertificationForm(StepForm):
    """Which of what waits is confirmed or ended, and why where it is ended."""

    template = "lockbox/recertification/form.html"

    rows = forms.ModelMultipleChoiceField(
        Recertification.objects.none(),
        label=gettext_lazy("Rights and roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick those that you mean.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for ending"), max_length=300, required=False
    )

    def __init__(self, *args: Any, tick_all: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, subject=None, **kwargs)
        self.tick_all = tick_all
        self.errors_of: dict[int, str] = {}
        self.choice("rows").queryset = Recertification.objects.select_related("person")

    @property
    def ends(self) -> bool:
        return self.data.get("do") == "end"

    @cached_property
    def waiting(self) -> list[Line]:
        return to_confirm(self.by)

    @property
    def goes_on(self) -> bool:
        """Does more wait than is shown?"""
        return len(self.waiting) > MOST

    @cached_property
    def lines(self) -> list[Shown]:
        """What waits; and what was ticked and waits no more, with why."""
        known = {line.row.pk for line in self.waiting}
        gone = Recertification.objects.filter(pk__in=self.errors_of.keys() - known)
        past = lines_of(gone.select_related("authority", "person"))
        return [self._shown(line) for line in [*past, *self.waiting[:MOST]]]

    def _shown(self, line: Line) -> Shown:
        data: Any = self.data
        ticked = data.getlist("rows") if self.is_bound else []
        is_ticked = self.tick_all or str(line.row.pk) in ticked
        return Shown(line, is_ticked, self.errors_of.get(line.row.pk, ""))

    def clean_rows(self) -> list[Recertification]:
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
        if self.ends and not reason:
            raise ValidationError(_("Say why they end."))
        if reason and not self.ends:
            raise ValidationError(
                _("A reason is for ending: empty it to confirm them.")
            )
        return reason

    def step_fields(self) -> dict[str, Any]:
        reason = {"reason": self.cleaned_data["reason"]} if self.ends else {}
        return {"rows": self.cleaned_data["rows"], **reason}

    def hindered(self, error: SomeHindered) -> None:
        """Say it beside each; nothing has been done."""
        self.errors_of = error.why
        self.add_error("rows", _("Nothing has been done: see what is marked below."))

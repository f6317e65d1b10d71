"""Power that waits to be confirmed anew, looked through and settled together."""

from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.several import SeveralForm, reason_field, rows_field
from requests_app.models import Recertification
from requests_app.selectors.recertification import MOST, Line, lines_of, to_confirm


class Shown(NamedTuple):
    """A line as the page shows it."""

    line: Line
    is_ticked: bool
    error: str


class RecertificationForm(SeveralForm):
    """Which of what waits is confirmed or ended, and why where it is ended."""

    template = "lockbox/recertification/form.html"
    stop = "end"
    stop_needs_reason = _("Say why they end.")
    reason_without_stop = _("A reason is for ending: empty it to confirm them.")
    most = MOST

    rows = rows_field(
        Recertification.objects.none(),
        label=_("Rights and roles"),
        required=_("Tick those that you mean."),
    )
    reason = reason_field(_("Reason for ending"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=None, **kwargs)
        self.choice("rows").queryset = Recertification.objects.select_related("person")

    @cached_property
    def waiting(self) -> list[Line]:
        return to_confirm(self.by)

    @cached_property
    def lines(self) -> list[Shown]:
        """What waits; and what was ticked and waits no more, with why."""
        known = {line.row.pk for line in self.waiting}
        gone = Recertification.objects.filter(pk__in=self.errors_of.keys() - known)
        past = lines_of(gone.select_related("authority", "person"))
        return [self._shown(line) for line in [*past, *self.shown]]

    def _shown(self, line: Line) -> Shown:
        pk = line.row.pk
        return Shown(line, self.is_ticked(pk), self.errors_of.get(pk, ""))

"""What was taken of packages for an authority, looked through and settled together."""

from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.several import SeveralForm, reason_field, rows_field
from requests_app.models import Origin
from requests_app.permissions.package import origins_to_settle, origins_waiting
from requests_app.registers.entry import Difference
from requests_app.registers.look import KINDS
from requests_app.selectors.origin import becomes
from requests_app.workflow.taken import drafted


class Line(NamedTuple):
    """`pk` is the origin's, `version` that of what waits; `why_not` where it is for
    somebody else."""

    pk: int
    version: int
    kind_label: Any
    opts: Any
    origin: Origin
    waits: Any
    becomes: list[Difference]
    is_ticked: bool
    why_not: str
    error: str


class TakenForm(SeveralForm):
    """About an authority: which of what waits, and why where it is refused."""

    template = "lockbox/package/taken.html"
    stop = "refuse"
    stop_needs_reason = _("Say why they are refused.")
    reason_without_stop = _("A reason is for refusing: empty it to confirm.")
    most = 200

    rows = rows_field(
        Origin.objects.none(),
        label=_("What waits"),
        required=_("Tick what you mean."),
    )
    reason = reason_field(_("Reason for refusing"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_authority = Origin.objects.filter(authority=self.subject.pk)
        self.choice("rows").queryset = of_authority.select_related("change")

    @cached_property
    def waiting(self) -> list[Any]:
        rows = origins_waiting(self.subject).select_related("change", "taken_by")
        return list(rows.order_by("pk")[: self.most + 1])

    @cached_property
    def lines(self) -> list[Line]:
        theirs = set(
            origins_to_settle(self.by, self.subject).values_list("pk", flat=True)
        )
        return [self._line(row, is_theirs=row.pk in theirs) for row in self.shown]

    @property
    def theirs(self) -> int:
        return sum(not line.why_not for line in self.lines)

    def _line(self, origin: Origin, *, is_theirs: bool) -> Line:
        waits = drafted(origin)
        own = origin.taken_by_id == self.by.pk
        why = (
            _("You took it: another confirms it.") if own else _("Another confirms it.")
        )
        return Line(
            pk=origin.pk,
            version=waits.version,
            kind_label=KINDS[origin.kind],
            opts=waits._meta,
            origin=origin,
            waits=waits,
            becomes=becomes(origin),
            is_ticked=is_theirs and self.is_ticked(origin.pk),
            why_not="" if is_theirs else str(why),
            error=self.errors_of.get(origin.pk, ""),
        )

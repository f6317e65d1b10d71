"""What was taken of a package, settled by a second person in one sitting."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import DelegationRule, Origin, StandingAssessment
from requests_app.workflow import register_change, role, standing_assessment
from requests_app.workflow.several import SomeHindered
from requests_app.workflow.step import Step, WrongState, step

Act = Step[..., Any]
TABLES: dict[str, Any] = {
    model._meta.db_table: model for model in (DelegationRule, StandingAssessment)
}
CONFIRM: dict[Any, Act] = {
    DelegationRule: role.confirm_delegation,
    StandingAssessment: standing_assessment.confirm,
}
REFUSE: dict[Any, Act] = {StandingAssessment: standing_assessment.revoke}


def drafted(origin: Origin) -> Any:
    """What waits: the change, or the row that is not yet confirmed."""
    if origin.change is not None:
        return origin.change
    return TABLES[origin.row_table].objects.get(pk=origin.row_id)


@step
def confirm_taken(rows: Iterable[Origin], *, by: Any) -> int:
    """Each by its own step; all or none. `version` of each is that of what was looked
    at. Raises SomeHindered."""
    return _each(rows, by, lambda row: CONFIRM.get(type(row), register_change.confirm))


@step
def refuse_taken(rows: Iterable[Origin], *, by: Any, reason: str) -> int:
    """The same. Raises SomeHindered."""
    return _each(rows, by, _refusal, reason=reason)


def _refusal(row: Any) -> Act:
    if isinstance(row, DelegationRule):
        text = _("An item is not refused: left unconfirmed, nobody decides under it.")
        raise WrongState(text)
    return REFUSE.get(type(row), register_change.refuse)


def _each(
    rows: Iterable[Origin], by: Any, act_on: Callable[[Any], Act], **fields: Any
) -> int:
    hindered = SomeHindered()
    # Sets and items before what rests on them.
    for origin in sorted(rows, key=lambda one: (one.change is None, one.row_id or 0)):
        row = drafted(origin)
        row.version = origin.version
        with hindered.settling(row, origin.pk, _why_denied):
            act = act_on(row)
            act.begin(row, by)
            act.function(row, by=by, **fields)
    return hindered.number_settled()


def _why_denied(_row: Any) -> str:
    return _("It is for somebody else to settle.")

"""How each sort of power ends: its own step, past the question whose it is to take."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from audit_app.bearer import BearerToken
from requests_app.models import (
    Authority,
    ContractClient,
    DelegationRule,
    InformationSetPerson,
    NoticeChannel,
    RoleAssignment,
    StandingAssessment,
)
from requests_app.permissions.delegation import someone_decides
from requests_app.permissions.roles import today
from requests_app.workflow import contract, notice_channel, role, standing_assessment
from requests_app.workflow.step import Step, save


def why_not_ended(subject: Any, by: Any) -> str:
    """Why it can't end now; empty where it can."""
    rule = HINDRANCES.get(type(subject))
    return rule(subject, by) if rule else ""


def end(subject: Any, *, by: Any, reason: str) -> None:
    """Inside a step."""
    ENDINGS[_sort_of(subject)](subject, by, reason)


def _sort_of(subject: Any) -> type[Any]:
    return BearerToken if isinstance(subject, BearerToken) else type(subject)


def _role_hindrance(subject: RoleAssignment, by: Any) -> str:
    return role.end_role.hindrance(by, subject)


def _item_hindrance(subject: DelegationRule, _by: Any) -> str:
    Authority.objects.select_for_update().get(pk=subject.authority_id)
    tomorrow = today() + timedelta(days=1)
    decides = someone_decides(subject.authority_id, tomorrow)
    left = someone_decides(subject.authority_id, tomorrow, without_rule=subject.pk)
    if left or not decides:
        return ""
    return _(
        "Nobody would then decide for the authority: enter and confirm another item"
        " first."
    )


def _name_hindrance(subject: InformationSetPerson, by: Any) -> str:
    others = subject.information_set.named_people.exclude(pk=subject.pk)
    if not others.exists():
        return _("Nobody would be left on the list: name another person first.")
    if by.is_machine:
        return ""
    return _("It takes two to take a name off: propose it on the information set.")


def _end_item(subject: DelegationRule, by: Any, reason: str) -> None:
    """At the end of the day: what has been decided today keeps its item."""
    save(subject, valid_to=max(today(), subject.valid_from))


def _end_name(subject: InformationSetPerson, by: Any, reason: str) -> None:
    subject.delete()


HINDRANCES: dict[type[Any], Callable[[Any, Any], str]] = {
    RoleAssignment: _role_hindrance,
    DelegationRule: _item_hindrance,
    InformationSetPerson: _name_hindrance,
}


def _by_step(act: Step[..., None]) -> Callable[[Any, Any, str], None]:
    return lambda subject, by, reason: act.function(subject, by=by, reason=reason)


# A token is void once its recertification says that it has ended.
ENDINGS: dict[type[Any], Callable[[Any, Any, str], None]] = {
    RoleAssignment: _by_step(role.end_role),
    DelegationRule: _end_item,
    StandingAssessment: _by_step(standing_assessment.revoke),
    InformationSetPerson: _end_name,
    ContractClient: _by_step(contract.end_client),
    NoticeChannel: _by_step(notice_channel.end_channel),
    BearerToken: lambda _subject, _by, _reason: None,
}

"""What the authority's directory says of people, signed by the machine account
"directory". Whom it leaves out is out at once, unless too few would be left with a
role; whom it takes back gets no confirmed role along."""

from typing import Any

from django.contrib.auth import get_user_model

from requests_app.law.last_holders import why_not_gone
from requests_app.workflow.person import keep_account
from requests_app.workflow.role import take_back_confirmations
from requests_app.workflow.step import WrongState, note, save


def keep_person(
    person: Any, *, by: Any, is_active: bool | None = None, **values: Any
) -> None:
    """Make or change an account, inside acting(). Columns by name; None leaves the
    account as open or closed as it is. Raises WrongState where too few would be left
    with a role."""
    before = get_user_model()._default_manager.filter(pk=person.pk).first()
    if before is not None and values["directory_roles"] is not None:
        _refuse(why_not_gone(before, keeps=values["directory_roles"]))
    for name, value in values.items():
        setattr(person, name, value)
    if before is not None and is_active and not before.is_active:
        take_back_confirmations(person, by=by)
        person.is_active = True
        note("user.reactivated", on=person, by=by)
    keep_account(person, by=by)
    if before is None:
        note("user.provisioned", on=person, by=by)
    if is_active is False and person.is_active:
        close_account(person, by=by)


def close_account(person: Any, *, by: Any) -> None:
    """Ends every session at once, inside acting(); history and evidence stay. Raises
    WrongState where too few would be left with a role."""
    if person.is_active:
        _refuse(why_not_gone(person))
        save(person, is_active=False)
        note("user.deactivated", on=person, by=by)


def _refuse(missed: str) -> None:
    if missed:
        raise WrongState(missed)

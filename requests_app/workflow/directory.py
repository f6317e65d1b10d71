"""What the authority's directory says of people, signed by the machine account
"directory". Whom it leaves out is out at once, whoever else would then decide; whom it
takes back gets no confirmed role along."""

from typing import Any

from django.contrib.auth import get_user_model

from requests_app.workflow.person import keep_account
from requests_app.workflow.role import take_back_confirmations
from requests_app.workflow.step import note, save


def keep_person(
    person: Any, *, by: Any, is_active: bool | None = None, **values: Any
) -> None:
    """Make or change an account, inside acting(). Columns by name; None leaves the
    account as open or closed as it is."""
    before = get_user_model()._default_manager.filter(pk=person.pk).first()
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
    """Ends every session at once, inside acting(); history and evidence stay."""
    if person.is_active:
        save(person, is_active=False)
        note("user.deactivated", on=person, by=by)

"""Accounts: closed for good, opened anew, and a password that only the person knows."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from audit_app.acting import acting
from audit_app.ledger import Kind, record
from requests_app.law.last_holders import why_not_gone
from requests_app.permissions.people import (
    can_keep_account,
    can_make_link,
    makes_accounts_in,
)
from requests_app.workflow.role import take_back_confirmations
from requests_app.workflow.several import SomeHindered
from requests_app.workflow.step import WrongState, note, save, step

# What may tell a name that is protected.
SHIELDED = ("username", "first_name", "last_name")


class LinkTokens(PasswordResetTokenGenerator):
    """Void once the password is chosen, another link is made or the account closed."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}"


LINKS = LinkTokens()


def _is_to_close(_by: Any, person: Any) -> str:
    if not person.is_active:
        return _("The account is closed already.")
    return why_not_gone(person)


def _is_to_open(_by: Any, person: Any) -> str:
    return _("The account is open already.") if person.is_active else ""


def _can_get_link(_by: Any, person: Any) -> str:
    if person.identity:
        return _("The person signs in through the authority's own sign-in.")
    if not person.is_active:
        return _("The account is closed: open it first.")
    return why_not_gone(person)


@step(may=can_keep_account, hindrance=_is_to_close)
def deactivate(person: Any, *, by: Any, reason: str) -> None:
    """Ends every session at once; none of them comes back."""
    save(person, is_active=False)
    note("user.deactivated", on=person, by=by, reason=reason)


@step(may=can_keep_account, hindrance=_is_to_open)
def reactivate(person: Any, *, by: Any, reason: str) -> None:
    """The roles have to be confirmed anew."""
    take_back_confirmations(person, by=by)
    save(person, is_active=True)
    note("user.reactivated", on=person, by=by, reason=reason)


@step(may=can_make_link, hindrance=_can_get_link)
def make_link(person: Any, *, by: Any) -> str:
    """The address, shown once, at which the person chooses a password. It ends the
    person's sessions and every earlier link."""
    return link(person, by=by)


@step
def make_links(rows: Iterable[Any], *, by: Any) -> list[tuple[Any, str]]:
    """Each person's address, as `make_link` makes it; all or none. Raises
    SomeHindered."""
    links, hindered = [], SomeHindered()
    for person in sorted(rows, key=lambda person: person.pk):
        with hindered.settling(person, person.pk, _why_no_link):
            make_link.begin(person, by)
            links.append((person, make_link.function(person, by=by)))
    hindered.number_settled()
    return links


def _why_no_link(_person: Any) -> str:
    return _("The account is not yours to keep.")


def link(person: Any, *, by: Any) -> str:
    """Link a person's account inside acting(), for whoever runs the system from its
    command line. Raises WrongState for whom a password would not let in."""
    if hindrance := _can_get_link(by, person):
        raise WrongState(hindrance)
    save(person, session_epoch=person.session_epoch + 1)
    note("user.link_made", on=person, by=by)
    number = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("choose_password", args=[number, LINKS.make_token(person)])


def choose_password(person: Any, *, token: str, password: str) -> None:
    """Whoever holds the link is now whoever signs in: the roles wait until a manager
    has confirmed that it is the right person. Raises ValidationError if it is void."""
    with acting(person):
        rows: Any = get_user_model()._default_manager.select_for_update()
        locked = rows.get(pk=person.pk)
        if not locked.is_active or not LINKS.check_token(locked, token):
            raise ValidationError(_("The link has been used, or is too old."))
        if missed := why_not_gone(locked):
            raise ValidationError(missed)
        locked.set_password(password)
        save(locked)
        take_back_confirmations(locked, by=locked)
        record("user.password_chosen", by=locked, on=locked, kind=Kind.AUTH)


def _is_to_protect(_by: Any, person: Any) -> str:
    return _("The name is protected already.") if person.is_protected else ""


def _is_to_show(_by: Any, person: Any) -> str:
    return "" if person.is_protected else _("The name is not protected.")


@step(may=can_keep_account, hindrance=_is_to_protect)
def protect(person: Any, *, by: Any, alias: str, username: str) -> None:
    """The alias takes the name's place, and stands wherever the name would. Why is
    recorded nowhere."""
    save(
        person,
        is_protected=True,
        own_first_name=person.first_name,
        own_last_name=person.last_name,
        first_name="",
        last_name=alias,
        username=username,
    )
    note("user.name_protected", on=person, by=by)


@step(may=can_keep_account, hindrance=_is_to_show)
def show_name(person: Any, *, by: Any) -> None:
    """The person is called by their own name again, in what was recorded too."""
    save(
        person,
        is_protected=False,
        first_name=person.own_first_name,
        last_name=person.own_last_name,
        own_first_name="",
        own_last_name="",
    )
    note("user.name_shown", on=person, by=by)


def keep_account(person: Any, *, by: Any) -> None:
    """Make or change an account, inside acting(). Without a password: the person
    chooses one, or signs in elsewhere. A protected name stays, whatever a file or a
    directory calls the person."""
    before = get_user_model()._default_manager.filter(pk=person.pk).first()
    if before is not None and before.is_protected:
        for name in SHIELDED:
            setattr(person, name, getattr(before, name))
    if before is None:
        person.municipality_id = person.municipality_id or makes_accounts_in(by)
        person.set_unusable_password()
    elif before.identity != person.identity:
        change_identity(person, by=by)
    save(person)


def change_identity(person: Any, *, by: Any) -> None:
    """Before a person with another identity is saved, inside acting(): whoever signs in
    from now on has not been looked at, so the roles wait and the sessions end. Raises
    WrongState where too few would be left with a role."""
    if missed := why_not_gone(person):
        raise WrongState(missed)
    take_back_confirmations(person, by=by)
    person.session_epoch += 1
    note("user.identity_changed", on=person, by=by)

"""Accounts of people, by their user names. What they may do are roles of their own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.law.last_holders import why_not_gone
from requests_app.law.user_names import why_not_called
from requests_app.models import Role
from requests_app.permissions.people import (
    can_keep_account,
    is_taken,
    makes_accounts_in,
    people_visible_to,
)
from requests_app.registers.register import Register
from requests_app.registers.row import PERSON, SharedRowForm

# What is kept of a person, by hand and by file.
FIELDS = (
    "username",
    "first_name",
    "last_name",
    "identity",
    "email",
    "title",
    "phone",
    "language",
)


class AccountForm(SharedRowForm):
    class Meta(SharedRowForm.Meta):
        model = PERSON
        fields = FIELDS

    def standing(self) -> Any:
        username = self.cleaned_data["username"]
        if text := why_not_called(username, makes_accounts_in(self.by)):
            raise ValidationError({"username": text})
        person = PERSON.objects.filter(username__iexact=username).first()
        identity = self.cleaned_data["identity"]
        if identity and is_taken(identity, person or PERSON(), self.by):
            text = gettext("Another account has this identity.")
            raise ValidationError({"identity": text})
        if person is None:
            return None
        # Names differ in capitals between two tellings.
        self.cleaned_data["username"] = person.username
        return person

    def hindrance(self, row: Any) -> str:
        if not can_keep_account(self.by, row):
            return gettext("Somebody has this user name, and you do not keep them.")
        if row.is_protected:
            return gettext(
                "The name is protected: the account is kept on its own page."
            )
        return why_not_gone(row) if row.identity != self.before["identity"] else ""


def _unprotected(user: Any) -> Any:
    """An address or identity in a file could tell a name that is protected."""
    return people_visible_to(user).filter(is_protected=False)


ACCOUNTS = Register(
    name="people",
    form=AccountForm,
    key=("username",),
    kept_by=(Role.SYSTEM_ADMINISTRATOR,),
    seen_by=(Role.SYSTEM_ADMINISTRATOR,),
    note=_(
        "Accounts are added and changed, none is closed. With another identity the"
        " roles wait for a manager. A link to a password is made on the person's page."
    ),
    related=(),
    visible=_unprotected,
)

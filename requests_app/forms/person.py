"""What is done with an account: opened, closed, a way to a password, an alias."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.left_alone import and_who_is_missed
from requests_app.forms.step import EmptyForm, ReasonForm, StepForm
from requests_app.law.user_names import why_not_called
from requests_app.models import RoleAssignment

PEOPLE = get_user_model()._default_manager


class LinkForm(EmptyForm):
    warning = _(
        "Makes an address at which the person chooses a password, once and within a"
        " day. It is shown to you once. It ends the person's sessions, and when it has"
        " been used, the person's roles wait until an IT manager has confirmed them."
    )


class CloseForm(ReasonForm):
    warning: Any = _(
        "The person is signed out at once and can not sign in any more. Cases are not"
        " handed over by themselves."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going = RoleAssignment.objects.filter(person=self.subject.pk)
        self.warning = and_who_is_missed(self.warning, going)


class ProtectForm(StepForm):
    alias = forms.CharField(
        label=_("Alias"),
        max_length=150,
        help_text=_(
            "Stands wherever the name would: on pages and papers, in proofs, mail,"
            " lists and the record. Choose one that tells nothing of the person."
        ),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("With it the person signs in from now on."),
    )
    warning = _(
        "Why is asked nowhere, and is not to be written. Papers that are drawn up"
        " already keep the name that they were signed with."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].initial = self.subject.username

    def clean_alias(self) -> str:
        alias = self._without_name("alias")
        beside = PEOPLE.filter(municipality=self.subject.municipality_id)
        taken = beside.exclude(pk=self.subject.pk)
        if taken.filter(first_name="", last_name__iexact=alias).exists():
            raise forms.ValidationError(gettext("Somebody else is called so."))
        return alias

    def clean_username(self) -> str:
        username = self._without_name("username")
        UnicodeUsernameValidator()(username)
        if text := why_not_called(username, self.subject.municipality_id):
            raise forms.ValidationError(text)
        others = PEOPLE.exclude(pk=self.subject.pk)
        if others.filter(username__iexact=username).exists():
            text = gettext("Somebody else has this user name.")
            raise forms.ValidationError(text)
        return username

    def _without_name(self, field: str) -> str:
        text = self.cleaned_data[field]
        words = f"{self.subject.first_name} {self.subject.last_name}".split()
        parts = [word for word in words if word.casefold() in text.casefold()]
        if parts:
            raise forms.ValidationError(
                gettext("It tells a part of the name: “%(part)s”.") % {"part": parts[0]}
            )
        return text


class ShowNameForm(EmptyForm):
    warning = _(
        "The person's own name stands on every page and in the record again, of what"
        " was done meanwhile too."
    )


class OpenForm(ReasonForm):
    warning = _("The person's roles have to be confirmed again by an IT manager.")

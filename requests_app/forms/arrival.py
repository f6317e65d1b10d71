"""Dealing with what could not be taken in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm


class HandleArrivalForm(StepForm):
    note_text = forms.CharField(label=_("What was done"), max_length=300)


class ConfirmMailForm(StepForm):
    warning = _(
        "Anybody can write that a mail is from the provider. Look for the number in the"
        " provider's portal: if it is not there, somebody is trying to have you act."
        " The clock of the request began when the mail was sent."
    )
    reason = forms.CharField(label=_("How you know that it is genuine"), max_length=300)

    def particulars(self) -> list[tuple[Any, Any]]:
        mail = self.subject.mail
        rows = [(_("request number"), mail.number)]
        return rows + [(_("support case"), mail.support_case)] * bool(mail.support_case)

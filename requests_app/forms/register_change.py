"""Settling a change of a register that another has proposed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import EmptyForm, StepForm
from requests_app.selectors.register_change import differences


class ShowsChange(StepForm):
    def told(self) -> list[tuple[str, str]]:
        return [
            (label, f"{before} → {after}")
            for label, before, after in differences(self.subject)
        ]


class ConfirmChangeForm(ShowsChange, EmptyForm):
    warning = _(
        "You stand for it beside whoever proposed it. It takes effect when you confirm."
    )


class RefuseChangeForm(ShowsChange):
    reason = forms.CharField(label=_("Reason"), max_length=300)

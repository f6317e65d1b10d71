"""Settling a change of a register that another has proposed."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import AsReadForm, EmptyForm, StepForm
from requests_app.models import RegisterChange
from requests_app.permissions.register_change import changes_of_file
from requests_app.selectors.register_change import in_short, particulars_of
from requests_app.workflow.register_change import fingerprint


class ShowsChange(StepForm):
    def particulars(self) -> list[tuple[str, str]]:
        return particulars_of(self.subject)


class ConfirmChangeForm(ShowsChange, EmptyForm):
    warning = _(
        "You stand for it beside whoever proposed it. It takes effect when you confirm."
    )


class ShowsFile(AsReadForm):
    """The rows of one file that wait for the person, each with what becomes of it."""

    @cached_property
    def rows(self) -> list[RegisterChange]:
        return list(changes_of_file(self.by, self.subject))

    @property
    def as_read(self) -> str:
        return fingerprint(self.rows)

    def particulars(self) -> list[tuple[str, str]]:
        return [(str(row), in_short(row)) for row in self.rows]


class ConfirmFileForm(ShowsFile):
    warning = _(
        "You stand for all of these beside whoever proposed them. Refuse a single one"
        " on its own page first. At most 500 at a time: the rest waits after that."
    )


class RefuseFileForm(ShowsFile):
    warning = _("All of these stay as they were.")
    reason = forms.CharField(label=_("Reason"), max_length=300)


class RefuseChangeForm(ShowsChange):
    reason = forms.CharField(label=_("Reason"), max_length=300)

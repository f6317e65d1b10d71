"""Proposing and settling the first managers of an authority."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import DayField
from requests_app.forms.step import EmptyForm, ReasonForm, StepForm
from requests_app.models import Authority
from requests_app.permissions.first_managers import does_run, never_managed
from requests_app.words.swedish_order import by_name

PERSON = get_user_model()


class FirstManagersForm(StepForm):
    warning = _(
        "The board of the new authority has chosen two persons. You give both the role"
        " of IT manager; it can be used when another manager has compared it with the"
        " decision and confirmed it."
    )

    authority = forms.ModelChoiceField(
        Authority.objects.none(),
        label=_("Authority"),
        help_text=_("Authorities that have never had an IT manager."),
    )
    first = forms.ModelChoiceField(PERSON.objects.none(), label=_("First IT manager"))
    second = forms.ModelChoiceField(PERSON.objects.none(), label=_("Second IT manager"))
    decided_on = DayField(label=_("Day of the board's decision"))
    diary_number = forms.CharField(
        label=_("Diary number of the decision"), max_length=40
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("authority").queryset = by_name(
            never_managed().filter(does_run(self.by, ""))
        )
        people = PERSON.objects.filter(
            is_active=True,
            municipality__in=self.choice("authority").queryset.values("municipality"),
        )
        people = by_name(people.exclude(pk=self.by.pk).exclude(made_by=self.by.pk))
        self.choice("first").queryset = self.choice("second").queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned["first"] == cleaned.get("second"):
            self.add_error("second", _("Choose two different persons."))
        return cleaned


class ConfirmFirstManagersForm(EmptyForm):
    warning = _(
        "Has the board decided so, and are these the right persons? Both can then give"
        " and confirm roles for the authority."
    )
    shows = ("authority", "first", "second", "decided_on", "diary_number")


class RefuseFirstManagersForm(ReasonForm):
    warning = _("Neither of the two gets the role; others can be proposed.")
    shows = ConfirmFirstManagersForm.shows

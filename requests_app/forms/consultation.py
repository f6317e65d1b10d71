"""Asking colleagues for their opinion, and giving it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.forms.moment import MomentField
from requests_app.forms.step import PlainText, StepForm
from requests_app.forms.taking_part import ConflictGroundField, NoConflictField
from requests_app.models import RoleAssignment
from requests_app.permissions.consultation import consultable


class ConsultForm(StepForm):
    warning = _(
        "The page of the question shows the question, the authority and the time, and"
        " the names of the objects if you say so. Whoever has a role that opens the"
        " case can open it too. Write no more than they need."
    )

    people = forms.ModelMultipleChoiceField(
        RoleAssignment.objects.none(),
        label=_("Whom to ask"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are asked at the same time, each for themselves."),
    )
    question = PlainText(
        label=_("What the opinion is to cover"), rows=5, max_length=5_000
    )
    due_at = MomentField(label=_("Answer by"))
    shows_objects = forms.BooleanField(
        label=_("Show the names of the objects"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("people")
        choice.queryset = consultable(self.subject, self.by)
        choice.label_from_instance = lambda row: (
            f"{row.person} – {row.get_role_display()}"
        )

    def clean_due_at(self) -> Any:
        due_at = self.cleaned_data["due_at"]
        if due_at <= clock.now():
            raise ValidationError(_("The time to answer has passed already."))
        return due_at


class OpinionForm(StepForm):
    template = "lockbox/consultation/opinion_form.html"

    opinion = PlainText(label=_("Your opinion"), rows=8)
    no_conflict = NoConflictField()


class ConsultedConflictForm(StepForm):
    template = "lockbox/consultation/opinion_form.html"
    warning = _("You are shut out of the matter at once; somebody else is asked.")

    ground = ConflictGroundField()
    text = PlainText(label=_("Account"), required=False, rows=2)


class WithdrawConsultationForm(StepForm):
    template = "lockbox/consultation/opinion_form.html"

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

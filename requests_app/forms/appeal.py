"""An appeal that came in, and what the authority does with it."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.documents import appeal as notices
from requests_app.forms.step import MomentField, PlainText, StepForm, this_minute
from requests_app.forms.widgets import DayInput
from requests_app.models import Decision, IncomingAppeal
from requests_app.words.times import moment_in_words
from requests_app.workflow.request_state import current_decision

Status = IncomingAppeal.Status
Timeliness = IncomingAppeal.Timeliness


class RegisterAppealForm(StepForm):
    template = "lockbox/appeal/register_form.html"

    received_at = MomentField(label=_("When it came in"), initial=this_minute)
    appellant = forms.CharField(label=_("Who appeals"), max_length=200)
    text = PlainText(
        label=_("What is asked for, and why"),
        rows=3,
        required=False,
        help_text=_("In short. The appeal itself is attached as a file."),
    )

    @cached_property
    def decision(self) -> Decision | None:
        return current_decision(self.subject)

    @cached_property
    def last_day(self) -> Any:
        return notices.last_day(self.decision) if self.decision else None


class AppealForm(StepForm):
    """A step on one of the review's appeals: those that wait for it."""

    waits_for = ""

    appeal = forms.ModelChoiceField(
        IncomingAppeal.objects.none(), label=_("The appeal"), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("appeal")
        choice.queryset = self.subject.appeals.filter(status=self.waits_for)
        choice.label_from_instance = _told_apart


def _told_apart(row: IncomingAppeal) -> str:
    return f"{row.appellant} · {moment_in_words(row.received_at)}"


class TryAppealForm(AppealForm):
    warning = _(
        "Too late is dismissed by a decision of its own, which can be appealed. An"
        " appeal is not dismissed if the delay comes from a wrong notice on how to"
        " appeal, or if the court had it in time (FL 45 §)."
    )
    waits_for = Status.TO_TRY

    timeliness = forms.ChoiceField(
        label=_("Did it come in time?"),
        choices=[
            choice for choice in Timeliness.choices if choice[0] != Timeliness.NOT_TRIED
        ],
        widget=forms.RadioSelect,
    )
    reason = PlainText(
        label=_("Why it is held to be so"),
        rows=3,
        help_text=_("When the recipient got the decision, and how that is known."),
    )


class HandOverAppealForm(AppealForm):
    warning = _(
        "Consider first whether the decision must be changed (FL 38 §): that can only"
        " be done before the appeal is handed over. Then the appeal and the file go to"
        " the court without delay (FL 46 §)."
    )
    waits_for = Status.TO_HAND_OVER

    court = forms.CharField(label=_("To which court"), max_length=200)
    handed_over_at = MomentField(
        label=_("When it was handed over"), initial=this_minute
    )
    court_number = forms.CharField(
        label=_("The court's number"), max_length=60, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = current_decision(self.subject)
        notice = notices.appeal(decision) if decision else None
        self.fields["court"].initial = notice.court if notice else ""


class EndAppealForm(AppealForm):
    waits_for = Status.AT_COURT

    outcome = forms.ChoiceField(
        label=_("What the court decided"),
        choices=IncomingAppeal.Outcome.choices,
        widget=forms.RadioSelect,
    )
    decided_on = forms.DateField(label=_("On which day"), widget=DayInput)
    court_number = forms.CharField(
        label=_("The court's number"), max_length=60, required=False
    )
    outcome_note = PlainText(
        label=_("What it means for the case"),
        rows=3,
        help_text=_("Whether the decision stands, and what is done now."),
    )

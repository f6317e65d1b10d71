"""Saying that something was reported, or need not be."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.documents.incident_report import draft_of
from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import IncidentDuty


class RecordReportForm(StepForm):
    warning = _(
        "The draft holds what is recorded, and brackets for what is not. Report in the"
        " receiver's own way; keep here what was said."
    )
    goes_on = forms.TypedChoiceField(
        label=_("Is the incident still going on?"),
        choices=[
            ("no", _("No, it has been handled: this is the final report")),
            ("yes", _("Yes: this is a status report, and the final report is left")),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    reported_at = MomentField(label=_("When it was reported"), initial=this_minute)
    reference = forms.CharField(
        label=_("The receiver's reference"),
        max_length=200,
        help_text=_("Case number, receipt or whom you spoke to."),
    )
    report = PlainText(label=_("What was reported"), rows=16)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"].initial = draft_of(self.subject)
        if self.subject.kind != IncidentDuty.Kind.CYBER_FINAL:
            del self.fields["goes_on"]


class DeclineDutyForm(StepForm):
    reason = PlainText(
        label=_("Why nothing has to be reported"),
        rows=4,
        help_text=_("By what the law asks, and what is known."),
    )

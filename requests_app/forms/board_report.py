"""Choosing the board and its meeting, and looking at what will be reported."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.documents.board_report import Line, fingerprint, line_of, to_report
from requests_app.forms.moment import DayField
from requests_app.forms.step import StepForm
from requests_app.models import Authority, Role
from requests_app.permissions.roles import authorities_of


class BoardReportForm(StepForm):
    template = "lockbox/board_report/form.html"

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), empty_label=None
    )
    meeting_on = DayField(
        label=_("Date of the meeting"),
        help_text=_("Decisions up to and including that day are reported."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = authorities_of(self.by, Role.REGISTRAR)
        self.choice("authority").queryset = Authority.objects.filter(pk__in=runs)
        self.lines: list[Line] | None = None

    def look(self) -> None:
        """Show what the report would hold, and remember that it was shown."""
        cleaned = self.cleaned_data
        decisions = to_report(cleaned["authority"], cleaned["meeting_on"])
        self.lines = [line_of(decision) for decision in decisions]
        posted: Any = self.data
        again = posted.copy()
        again["shown"] = fingerprint(decisions)
        self.data = again

"""Ordering a replay: of which authority's decisions, and what is supposed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import DayField
from requests_app.forms.step import StepForm
from requests_app.law.premise import parse
from requests_app.models import Authority
from requests_app.permissions.replay import ORDER_REPLAYS
from requests_app.permissions.roles import authorities_of


class ReplayForm(StepForm):
    template = "lockbox/replay/form.html"

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), empty_label=None
    )
    premise = forms.CharField(
        label=_("Premise"),
        required=False,
        max_length=400,
        help_text=_(
            "One or several of these, with commas between: tree=2026-2,"
            " provisions=2026-01-31, revoked=17, country=US, employer=“The name”."
            " Empty: today's law."
        ),
    )
    since = DayField(
        label=_("Decisions since"),
        required=False,
        help_text=_("Empty: all of them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = authorities_of(self.by, *ORDER_REPLAYS)
        self.choice("authority").queryset = Authority.objects.filter(pk__in=runs)

    def clean_premise(self) -> str:
        text = self.cleaned_data["premise"]
        parse(text)
        return text

"""Dealing with what could not be taken in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm


class HandleArrivalForm(StepForm):
    note_text = forms.CharField(label=_("What was done"), max_length=300)

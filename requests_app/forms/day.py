"""A day in a form."""

from django import forms

from requests_app.forms.widgets import DayInput
from requests_app.models.days import validate_year


class DayField(forms.DateField):
    """In an input that the browser itself knows, and of a year of ours."""

    widget = DayInput
    default_validators = [validate_year]

"""Choosing whose year is told, and looking at it before it is drawn up."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from requests_app.documents.processing.sheet import Section
from requests_app.documents.transparency.counts import year_of
from requests_app.documents.transparency.open_data import fingerprint
from requests_app.documents.transparency.report import sections
from requests_app.forms.step import StepForm
from requests_app.models import Authority
from requests_app.permissions.publication import publishing_for
from requests_app.permissions.roles import today

FIRST = 2020


class TransparencyReportForm(StepForm):
    template = "lockbox/transparency_report/form.html"

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), empty_label=None
    )
    year = forms.IntegerField(
        label=_("Year"),
        help_text=_("A year that is not over is told as far as it has come."),
    )
    place = forms.CharField(
        label=_("Where it will be published"),
        max_length=300,
        validators=[URLValidator(schemes=["https"])],
        help_text=_(
            "The address of the folder on your website in which you put the files, such"
            " as https://www.example.se/oppna-data. It stands in their description."
        ),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("authority").queryset = publishing_for(self.by)
        self.sections: list[Section] | None = None

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        last = today().year
        if not FIRST <= year <= last:
            raise ValidationError(
                _("The year lies between %(first)s and %(last)s.")
                % {"first": FIRST, "last": last}
            )
        return year

    def look(self) -> None:
        """Show what it would say, and remember that it was shown."""
        cleaned = self.cleaned_data
        year = year_of(cleaned["authority"], cleaned["year"])
        self.sections = list(sections(year))
        posted: Any = self.data
        again = posted.copy()
        again["shown"] = fingerprint(year)
        self.data = again

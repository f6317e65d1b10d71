"""Uploading a table, and looking at what it would do before it is done."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm
from requests_app.registers.csv_file import LARGEST, MOST_ROWS, composed, decode


class ImportForm(StepForm):
    """A file to look at; or the text of one that has been looked at."""

    template = "lockbox/register/csv.html"
    guessed = ""
    needed = ("file",)

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=format_lazy(
            _(
                "Save the table as “CSV UTF-8”, at most {rows} rows and 1 MB. Nothing"
                " is written yet."
            ),
            rows=MOST_ROWS,
        ),
    )
    text = forms.CharField(
        widget=forms.HiddenInput, required=False, strip=False, max_length=LARGEST
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Goes to the history of every row."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            try:
                cleaned["text"], self.guessed = decode(file.read())
            except forms.ValidationError as error:
                self.add_error("file", error)
        elif text := cleaned.get("text"):
            cleaned["text"] = composed(text)
        else:
            self.add_error("file", _("Choose a file."))
        return cleaned

    def keep_text(self) -> None:
        """Carry the text along to the next page, to be confirmed or mended there."""
        posted: Any = self.data
        again = posted.copy()
        again["text"] = self.cleaned_data["text"]
        self.data = again

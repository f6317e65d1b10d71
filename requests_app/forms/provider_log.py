"""What is typed about a gap of a log, and a file that is read by hand."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import PlainText, StepForm
from requests_app.forms.uploads import LARGEST_FILE
from requests_app.models import Connection
from requests_app.permissions.provider_log import connections_with_files


class ExplainGapForm(StepForm):
    explanation = PlainText(
        label=_("What is known of that time"),
        rows=5,
        help_text=_(
            "Why the log tells nothing, and what else says what was done: the portal,"
            " a report, the support case. Write too if nothing is known."
        ),
    )


class LogFileForm(StepForm):
    warning = _(
        "What the file tells is taken in as what a machine reads: each act once, as it"
        " came, and held against what was granted at once."
    )
    connection = forms.ModelChoiceField(
        Connection.objects.none(), label=_("Connection")
    )
    file = forms.FileField(
        label=_("The log as a file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.json,.jsonl"}),
        help_text=_(
            "A search of the audit log saved from Purview, as CSV or JSON; at most"
            " 25 MB."
        ),
    )

    # A file can't be kept as a draft.
    is_secret = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = connections_with_files(self.by).select_related("product")
        self.choice("connection").queryset = rows
        if len(rows) == 1:
            self.initial.setdefault("connection", rows[0].pk)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                _(
                    "The file is larger than 25 MB: save the search of a shorter time,"
                    " and read one file after the other. What is in two of them is"
                    " taken in once."
                )
            )
        return file

"""File notes and attachments."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.file_types import ENDINGS, type_of
from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.forms.uploads import LARGEST_FILE

LONGEST_NAME = 200


class FileNoteForm(StepForm):
    warning = _("A note stays as it is written: what is wrong is noted in another.")

    text = PlainText(label=_("What was learnt"), rows=5)
    source = forms.CharField(
        label=_("From whom"),
        max_length=200,
        required=False,
        help_text=_("Name, title and how: by telephone, at a meeting."),
    )
    happened_at = MomentField(label=_("When it happened"), initial=this_minute)


class AttachForm(StepForm):
    title = forms.CharField(label=_("What it is"), max_length=200)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, PNG, JPEG, text (txt, log, csv), Word (docx), Excel (xlsx) or mail"
            " (eml, msg), at most 25 MB."
        ),
    )

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                _(
                    "The file is larger than 25 MB and has not been kept. Divide it, or"
                    " note where it is stored."
                )
            )
        kind = type_of(file.name, file.read())
        file.seek(0)
        if kind is None:
            raise ValidationError(
                _("This kind of file is not taken. Save it as one of those named.")
            )
        if not kind.fits:
            raise ValidationError(
                _(
                    "The ending of the file does not fit what is in it, which is of the"
                    " kind %(kind)s. Check that it is the right file."
                ),
                params={
                    "kind": ", ".join(f".{end}" for end in ENDINGS[kind.media_type])
                },
            )
        file.content_type = kind.media_type
        file.name = _short(file.name)
        return file


def _short(name: str) -> str:
    """The name with its ending, as long as there is room for."""
    clean = "".join(char for char in name if char.isprintable())
    ending = PurePath(clean).suffix
    return clean[: LONGEST_NAME - len(ending)].removesuffix(ending) + ending

"""What is typed where personal data in texts are corrected or restricted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.documents.case_texts import CaseText, texts_of
from requests_app.forms.case_number import case_numbered
from requests_app.forms.moment import DayField
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import DataSubjectRequest, RecipientNotice
from requests_app.permissions.data_subject_request import (
    data_subject_requests_visible_to,
)
from requests_app.permissions.roles import today

# Of a text in a list of them.
EXCERPT = 120
Kind = DataSubjectRequest.Kind


class _MaskForm(StepForm):
    # No draft: the wrong words would stand there.
    is_secret = True
    kinds: tuple[str, ...] = ()

    texts = forms.MultipleChoiceField(
        label=_("Which texts"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one text.")},
    )
    request = forms.ModelChoiceField(
        DataSubjectRequest.objects.none(),
        label=_("Request of a data subject"),
        required=False,
        help_text=_("Empty: nobody has asked, the authority found it itself."),
    )
    ground = PlainText(label=_("Ground"), rows=3)
    is_known = forms.BooleanField(
        label=_("Whoever has been handed it already is to be told (GDPR article 19)"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("texts").choices = [
            (row.content.digest, _shown(row)) for row in texts_of(self.subject)
        ]
        requests = data_subject_requests_visible_to(self.by)
        requests = requests.filter(
            authority=self.subject.authority_id, kind__in=self.kinds
        )
        self.choice("request").queryset = requests
        self.choice("request").initial = requests.filter(
            status=DataSubjectRequest.Status.OPEN
        ).first()


def _shown(row: CaseText) -> str:
    return f"{row.label} — {' '.join(row.content.text.split())[:EXCERPT]}"


class CorrectPersonalDataForm(_MaskForm):
    warning = _(
        "What was kept stays as it is, and is read with a basis by auditor and"
        " registrar. Everywhere else the texts read with the right words from now on."
        " What has been drawn up on paper stays as it was."
    )
    kinds = (Kind.RECTIFICATION, Kind.ERASURE)
    field_order = ("texts", "words", "right", "request", "ground", "is_known")

    words = forms.CharField(
        label=_("The wrong words"),
        max_length=300,
        help_text=_(
            "As they stand there, whole: a whole name, a whole number. They are kept"
            " nowhere else."
        ),
    )
    right = forms.CharField(
        label=_("What they should read"),
        max_length=300,
        required=False,
        help_text=_("Empty: nothing stands there any more."),
    )


class RestrictTextsForm(_MaskForm):
    warning = _(
        "The texts are shown nowhere until it is lifted, on papers neither. Whoever"
        " reads the case reads them with a basis, and that is recorded."
    )
    kinds = (Kind.RESTRICTION, Kind.OBJECTION, Kind.RECTIFICATION)
    field_order = ("texts", "request", "ground", "is_known")


class LiftRestrictionForm(StepForm):
    reason = PlainText(label=_("Why it is lifted"), rows=3)
    subject_told_on = DayField(
        label=_("The data subject was told on"),
        initial=today,
        help_text=_("Before it is lifted (GDPR article 18.3)."),
    )


class TellRecipientForm(StepForm):
    notice = forms.ModelChoiceField(
        RecipientNotice.objects.none(), label=_("Who has been told"), empty_label=None
    )
    how = PlainText(
        label=_("How"),
        rows=3,
        help_text=_("Or why it is impossible or too much to ask (GDPR article 19)."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("notice").queryset = self.subject.notices.waiting()


class OriginalForm(forms.Form):
    basis = forms.CharField(
        label=_("Why you need what was kept"),
        max_length=300,
        help_text=_("It stands in the record of what you read."),
    )


class CaseToMaskForm(forms.Form):
    """In which case, of those that the person reads at the authority."""

    number = forms.CharField(label=_("Registration number of the case"), max_length=40)

    def __init__(self, *args: Any, by: Any, row: DataSubjectRequest) -> None:
        super().__init__(*args)
        self.by, self.row = by, row

    def clean_number(self) -> Any:
        text = _(
            "No case that you read at this authority has that number. What has been"
            " stopped is read by nobody until it goes on."
        )
        number = self.cleaned_data["number"]
        return case_numbered(self.by, self.row.authority_id, number, text)

"""What is typed where documents are asked for, and of the request as a whole."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.case_number import case_numbered
from requests_app.forms.judging import offer_provisions
from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import (
    Authority,
    DisclosedDocument,
    DisclosureRequest,
    Provision,
    SecrecyReview,
)
from requests_app.models.disclosure_tariff import fee_of
from requests_app.permissions.handing_out import HAND_OUT_HANDLERS
from requests_app.permissions.roles import authorities_of
from requests_app.redaction import NotTurned, how_looked
from requests_app.selectors.handing_out import hint_of, to_test
from requests_app.selectors.person.documents import places_by_case
from requests_app.words.swedish_order import by_name
from requests_app.workflow.handing_out.looking import file_of


class RecordDisclosureRequestForm(StepForm):
    warning = _(
        "Nobody has to say who they are or why they ask (TF 2:18): do not ask, unless"
        " secrecy can't be tested without. It is answered promptly (TF 2:16)."
    )
    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=DisclosureRequest.Channel.choices,
        initial=DisclosureRequest.Channel.MAIL,
        widget=forms.RadioSelect,
    )
    received_at = MomentField(label=_("When it came"), initial=this_minute)
    wording = PlainText(
        label=_("What is asked for, in their words"),
        rows=4,
        help_text=_("Write no personal number."),
    )
    case = forms.CharField(
        label=_("Registration number of the case"),
        required=False,
        max_length=40,
        help_text=_("Empty: not known yet, or none. More cases can be added."),
    )
    reply_to = PlainText(
        label=_("Where the answer is sent"),
        rows=2,
        required=False,
        help_text=_("Empty: they fetch it, or wait for it."),
    )
    is_party = forms.BooleanField(
        label=_("A party in the case asks for what is theirs (FL 10 §, OSL 10:3)"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = authorities_of(self.by, *HAND_OUT_HANDLERS)
        authority = self.choice("authority")
        authority.queryset = by_name(Authority.objects.filter(pk__in=theirs))
        if len(theirs) == 1:
            authority.empty_label = None

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        number, authority = typed.get("case"), typed.get("authority")
        typed["case"] = None
        if number and authority:
            try:
                typed["case"] = case_numbered(self.by, authority.pk, number)
            except ValidationError as error:
                self.add_error("case", error)
        return typed


class TakeInForm(StepForm):
    case = forms.CharField(
        label=_("Registration number of the case"),
        max_length=40,
        help_text=_("The same number again brings what has come to it since."),
    )

    def clean_case(self) -> SecrecyReview:
        return case_numbered(
            self.by, self.subject.authority_id, self.cleaned_data["case"]
        )

    def clean(self) -> dict[str, Any]:
        """Where a data subject asks, the documents taken in of the case are those alone
        in which the person is found."""
        typed = super().clean() or {}
        subject, sought = self.subject.of_data_subject, self.subject.sought
        if subject and typed.get("case"):
            found_in = places_by_case(subject, sought.text.splitlines())
            typed["places"] = found_in.get(typed["case"].pk, set())
        return typed


class Documents(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        hint = hint_of(obj)
        return f"{obj.name.text} — {hint}" if hint else obj.name.text


class AsProposedForm(StepForm):
    warning = _(
        "Read each first. In those chosen, what is proposed is masked; where nothing"
        " is, they are handed out whole. What you leave out is tested page by page."
    )
    documents = Documents(
        DisclosedDocument.objects.none(),
        label=_("Documents"),
        widget=forms.CheckboxSelectMultiple,
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision it is masked"),
        required=False,
    )
    why = PlainText(label=_("Why"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = to_test(self.by, self.subject)
        self.choice("documents").queryset = rows
        self.choice("documents").initial = [row.pk for row in rows if row.pages]
        if any(row.proposed for row in rows):
            offer_provisions(self.choice("provision"), rows[0].review)
        else:
            del self.fields["provision"], self.fields["why"]


class HandOverForm(StepForm):
    warning = _(
        "The file is put together now, and looked through for what is masked. Then"
        " somebody else looks at it before it leaves."
    )

    def clean(self) -> dict[str, Any]:
        """It takes time, and is done before anything is locked."""
        typed = super().clean() or {}
        try:
            typed["made"] = file_of(self.subject)
        except NotTurned as error:
            raise ValidationError(str(error)) from error
        return typed


class LetGoForm(StepForm):
    warning = _(
        "Open the file, and look at each page: what is black, and what is not. You"
        " answer for it beside who masked it."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.file:
            self.say(how_looked())


class SendBackForm(StepForm):
    reason = PlainText(label=_("What has to be looked at again"), rows=3)


class DeliverForm(StepForm):
    warning = _(
        "Send the file as it is. The answer is put together by itself: what is given,"
        " by which provisions something is not, and that a decision can be asked for."
    )
    how = forms.ChoiceField(
        label=_("How it is delivered"),
        choices=DisclosureRequest.Way.choices,
        widget=forms.RadioSelect,
    )
    to = PlainText(label=_("To what address"), rows=2, required=False)
    words = PlainText(
        label=_("Words of your own in the answer"), rows=3, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.subject
        if row.reply_to:
            self.fields["to"].initial = row.reply_to.text
        if fee := fee_of(row, DisclosureRequest.Way.MAIL):
            words = {"pages": row.pages, "fee": fee}
            self.fields["how"].help_text = (
                _(
                    "%(pages)s pages: the copies cost %(fee)s kronor. Nothing is paid"
                    " for reading on the spot."
                )
                % words
            )
        by_phone = row.channel == DisclosureRequest.Channel.PHONE
        self.fields["how"].initial = "mail" if by_phone else row.channel

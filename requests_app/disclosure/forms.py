"""The forms of disclosure: board report, diary entry, disclosure, hand out decision,
handing out, judging, public register, text mask and transparency report."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.cases.intake.forms import case_numbered
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.masks import RecipientNotice
from requests_app.cases.review.papers.document import Section
from requests_app.core.fields import refuse_backward
from requests_app.core.forms import (
    DayField,
    MomentField,
    PlainText,
    ReasonForm,
    StepForm,
    this_minute,
)
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import authorities_of
from requests_app.core.uploads import LARGEST_FILE
from requests_app.core.words.texts import by_name
from requests_app.disclosure.masking.process import how_looked
from requests_app.disclosure.masking.sheets import NotTurned, Page
from requests_app.disclosure.models import (
    DataSubjectRequest,
    DisclosedDocument,
    DisclosureDecision,
    DisclosureRequest,
    Redaction,
    fee_of,
)
from requests_app.disclosure.papers.answers import CaseText, texts_of
from requests_app.disclosure.papers.reports import (
    Line,
    fingerprint_of_open_data,
    fingerprint_of_report,
    line_of,
    sections,
    to_report,
    year_of,
)
from requests_app.disclosure.person import places_by_case
from requests_app.disclosure.rights import (
    HAND_OUT_HANDLERS,
    data_subject_requests_visible_to,
    public_registers_of,
)
from requests_app.disclosure.selectors import (
    earlier_of,
    hint_of,
    of_request,
    provisions_of,
    to_test,
)
from requests_app.disclosure.steps.document import (
    Place,
    Term,
    boxes_around,
    drawing_of,
    file_of,
)
from requests_app.registers.models.provisions import Provision
from requests_app.registers.rights import publishing_for

# Choosing the board and its meeting, and looking at what will be reported.


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
        again["shown"] = fingerprint_of_report(decisions)
        self.data = again


# What is typed about a number of the authority's diary system.


class TypeNumberForm(StepForm):
    number = forms.CharField(label=_("Number in the diary system"), max_length=40)


class ChooseNumberForm(ReasonForm):
    field_order = ("number", "reason")

    number = forms.ChoiceField(label=_("Which number it is"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        both = (self.subject.number, self.subject.other_number)
        self.choice("number").choices = [(number, number) for number in both]


class NumbersFileForm(forms.Form):
    file = forms.FileField(
        label=_("The list with its numbers, as CSV"),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text=_(
            "The list as it was taken out, with the last column filled in. Rows"
            " without a number are passed over."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 25 MB."))
        return file


# What is typed where a case is tested for a data subject.


class DisclosureForm(StepForm):
    warning = _(
        "Read the case first. What is written here as given stands in the answer, word"
        " for word; why the rest is kept back does not, only the provision."
    )
    review = forms.CharField(
        label=_("Registration number of the case"),
        required=False,
        max_length=40,
        help_text=_("Empty: what belongs to no case."),
    )
    given = PlainText(label=_("What is given"), rows=8, required=False)
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision the rest is kept back"),
        required=False,
    )
    why = PlainText(label=_("Why it is kept back"), rows=4, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("provision").queryset = Provision.objects.in_force(acting.today())

    def clean_review(self) -> Any:
        number = self.cleaned_data["review"].strip()
        if not number:
            return None
        return case_numbered(self.by, self.subject.authority_id, number)


# What is chosen on a page of a document: places to mask or to hand out, and by which
# provision.

MASK, GIVE = "mask", "give"
Status = Redaction.Status


def offer_provisions(field: Any, review: SecrecyReview) -> None:
    """Those of the case first; its first is chosen."""
    of_case = provisions_of(review)
    everything = Provision.objects.in_force(acting.today())
    field.queryset = everything
    rest = [(one.pk, one.choice) for one in everything if one not in of_case]
    groups: list[Any] = [(_("All"), rest)]
    if of_case:
        groups.insert(0, (_("Of the case"), [(one.pk, one.choice) for one in of_case]))
        field.initial = of_case[0].pk
    field.choices = groups if of_case else [("", "—"), *groups]


class DrawForm(StepForm):
    def clean(self) -> dict[str, Any]:
        """It takes time, and is done before anything is locked."""
        typed = super().clean() or {}
        try:
            typed["drawing"] = drawing_of(self.subject)
        except NotTurned as error:
            raise forms.ValidationError(str(error)) from error
        return typed


class KeepBackForm(StepForm):
    warning = _(
        "Is it all secret for whoever asks? What is not secret is handed out, with the"
        " rest masked (TF 2:15)."
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(), label=_("By which provision it is kept back")
    )
    reasons = PlainText(
        label=_("Reasons"),
        rows=4,
        help_text=_("For a decision, if one is asked for; not in the answer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_provisions(self.choice("provision"), self.subject.review)
        earlier = earlier_of(self.subject)
        if earlier and earlier.outcome == DisclosedDocument.Outcome.REFUSED:
            self.fields["provision"].initial = earlier.provision_id
            self.fields["reasons"].initial = earlier.reasons and earlier.reasons.text


class JudgeForm(StepForm):
    """Of one page: the places on it, and its words, chosen by their number."""

    own = ("places", "words", "verdict")
    places = forms.ModelMultipleChoiceField(
        Redaction.objects.none(),
        label=_("Places on this page"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is ticked is masked; the rest is handed out."),
    )
    words = forms.TypedMultipleChoiceField(
        label=_("Other words on the page"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    verdict = forms.ChoiceField(
        label=_("These words are"),
        choices=[(MASK, _("masked")), (GIVE, _("handed out"))],
        initial=MASK,
        widget=forms.RadioSelect,
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision"),
        required=False,
    )
    why = PlainText(label=_("Why"), rows=2, required=False)

    def __init__(self, *args: Any, number: int, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number, self.page = number, page
        self.on_page = list(on_page(self.subject, number))
        places = self.choice("places")
        places.queryset = on_page(self.subject, number)
        places.choices = [(row.pk, _shown(row)) for row in self.on_page]
        places.initial = [row.pk for row in self.on_page if row.status != Status.GIVEN]
        self.choice("words").choices = [
            (place, word.text) for place, word in enumerate(page.words)
        ]
        offer_provisions(self.choice("provision"), self.subject.review)

    def step_fields(self) -> dict[str, Any]:
        typed = self.cleaned_data
        masked = set(typed["places"])
        return {
            "masked": [
                row
                for row in self.on_page
                if row in masked and row.status != Status.MASKED
            ],
            "given": [
                row
                for row in self.on_page
                if row not in masked and row.status != Status.GIVEN
            ],
            "chosen": chosen_places(self.number, self.page, typed["words"]),
            "is_masked": typed["verdict"] == MASK,
            **super().step_fields(),
        }


def on_page(document: DisclosedDocument, number: int) -> Any:
    rows = document.redactions.filter(page=number)
    return rows.select_related("words", "before", "provision")


def chosen_places(number: int, page: Page, words: Sequence[int]) -> list[Place]:
    """Words that follow on each other are one place."""
    places: list[Place] = []
    run: list[int] = []
    for place in [*sorted(words), -1]:
        if run and place != run[-1] + 1:
            term = Term("", Redaction.Source.CHOSEN)
            places += boxes_around(number, [page.words[one] for one in run], term)
            run = []
        run.append(place)
    return places


def _shown(row: Redaction) -> str:
    words = f"“{row.words.text}”"
    if row.before:
        because = _("masked in %(number)s") % {"number": row.before}
    else:
        because = row.get_source_display()
    return f"{words} — {because}"


# What is typed where documents are asked for, and of the request as a whole.


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


# What is typed where a hand-out is decided on: a reservation, what was kept back, and
# how it goes on from there.


class ReserveForm(StepForm):
    warning = _(
        "Where only a reservation takes the risk of harm away, it is to be made (OSL"
        " 10:14). It is decided on before the file leaves, and served on whom it binds."
    )
    documents = Documents(
        DisclosedDocument.objects.none(),
        label=_("Handed out only with a reservation"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: all of it is handed out without."),
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision it would be kept back otherwise"),
        required=False,
    )
    bound = PlainText(
        label=_("Whom it binds"),
        rows=1,
        required=False,
        help_text=_(
            "First name and surname of who gets the documents. Nobody else is bound."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = of_request(self.by, self.subject).filter(
            outcome__in=DisclosedDocument.GIVEN
        )
        documents = self.choice("documents")
        documents.queryset = rows
        reserved = [row for row in rows if row.reserved_by_id]
        documents.initial = [row.pk for row in reserved or rows]
        if rows:
            offer_provisions(self.choice("provision"), rows[0].review)
        if reserved:
            self.fields["provision"].initial = reserved[0].reserved_by_id
        if self.subject.bound:
            self.fields["bound"].initial = self.subject.bound.text


class DecideReservationForm(StepForm):
    warning = _(
        "The decision is signed by you, drawn up with how it is appealed, and never"
        " changed. It binds from when it is served. Write in the reasons nothing of"
        " what is secret."
    )
    prohibition = PlainText(
        label=_("What they may not do with it"),
        rows=4,
        help_text=_("As little as takes the risk away: tell it to others, or use it."),
    )
    reasons = PlainText(
        label=_("Reasons"),
        rows=8,
        help_text=_("Which risk there is, and why a reservation takes it away."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.bound:
            self.say(_("It binds %(who)s.") % {"who": self.subject.bound.text})


class DecideHandOutForm(StepForm):
    warning = _(
        "The decision is signed by you, drawn up with how it is appealed, and never"
        " changed. Write in the reasons nothing of what is secret."
    )
    outcome = forms.ChoiceField(
        label=_("What is decided"),
        choices=[
            (one.value, one.label)
            for one in DisclosureDecision.Outcome
            if one in DisclosureDecision.ON_REFUSAL
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "Where more is handed out, record a new request: it is tested once more."
        ),
    )
    reasons = PlainText(
        label=_("Reasons"),
        rows=8,
        help_text=_("The rules applied, and what has been decisive (FL 32 §)."),
    )


class ServeHandOutForm(StepForm):
    served_at = MomentField(label=_("When they got it"), initial=this_minute)


class HandOutAppealForm(StepForm):
    made = forms.ModelChoiceField(
        DisclosureDecision.objects.none(),
        label=_("What is appealed"),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    received_at = MomentField(label=_("When it came in"), initial=this_minute)
    appellant = forms.CharField(label=_("Who appeals"), max_length=200)
    text = PlainText(
        label=_("What is asked for, and why"),
        rows=3,
        required=False,
        help_text=_("In short. The appeal itself is attached as a file."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made = self.choice("made")
        against = DisclosureDecision.AGAINST
        made.queryset = self.subject.decisions.filter(outcome__in=against)
        made.label_from_instance = DisclosureDecision.get_outcome_display
        made.initial = made.queryset.order_by("-pk").first()


# Which part of the public register is shown.

USUAL = timedelta(days=30)
MOST = timedelta(days=366)


class PublicRegisterForm(forms.Form):
    """An authority's, from one day to another; the last month where none are given."""

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), empty_label=None
    )
    since = DayField(label=_("Received from"))
    until = DayField(label=_("Received to, included"))

    def __init__(self, data: Any, *, by: Any) -> None:
        registers = public_registers_of(by)
        this_day = acting.today()
        usual = {
            "authority": getattr(registers.first(), "pk", None),
            "since": (this_day - USUAL).isoformat(),
            "until": this_day.isoformat(),
        }
        super().__init__({**usual, **data.dict()}, label_suffix="")
        authority: Any = self.fields["authority"]
        authority.queryset = registers

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        refuse_backward(since, until, "until")
        if since and until and until - since > MOST:
            self.add_error("until", gettext("Choose a year at most."))
        return cleaned


# What is typed where personal data in texts are corrected or restricted.

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
            (row.content.digest, _text_mask_shown(row))
            for row in texts_of(self.subject)
        ]
        requests = data_subject_requests_visible_to(self.by)
        requests = requests.filter(
            authority=self.subject.authority_id, kind__in=self.kinds
        )
        self.choice("request").queryset = requests
        self.choice("request").initial = requests.filter(
            status=DataSubjectRequest.Status.OPEN
        ).first()


def _text_mask_shown(row: CaseText) -> str:
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
        initial=acting.today,
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


# Choosing whose year is told, and looking at it before it is drawn up.

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
        last = acting.today().year
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
        again["shown"] = fingerprint_of_open_data(year)
        self.data = again

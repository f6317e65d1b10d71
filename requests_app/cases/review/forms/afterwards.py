"""Afterwards, of the forms of secrecy review: appeal, reasons afterwards, return
comment, revocation, secrecy mark and subsequent review."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.cases.intake.models.review import ConflictDeclaration, SecrecyReview
from requests_app.cases.review.forms.people import NoConflictField, TakingPartForm
from requests_app.cases.review.law.facts import assessment_with_texts
from requests_app.cases.review.law.rules import is_by_fl_37
from requests_app.cases.review.models.afterwards import (
    IncomingAppeal,
    Lapse,
    RequestForReasons,
    Revocation,
    SecrecyMark,
)
from requests_app.cases.review.models.decision import (
    Decision,
    ReturnComment,
    ReturnCommentQuerySet,
    ServiceOfDecision,
)
from requests_app.cases.review.papers.afterwards import (
    court_of,
    is_tried_for_legality,
    last_days_of,
)
from requests_app.cases.review.papers.case import documents_of
from requests_app.cases.review.papers.decision import (
    Passage,
    ShownComment,
    comments_on,
    newest_proposal,
    passages,
    shown_comments,
)
from requests_app.cases.review.rights.involvement import involvement, review_to_revoke
from requests_app.cases.review.steps.afterwards import leaving_out
from requests_app.cases.review.steps.decision import CONCLUSIONS
from requests_app.cases.review.steps.people import UNDECLARED
from requests_app.cases.review.steps.proposal import comment_field
from requests_app.cases.review.steps.revocation import Haste
from requests_app.core.forms import (
    DayField,
    EmptyForm,
    MomentField,
    PlainText,
    ReasonForm,
    StepForm,
    this_minute,
)
from requests_app.core.words.texts import moment_in_words
from requests_app.registers.models.provisions import Provision

# An appeal that came in, and what the authority does with it.

Status = IncomingAppeal.Status
Timeliness = IncomingAppeal.Timeliness

FOR_COURT = _(
    "The appeal is tried by the administrative court, also whether it came in time"
    " (KL 13:5). Send it there at once."
)


class Appealable(NamedTuple):
    """What can be appealed, by whom and until when, as far as is known."""

    name: Any
    decided_at: datetime
    last_days: list[tuple[str, date]]
    is_for_court: bool


def _named(row: Decision | Revocation) -> Any:
    if isinstance(row, Decision):
        return row.get_outcome_display()
    words = {"day": date_format(timezone.localdate(row.decided_at), "j F Y")}
    return _("The revocation of %(day)s") % words


class AboutAppeal(StepForm):
    """Fields of an appeal. In a case that was stopped for protective security nothing
    more is written."""

    texts: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.texts if getattr(self.relation, "is_stopped", False) else ():
            del self.fields[name]


class RegisterAppealForm(AboutAppeal):
    texts = ("text",)
    template = "lockbox/appeal/register_form.html"
    own = ("appealed",)
    for_court = FOR_COURT

    appealed = forms.ChoiceField(label=_("What is appealed"), widget=forms.RadioSelect)
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
        if self.revocations:
            self.choice("appealed").choices = [
                ("decision", _("The decision")),
                *((key, _named(row)) for key, row in self.revocations.items()),
            ]
        else:
            del self.fields["appealed"]

    @cached_property
    def decisions(self) -> list[Decision]:
        rows = self.subject.decisions.select_related("revocation__review__authority")
        return list(rows.order_by("pk"))

    @property
    def revocations(self) -> dict[str, Revocation]:
        rows = [row.revocation for row in self.decisions if hasattr(row, "revocation")]
        return {str(row.pk): row for row in rows}

    @cached_property
    def appealable(self) -> list[Appealable]:
        """The decision that stands, and what has been revoked."""
        rows: list[Decision | Revocation] = [*self.decisions[-1:]]
        rows += self.revocations.values()
        return [
            Appealable(
                _named(row),
                row.decided_at,
                last_days_of(row),
                is_tried_for_legality(row),
            )
            for row in rows
        ]

    def step_fields(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("appealed", "")
        return {**super().step_fields(), "revocation": self.revocations.get(chosen)}


class AppealForm(AboutAppeal):
    """A step on one of the appeals of a review, or of a hand-out that is of none: those
    that wait for it."""

    waits_for = ""

    appeal = forms.ModelChoiceField(
        IncomingAppeal.objects.none(), label=_("The appeal"), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("appeal")
        rows = self.subject.appeals.filter(status=self.waits_for)
        choice.queryset = rows.select_related("revocation", "hand_out__request")
        choice.label_from_instance = _told_apart


def _told_apart(row: IncomingAppeal) -> str:
    whom = f"{row.appellant} · {moment_in_words(row.received_at)}"
    appealed = row.hand_out or (row.revocation and _named(row.revocation))
    return f"{whom} · {appealed}" if appealed else whom


class TryAppealForm(AppealForm):
    warning = _(
        "Too late is dismissed by a decision of its own, which can be appealed. An"
        " appeal is not dismissed if the delay comes from a wrong notice on how to"
        " appeal, or if the court had it in time (FL 45 §)."
    )
    texts = ("reason",)
    waits_for = Status.TO_TRY

    timeliness = forms.ChoiceField(
        label=_("Did it come in time?"),
        choices=[
            (value, Timeliness(value).label)
            for value in (Timeliness.IN_TIME, Timeliness.LATE, Timeliness.EXCUSED)
        ],
        widget=forms.RadioSelect,
    )
    reason = PlainText(
        label=_("Why it is held to be so"),
        rows=3,
        help_text=_("When the recipient got the decision, and how that is known."),
    )


class HandOverAppealForm(AppealForm):
    warning = _(
        "Consider first whether the decision must be changed (FL 38 §): that can only"
        " be done before the appeal is handed over. Then the appeal and the file go to"
        " the court without delay (FL 46 §)."
    )
    waits_for = Status.TO_HAND_OVER

    court = forms.CharField(label=_("To which court"), max_length=200)
    handed_over_at = MomentField(
        label=_("When it was handed over"), initial=this_minute
    )
    court_number = forms.CharField(
        label=_("The court's number"), max_length=60, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        related = [
            *("decision__review__authority", "revocation__review__authority"),
            "hand_out__request__authority",
        ]
        first = self.choice("appeal").queryset.select_related(*related).first()
        self.fields["court"].initial = court_of(first.appealed) if first else ""
        if first and first.timeliness == Timeliness.COURT:
            self.warning = FOR_COURT


class EndAppealForm(AppealForm):
    texts = ("outcome_note",)
    waits_for = Status.AT_COURT

    outcome = forms.ChoiceField(
        label=_("What the court decided"),
        choices=IncomingAppeal.Outcome.choices,
        widget=forms.RadioSelect,
    )
    decided_on = DayField(label=_("On which day"))
    court_number = forms.CharField(
        label=_("The court's number"), max_length=60, required=False
    )
    outcome_note = PlainText(
        label=_("What it means for the case"),
        rows=3,
        help_text=_("Whether the decision stands, and what is done now."),
    )


# Reasons that were left out: who asks for them, and what they are told.


class AskForReasonsForm(StepForm):
    warning = _(
        "Whoever needs reasons that were left out, to look after their rights, is given"
        " them afterwards if that is possible (FL 32 §). A decision-maker answers."
    )
    own = ("made",)

    made = forms.ChoiceField(
        label=_("Which decision"), widget=forms.RadioSelect, required=False
    )
    received_at = MomentField(label=_("When they were asked for"), initial=this_minute)
    applicant = forms.CharField(label=_("Who asks for them"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.subject.access_request.connection.product.provider
        self.fields["applicant"].initial = str(provider)
        if len(self.left_out) < 2:
            del self.fields["made"]
            return
        choices = [(str(place), _of(row)) for place, row in enumerate(self.left_out)]
        self.choice("made").choices = choices
        self.fields["made"].initial = "0"

    @cached_property
    def left_out(self) -> list[Decision | Revocation]:
        return leaving_out(self.subject)

    def step_fields(self) -> dict[str, Any]:
        chosen = int(self.cleaned_data.get("made") or 0)
        return {**super().step_fields(), "made": self.left_out[chosen]}


class GiveReasonsForm(StepForm):
    template = "lockbox/reasons/form.html"
    gives = forms.TypedChoiceField(
        label=_("Are they given?"),
        choices=[
            ("yes", _("Yes: the reasons follow")),
            ("no", _("No: it is not possible, or not needed to look after a right")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    text = PlainText(
        label=_("What whoever asked reads"),
        rows=10,
        help_text=_(
            "The reasons as far as they can be told now; or why they are not given. It"
            " is drawn up as a paper of its own."
        ),
    )

    @cached_property
    def waiting(self) -> RequestForReasons | None:
        """Whose turn it is."""
        rows = self.subject.requests_for_reasons.filter(status="open")
        texts = ("motivation_internal", "left_out_because")
        related = [f"decision__{name}" for name in texts]
        return rows.select_related("revocation__reason", *related).first()


def _of(made: Decision | Revocation) -> str:
    name = made._meta.verbose_name if isinstance(made, Revocation) else _("decision")
    return f"{name} {moment_in_words(made.decided_at)}"


# Comments on a returned proposal: written beside what they concern; ticked off.

AT, QUOTED = comment_field(""), "quoted_"


class PassageRow(NamedTuple):
    """A paragraph or answer on the form, and the field for what is said of it."""

    text: str
    field: BoundField
    # The field that says, when it is sent, how it read when the form was opened.
    quoted: str


class ReturnForm(TakingPartForm):
    """A comment on the whole, and one beside each paragraph and answer."""

    template = "lockbox/return_comment/return.html"
    stage = "decision"
    comment = PlainText(
        label=_("Comment to the case officer"),
        rows=4,
        required=False,
        help_text=_("On the whole. You comment on a paragraph or an answer beside it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in (*self.here, *self.gone):
            field = PlainText(label=_("Comment"), rows=2, required=False)
            self.fields[comment_field(key)] = field

    @cached_property
    def here(self) -> dict[str, Passage]:
        proposal = newest_proposal(self.subject)
        assessment = assessment_with_texts(self.subject)
        rows = passages(self.subject, proposal, assessment)
        return {row.key: row for row in rows}

    @cached_property
    def gone(self) -> dict[str, str]:
        """What was commented on and is not here any more, as the form quoted it."""
        data: Any = self.data
        keys = [name.removeprefix(AT) for name in data if name.startswith(AT)]
        return {
            key: data.get(f"{QUOTED}{key}", "")
            for key in keys
            if key not in self.here and data.get(comment_field(key), "").strip()
        }

    @property
    def rows_gone(self) -> list[PassageRow]:
        return [self._row(key, text) for key, text in self.gone.items()]

    @property
    def rows_of_proposal(self) -> list[PassageRow]:
        return self._rows(is_of_proposal=True)

    @property
    def rows_of_assessment(self) -> list[PassageRow]:
        return self._rows(is_of_proposal=False)

    @property
    def comments_assessment(self) -> bool:
        """Has something been written beside an answer?"""
        return any(row.field.value() for row in self.rows_of_assessment)

    def _rows(self, *, is_of_proposal: bool) -> list[PassageRow]:
        return [
            self._row(key, passage.text)
            for key, passage in self.here.items()
            if passage.is_of_proposal == is_of_proposal
        ]

    def _row(self, key: str, text: str) -> PassageRow:
        return PassageRow(text, self[comment_field(key)], f"{QUOTED}{key}")

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        fields = {name: cleaned[name] for name in cleaned if not name.startswith(AT)}
        comments = {
            name.removeprefix(AT): text
            for name, text in cleaned.items()
            if name.startswith(AT)
        }
        return {**fields, "comments": comments}


class SettlingForm(StepForm):
    """Shows the comments that are not ticked off; ticks off those that are marked."""

    settled = forms.ModelMultipleChoiceField(
        ReturnComment.objects.none(),
        label=_("Comments seen to"),
        required=False,
        error_messages={
            "invalid_choice": _("One of the comments is ticked off already.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.comments:
            self.choice("settled").queryset = self._left
        else:
            del self.fields["settled"]

    @property
    def _left(self) -> ReturnCommentQuerySet:
        return comments_on(self.subject).unsettled()

    @cached_property
    def comments(self) -> list[ShownComment]:
        """Those that are not ticked off."""
        return shown_comments(self.subject, assessment_with_texts, rows=self._left)

    @property
    def shown(self) -> list[BoundField]:
        """The other fields: the marks stand beside the comments."""
        return [field for field in self if field.name != "settled"]

    @property
    def ticked(self) -> set[str]:
        return {str(key) for key in self["settled"].value() or ()}

    def comments_at(self, name: str) -> list[ShownComment]:
        """Those that are about what stands in the field."""
        return [row for row in self.comments if row.row.about == name]


class CommentedForm(SettlingForm, TakingPartForm):
    """A form by which the case officer works on what was returned."""


class TickOffForm(SettlingForm):
    template = "lockbox/return_comment/tick_off.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("settled"):
            field.required = True
            field.error_messages["required"] = _("Mark at least one.")


# Revoking a grant, and recording that the revocation was served.

# What may be said whatever happened; whoever has the time says more.
USUAL_REASON = (
    "Förutsättningarna för medgivandet är inte längre uppfyllda. Åtkomsten ska upphöra"
    " genast."
)
WARNING = _(
    "This is a decision, made in your name under the delegation: access and its"
    " extensions end. What the provider has seen it has seen; some products do not"
    " promise that access ends."
)


# What only a decision that can be appealed is asked, as the step takes it together.
OF_HASTE = ("at_once_for", "at_once_because", "hearing")


class ReasonsForm(StepForm):
    """Why: for the authority, and in words that may be shown."""

    warning = WARNING
    reason = PlainText(
        label=_("Internal reason"),
        rows=3,
        help_text=_("Stays with the authority."),
    )
    reason_for_recipient = PlainText(
        label=_("Reason for the provider"),
        rows=3,
        initial=USUAL_REASON,
        help_text=_("What the provider reads. It must not reveal what is secret."),
    )
    ground = forms.ChoiceField(
        label=_("Ground of the revocation"),
        choices=Revocation.Ground.choices,
        initial=Revocation.Ground.PROVISO,
    )

    at_once_for = forms.ChoiceField(
        label=_("What demands that access ends at once (FL 35 §)"),
        choices=Revocation.AtOnce.choices,
        widget=forms.RadioSelect,
        help_text=_("The provider reads it."),
    )
    at_once_because = PlainText(
        label=_("Why it can't wait"),
        rows=2,
        help_text=_(
            "Weigh whether to wait: how far it reaches, whether it can be undone."
            " Stays with the authority."
        ),
    )
    hearing = forms.ChoiceField(
        label=_("Has the provider been heard (FL 25 §)?"),
        choices=Revocation.Hearing.choices,
        widget=forms.RadioSelect,
        help_text=_("Told of what the decision rests on, and given time to answer."),
    )

    def ask_by_law_of(self, review: SecrecyReview | None) -> None:
        """What the Administrative Procedure Act asks, only where it applies: there the
        provider is a party, and its reasons are no usual ones."""
        if review and is_by_fl_37(review.authority.regime, review.authority):
            self.fields["ground"].label = _("Ground (FL 37 § second paragraph)")
            self.fields["reason_for_recipient"].initial = None
            return
        for name in OF_HASTE:
            del self.fields[name]

    def step_fields(self) -> dict[str, Any]:
        fields = super().step_fields()
        haste = [fields.pop(name) for name in OF_HASTE if name in fields]
        return {**fields, "haste": Haste(*haste)} if haste else fields


class RevokeForm(ReasonsForm, TakingPartForm):
    stage = "decision"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_by_law_of(self.subject)


class RevokeAccessForm(ReasonsForm):
    """From the page of the access: the review whose grant it is is found by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        review = review_to_revoke(self.by, self.subject.access_request)
        self.ask_by_law_of(review)
        if review is None:
            return
        if "decision" not in involvement(self.by, review).declared:
            self.fields["no_conflict"] = NoConflictField()


class ServeRevocationForm(StepForm):
    warning = _("Recorded once. The time to appeal runs from the service.")

    served_at = MomentField(label=_("When it was served"), initial=this_minute)
    way = forms.ChoiceField(
        label=_("How it was served"), choices=ServiceOfDecision.Way.choices
    )
    recipient = forms.CharField(label=_("On whom"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.subject.access_request.connection.product.provider
        self.fields["recipient"].initial = str(provider)


# What is typed where something is marked as secret.

WHOLE = _("All of the case")


class MarkSecretForm(StepForm):
    warning = _(
        "A mark is a remark: whoever asks for the document has it tested all the same."
    )
    document = forms.ChoiceField(
        label=_("What is marked"), required=False, choices=[("", WHOLE)]
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision"),
        help_text=_("Only what a provision of secrecy may cover is marked (TF 2:20)."),
    )
    publication = forms.ChoiceField(
        label=_("What the register tells"),
        choices=SecrecyMark.Publication,
        widget=forms.RadioSelect,
        initial=SecrecyMark.Publication.OPEN,
    )
    ends_on = DayField(label=_("Ends on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("provision").queryset = Provision.objects.in_force(acting.today())
        self.choice("document").choices = [
            ("", WHOLE),
            *((row.key, row.name) for row in documents_of(self.subject)),
        ]


class _Marks(forms.ModelChoiceField):
    def label_from_instance(self, obj: SecrecyMark) -> str:
        what = obj.document_name or WHOLE
        return f"{what}: {obj.provision}, {date_format(obj.marked_on)}"


class TakeMarkOffForm(ReasonForm):
    field_order = ("mark", "reason")

    mark = _Marks(SecrecyMark.objects.none(), label=_("Which mark"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marks = self.subject.secrecy_marks.filter(lifted_at=None)
        self.choice("mark").queryset = marks.select_related("provision")


# What a second person says of a decision or a closing, and why a review lapsed.


class LookAgainForm(StepForm):
    warning = _(
        "What you conclude stands. A new decision opens the case again: it is assessed,"
        " proposed and decided as any other."
    )
    conclusion = forms.ChoiceField(
        label=_("What you conclude"),
        choices=[(value.value, value.label) for value in CONCLUSIONS],
        widget=forms.RadioSelect,
    )
    text = PlainText(label=_("Note"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        declared = ConflictDeclaration.objects.filter(
            review=self.subject.review_id,
            person=self.by.pk,
            stage=ConflictDeclaration.Stage.DECISION,
            has_conflict=False,
        )
        if not declared.exists():
            self.fields["no_conflict"] = NoConflictField(
                required=True, error_messages={"required": UNDECLARED}
            )


class LapseCauseForm(StepForm):
    cause = forms.ChoiceField(
        label=_("Why it lapsed"),
        choices=Lapse.Cause.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Account"),
        max_length=500,
        required=False,
        help_text=_("Where it was something else, say what."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("cause", "text"):
            self.fields[name].initial = getattr(self.lapse, name)

    @property
    def lapse(self) -> Any:
        return self.subject


class CloseLapsedForm(LapseCauseForm):
    """Of the review that lapsed."""

    warning = _(
        "Nothing was decided: the case is closed without a decision, in your name"
        " alone. Another person looks at it within two working days, and may open it"
        " again."
    )

    @property
    def lapse(self) -> Any:
        return self.subject.lapse


class ConfirmClosingForm(EmptyForm):
    warning = _(
        "You confirm that nothing was left to decide, and that the cause that was given"
        " is right. Otherwise open the case again."
    )


class OpenAgainForm(ReasonForm):
    warning = _(
        "The case stands as before it was closed, and is struck off by a decision."
    )

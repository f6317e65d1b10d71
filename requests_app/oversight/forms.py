"""The forms of oversight: alteration, breach, comparison, deviation, incident duty,
provider log, replay and side door."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.review.law.tree import parse
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.catalogue import country_choices
from requests_app.core.forms import (
    DayField,
    MomentField,
    PlainText,
    ReasonForm,
    StepForm,
    this_minute,
)
from requests_app.core.people.models import Authority
from requests_app.core.people.rights import authorities_of
from requests_app.core.uploads import LARGEST_FILE
from requests_app.core.words.texts import by_name, moment_in_words
from requests_app.oversight.models import Deviation, IncidentDuty
from requests_app.oversight.papers import draft_of
from requests_app.oversight.rights import (
    BREACH_RECORDERS,
    ORDER_REPLAYS,
    connections_with_files,
)
from requests_app.registers.models.cloud import Connection

# What is typed about a change outside the system.


class ConcludeAlterationForm(StepForm):
    warning = _(
        "The mark stays where the row or text is shown, until it is again what was"
        " recorded. Where it is a false alarm, what did not agree is compared again,"
        " and is no longer shown on the case."
    )
    outcome = forms.ChoiceField(
        label=_("What it was"),
        choices=Alteration.Outcome.choices,
        widget=forms.RadioSelect,
    )
    conclusion = forms.CharField(
        label=_("What was found out, and what was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


# What is typed about a breach of Lockbox itself.


class RecordBreachForm(StepForm):
    warning = _(
        "The time to tell IMY (72 hours) and others begins when somebody here knew of"
        " it. Record it now; what is found out later goes into the reports. Write no"
        " names, and nothing that is security-classified."
    )
    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    known_at = MomentField(
        label=_("When it became known"),
        initial=this_minute,
        help_text=_("To anybody at the authority, or to whoever runs Lockbox for it."),
    )
    what_happened = PlainText(
        label=_("What happened"),
        rows=6,
        help_text=_(
            "As a backup that was lost, a login that somebody else used, a record that"
            " was changed outside the system."
        ),
    )
    affected = PlainText(
        label=_("What and who is affected"),
        rows=4,
        help_text=_(
            "Cases, staff, registers: which, about how many, and what can come of it."
            " Write what is not known yet, too."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = authorities_of(self.by, *BREACH_RECORDERS)
        authority = self.choice("authority")
        authority.queryset = by_name(Authority.objects.filter(pk__in=theirs))
        if len(theirs) == 1:
            authority.empty_label = None


# What is typed when a comparison after a restore ends.


class ConcludeComparisonForm(StepForm):
    warning = _(
        "From here the provider acknowledges answers again. Settle the differences"
        " first, or agree with the provider on what becomes of each. Access that the"
        " provider knows to be revoked is held as revoked here too."
    )
    conclusion = forms.CharField(
        label=_("What was found out, and what was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


# What is typed about an act of the provider's, and about a deviation.


class RecordActForm(StepForm):
    warning = _(
        "It is kept as you write it, and held against what was granted. What lies"
        " outside becomes a deviation. Leave empty what nobody has said."
    )
    happened_at = MomentField(label=_("When it was done"), initial=this_minute)
    action = forms.CharField(label=_("What was done"), max_length=200)
    act = forms.ChoiceField(
        label=_("Kind of act"),
        choices=[("", "—"), *AccessEvent.Act.choices],
        required=False,
    )
    object_name = forms.CharField(
        label=_("Object, as the provider names it"), max_length=1000, required=False
    )
    actor = forms.CharField(label=_("Who"), max_length=200, required=False)
    employer = forms.CharField(
        label=_("Employing company"), max_length=200, required=False
    )
    country = forms.ChoiceField(label=_("From which country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("country").choices = country_choices()


class ConcludeDeviationForm(StepForm):
    outcome = forms.ChoiceField(
        label=_("What it was"),
        choices=Deviation.Outcome.choices,
        widget=forms.RadioSelect,
    )
    conclusion = PlainText(
        label=_("What was found out, and what was done"),
        rows=5,
        help_text=_("A conclusion stands: the deviation is not opened again."),
    )


# Saying that something was reported, or need not be.


class RecordReportForm(StepForm):
    warning = _(
        "The draft holds what is recorded, and brackets for what is not. Report in the"
        " receiver's own way; keep here what was said."
    )
    goes_on = forms.TypedChoiceField(
        label=_("Is the incident still going on?"),
        choices=[
            ("no", _("No, it has been handled: this is the final report")),
            ("yes", _("Yes: this is a status report, and the final report is left")),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    reported_at = MomentField(label=_("When it was reported"), initial=this_minute)
    reference = forms.CharField(
        label=_("The receiver's reference"),
        max_length=200,
        help_text=_("Case number, receipt or whom you spoke to."),
    )
    report = PlainText(label=_("What was reported"), rows=16)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"].initial = draft_of(self.subject)
        if self.subject.kind != IncidentDuty.Kind.CYBER_FINAL:
            del self.fields["goes_on"]


class DeclineDutyForm(StepForm):
    reason = PlainText(
        label=_("Why nothing has to be reported"),
        rows=4,
        help_text=_("By what the law asks, and what is known."),
    )


# What is typed about a gap of a log, and a file that is read by hand.


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


# Ordering a replay: of which authority's decisions, and what is supposed.


class ReplayForm(StepForm):
    template = "lockbox/replay/form.html"

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), empty_label=None
    )
    premise = forms.CharField(
        label=_("Premise"),
        required=False,
        max_length=400,
        help_text=_(
            "One or several of these, with commas between: tree=2026-2,"
            " provisions=2026-01-31, revoked=17, country=US, employer=“The name”."
            " Empty: today's law."
        ),
    )
    since = DayField(
        label=_("Decisions since"),
        required=False,
        help_text=_("Empty: all of them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = authorities_of(self.by, *ORDER_REPLAYS)
        self.choice("authority").queryset = Authority.objects.filter(pk__in=runs)

    def clean_premise(self) -> str:
        text = self.cleaned_data["premise"]
        parse(text)
        return text


# Saying that a decision covers a side door, and having one closed.


class CoverDoorForm(StepForm):
    shows = ("place", "what", "until")
    warning = _(
        "You answer for it that the decision is made, and covers what stands open. When"
        " its time is out somebody looks at it again."
    )

    decision_number = forms.CharField(
        label=_("The decision's number"),
        max_length=100,
        help_text=_("As it is registered, such as NIS 2026-0102."),
    )
    covered_until = MomentField(
        label=_("It covers it until"),
        help_text=_("Within a year."),
    )
    reason = forms.CharField(
        label=_("Why it covers it"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
    )


class WithdrawDoorForm(ReasonForm):
    shows = ("place", "what", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warning = _warning(self.subject)


def _warning(door: Any) -> str:
    if door.kind == door.Kind.CONSENT:
        return gettext(
            "Every consent that the ticket carries is taken back at the provider."
            " Without it the provider may need to ask for access to go on."
        )
    grant = door.access_request and door.access_request.grants.running().first()
    if grant is None:
        return gettext("It is closed at the provider at once, for all that it opens.")
    return gettext(
        "It is closed at the provider at once: the access that was granted until"
        " %(until)s ends too."
    ) % {"until": moment_in_words(grant.ends_at)}

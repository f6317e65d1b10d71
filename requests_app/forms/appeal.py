"""An appeal that came in, and what the authority does with it."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.documents.appealed import (
    court_of,
    is_tried_for_legality,
    last_days_of,
)
from requests_app.forms.moment import DayField, MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import Decision, IncomingAppeal, Revocation
from requests_app.words.times import moment_in_words

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

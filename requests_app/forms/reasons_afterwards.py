"""Reasons that were left out: who asks for them, and what they are told."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import Decision, RequestForReasons, Revocation
from requests_app.words.times import moment_in_words
from requests_app.workflow.reasons_afterwards import leaving_out


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

"""Making an audit, its checklist about one case, and its end."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import DayField
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import AuditFinding, Outcome
from requests_app.models.days import refuse_backward
from requests_app.models.saved_audit import MOST
from requests_app.permissions.auditing import Audited
from requests_app.workflow.saved_audit import TypedAnswer

Question = AuditFinding.Question
EXAMPLE = _("such as: decisions of the spring")


class DrawForm(StepForm):
    warning = _(
        "The sample is drawn by chance when you press the button. It can not be drawn"
        " again in this audit, and the audit can not be taken away."
    )
    name = forms.CharField(label=_("Name"), max_length=200, help_text=EXAMPLE)
    authorities = forms.TypedMultipleChoiceField(
        label=_("Authorities"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of several, as large a sample of each, by the same seed."),
    )
    decided_from = DayField(label=_("Decided from"))
    decided_to = DayField(label=_("Decided to, that day included"))
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("", _("all")), *Outcome.choices],
        required=False,
        help_text=_(
            "With an outcome, cases on named lists that you have not opened are left"
            " out."
        ),
    )
    size = forms.IntegerField(
        label=_("Cases in the sample"), min_value=1, max_value=MOST
    )
    seed = forms.CharField(
        label=_("Your own seed"),
        min_length=8,
        max_length=64,
        help_text=_(
            "What chance is reckoned from: throw dice, or write a sentence that nobody"
            " here knew beforehand. It stands in the report, for others to draw again."
        ),
    )

    def __init__(self, *args: Any, audited: Audited, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = list(audited.authorities.items())
        self.choice("authorities").choices = theirs
        self.needed = ("outcome",)
        if len(theirs) == 1:
            self.choice("authorities").widget = forms.MultipleHiddenInput()
            self.choice("authorities").initial = [theirs[0][0]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("decided_from"), cleaned.get("decided_to")
        refuse_backward(first, last, "decided_to")
        return cleaned


class ChecklistForm(StepForm):
    """One question after another, each with what was found."""

    needed = tuple(Question.values)

    state = ""

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = state
        for question in Question:
            self.fields[question] = forms.ChoiceField(
                label=question.label,
                choices=AuditFinding.Answer.choices,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[_text_of(question)] = PlainText(
                label=_("What you found"), rows=2, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for question in Question:
            answer, name = cleaned.get(question), _text_of(question)
            text = cleaned.get(name, "").strip()
            if text and not answer and question not in self.errors:
                self.add_error(question, gettext("Choose an answer."))
            if (
                answer == AuditFinding.Answer.NO
                and not text
                and name not in self.errors
            ):
                self.add_error(name, gettext("Say what is not as it should be."))
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        answers: dict[str, TypedAnswer] = {
            question.value: TypedAnswer(cleaned[question], cleaned[_text_of(question)])
            for question in Question
        }
        return {"answers": answers, "seen": self.data.get("seen", "")}

    @property
    def seen(self) -> str:
        return self.data.get("seen", self.state)


def _text_of(question: str) -> str:
    return f"{question}_text"


def checklist_values(findings: list[AuditFinding]) -> dict[str, Any]:
    """What a checklist is opened with."""
    values: dict[str, Any] = {}
    for row in findings:
        values[row.question] = row.answer
        values[_text_of(row.question)] = row.text.text if row.text else ""
    return values


class EndForm(StepForm):
    warning = _(
        "When the audit has ended nothing of it can be changed. What you write is read"
        " by every auditor of the authority: name nothing that is on a named list."
    )
    conclusion = PlainText(label=_("Conclusion"), rows=8)

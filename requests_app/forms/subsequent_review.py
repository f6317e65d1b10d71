"""What a second person says of a decision or a closing, and why a review lapsed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import EmptyForm, PlainText, ReasonForm, StepForm
from requests_app.forms.taking_part import NoConflictField
from requests_app.models import ConflictDeclaration, Lapse
from requests_app.workflow.conflict import UNDECLARED
from requests_app.workflow.looking_again import CONCLUSIONS


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

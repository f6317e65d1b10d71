"""What a second person concludes of a decision, and why a review lapsed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import PlainText, StepForm
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
            self.fields[name].initial = getattr(self.subject, name)

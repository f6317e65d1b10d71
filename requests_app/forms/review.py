"""Assigning, declaring, stopping, closing."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.away import ask_if_away
from requests_app.forms.step import EmptyForm, PlainText, StepForm
from requests_app.forms.taking_part import ConflictGroundField
from requests_app.models import (
    Assignment,
    ConflictDeclaration,
    Delivery,
)
from requests_app.selectors.candidates import candidates, described
from requests_app.selectors.changed import Change, change_of
from requests_app.words.swedish_order import by_name
from requests_app.workflow.closing import OpenMatter, left_open


class PeopleForm(StepForm):
    """Choosing one of the people who may work a review, with why they are offered."""

    person = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("Person"),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("person")
        choice.queryset = candidates(self.subject, self.by)
        choice.label_from_instance = described

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ask_if_away(self)
        return cleaned


class BasisField(forms.CharField):
    """On what basis somebody from another authority acts for this one."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Basis"),
            max_length=200,
            required=False,
            help_text=_(
                "For somebody from another authority: on what basis, such as an"
                " assignment under OSL 2:1."
            ),
        )


class AssignForm(PeopleForm):
    basis = BasisField()
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = _("Case officer")
        # Whoever assigns may be the provider's customer.
        self.fields["person"].help_text = _(
            "Choose somebody who does not answer for the provider's services: the"
            " authority is to be objective and impartial (RF 1:9, FL 5)."
        )
        if self.subject.case_officer_id:
            self.fields["reason"].required = True
            choice = self.choice("person")
            choice.queryset = choice.queryset.exclude(pk=self.subject.case_officer_id)


class CoReviewerForm(PeopleForm):
    basis = BasisField()
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("person")
        running = self.subject.assignments.running()
        choice.queryset = choice.queryset.exclude(pk__in=running.values("person"))


class RemoveReviewerForm(StepForm):
    person = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("Co-reviewer"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joined = self.subject.assignments.running().filter(
            kind=Assignment.Kind.CO_REVIEWER
        )
        self.choice("person").queryset = by_name(
            get_user_model().objects.filter(pk__in=joined.values("person"))
        )


class DeclareForm(StepForm):
    warning = _(
        "Anyone with a conflict of interest is excluded from the case at once, and"
        " somebody else takes over (KL 6:28–32)."
    )

    stage = forms.ChoiceField(
        label=_("Stage"), choices=ConflictDeclaration.Stage.choices
    )
    has_conflict = forms.TypedChoiceField(
        label=_("Do you have a conflict of interest?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    ground = ConflictGroundField(required=False)
    text = PlainText(label=_("Account"), required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("has_conflict") and not cleaned.get("ground"):
            self.add_error(
                "ground", _("Choose on what ground you have a conflict of interest.")
            )
        return cleaned


class StopForm(StepForm):
    warning = _(
        "The review stops. Nobody can approve the request here any more, and what has"
        " been written can no longer be read. Write nothing about what you suspect;"
        " call the protective-security manager."
    )

    level = forms.ChoiceField(
        label=_("Security-classified information"),
        choices=[
            ("suspected", _("Can not be ruled out")),
            ("yes", _("Occurs")),
        ],
        widget=forms.RadioSelect,
    )


class ReceiveStopForm(EmptyForm):
    warning = _(
        "Whoever stopped it sees that you have it. Judge it outside this system, and"
        " write nothing about it here."
    )


class TakeForm(EmptyForm):
    """Pressed in the list of what is to be done; here by whoever is to be warned."""

    template = "lockbox/assessment/take_form.html"
    warning = _("You become the case officer.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = (Delivery.Status.OPEN, Delivery.Status.CONFIRMED)
        denied = self.subject.access_request.deliveries.filter(
            answer=Delivery.Answer.DENY, status__in=given
        )
        self.is_denied = denied.exists()
        if self.is_denied:
            self.warning = _(
                "You become the case officer. Another authority has already denied the"
                " provider. Your decision does not change that answer."
            )

    def asks_again(self) -> bool:
        return self.is_denied and "warned" not in self.data


class SeeChangeForm(StepForm):
    template = "lockbox/request/see_change_form.html"

    @cached_property
    def change(self) -> Change | None:
        return change_of(self.by, self.subject, self.relation)


class CloseForm(StepForm):
    template = "lockbox/review/close_form.html"

    reason = forms.CharField(label=_("Closing note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if any(row.needs_reason for row in self.left_open):
            field = self.fields["reason"]
            field.label = _("Why it is closed although this is still open")
            field.required = True

    @cached_property
    def left_open(self) -> list[OpenMatter]:
        return left_open(self.subject)

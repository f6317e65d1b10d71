"""Registering, assigning, declaring, stopping, closing."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.forms.step import EmptyForm, PlainText, StepForm
from requests_app.models import ConflictDeclaration, Role, SecrecyReview


class RegisterForm(StepForm):
    diary_number = forms.CharField(
        label=_("Diary number"),
        max_length=40,
        required=False,
        help_text=_("From the city's diary; empty for the next of our own series."),
    )
    public_subject = forms.CharField(
        label=_("Public subject"),
        max_length=200,
        help_text=_("Anybody may read it in the register (OSL 5:2). Name nobody."),
    )
    protected_subject = PlainText(
        label=_("Protected subject"),
        required=False,
        rows=2,
        max_length=2000,
        help_text=_("For those who may read the case: what it is really about."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.subject.access_request
        self.fields["public_subject"].initial = _(
            "Request for access, %(product)s, %(number)s"
        ) % {"product": request.connection.product, "number": request.external_id}

    def clean_diary_number(self) -> str:
        number = self.cleaned_data["diary_number"].strip()
        taken = SecrecyReview.objects.filter(
            authority=self.subject.authority_id, diary_number=number
        )
        if number and taken.exists():
            raise ValidationError(
                _(
                    "The diary number is already taken. Check it in the diary, or"
                    " leave it empty for the next of our own series."
                )
            )
        return number


def candidates(review: SecrecyReview) -> QuerySet[Any]:
    """People who may be assigned: this authority's reviewers first, with their load."""
    rows = permissions.reviewers_in_force(Role.LEGAL_REVIEWER)
    declared = ConflictDeclaration.objects.filter(review=review, has_conflict=True)
    return (
        get_user_model()
        .objects.filter(pk__in=rows.values("person"))
        .exclude(pk__in=declared.values("person"))
        .annotate(
            own=Count(
                "roles",
                filter=Q(roles__in=rows.filter(authority=review.authority_id)),
                distinct=True,
            ),
            load=Count(
                "assignments",
                filter=Q(
                    assignments__ended_at=None,
                    assignments__review__status__in=SecrecyReview.OPEN,
                ),
                distinct=True,
            ),
        )
        .order_by("-own", "load", "last_name", "first_name")
    )


class AssignForm(StepForm):
    person = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("Case officer"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=200,
        required=False,
        help_text=_(
            "For somebody from another authority: on what basis, such as an"
            " assignment under OSL 2:1."
        ),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("person")
        choice.queryset = candidates(self.subject)
        choice.label_from_instance = self._named
        if self.subject.case_officer_id:
            self.fields["reason"].required = True
            choice.queryset = choice.queryset.exclude(pk=self.subject.case_officer_id)

    def _named(self, person: Any) -> str:
        if not person.own:
            return _("%(name)s – another authority") % {"name": person}
        return _("%(name)s – %(load)s open") % {"name": person, "load": person.load}


class DeclareForm(StepForm):
    warning = _(
        "Who has a conflict of interest is shut out of the case at once, and somebody"
        " else takes over (KL 6:28–32)."
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
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[("", "—"), *ConflictDeclaration.Ground.choices],
        required=False,
    )
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
        " call the security-protection manager."
    )

    level = forms.ChoiceField(
        label=_("Security-classified information"),
        choices=[
            ("suspected", _("Can not be ruled out")),
            ("yes", _("Occurs")),
        ],
        widget=forms.RadioSelect,
    )


class TakeForm(EmptyForm):
    warning = _("You become the case officer.")


class CloseForm(StepForm):
    reason = forms.CharField(label=_("Closing note"), max_length=300, required=False)

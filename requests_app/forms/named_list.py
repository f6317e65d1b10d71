"""Putting a review on a named list, who stands for it, and who sees it there."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.forms.step import EmptyForm, ReasonForm, StepForm
from requests_app.models import ReviewUserPermission, RoleAssignment
from requests_app.permissions.roles import VIEW
from requests_app.words.swedish_order import by_name


class CloseListForm(StepForm):
    warning = _(
        "From now on no role opens the review: only you, whoever takes part in it, and"
        " people you name. Another in charge confirms it, or opens it again."
    )

    reason = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("Such as whistle-blowing or a staff matter. Name nobody."),
    )


class NamePersonForm(StepForm):
    person = forms.ModelChoiceField(get_user_model().objects.none(), label=_("Person"))
    reason = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("Why this person must see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = RoleAssignment.objects.in_force(clock.now()).filter(
            authority=self.subject.authority_id
        )
        self.choice("person").queryset = by_name(
            get_user_model()
            .objects.filter(pk__in=here.values("person"))
            .exclude(pk=self.by.pk)
        )


class UnnamePersonForm(NamePersonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason")
        self.fields["reason"].help_text = ""
        named = ReviewUserPermission.objects.filter(
            content_object=self.subject, permission__codename=VIEW
        )
        self.choice("person").queryset = by_name(
            get_user_model()
            .objects.filter(pk__in=named.values("user"))
            .exclude(pk=self.by.pk)
        )


class ConfirmListForm(EmptyForm):
    warning = _(
        "No role opens the review from here on; the auditor keeps number and clocks."
        " You stand for it beside whoever put it on the list."
    )
    shows = ("listed_by",)


class OpenListForm(ReasonForm):
    warning = _("The roles of the authority open the review again.")
    shows = ("listed_by",)


class OpenContentForm(StepForm):
    warning = _(
        "You read the case from here on, until you give it back. Whoever has the case"
        " sees that you do, and why."
    )

    reason = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_(
            "Why you must read what it is about, as a request of a data subject, a"
            " deviation or a control. Name nobody: it stays in the log."
        ),
    )


class ShutContentForm(EmptyForm):
    warning = _("You see number, people and clocks from here on, and no content.")


class TakeAccessForm(StepForm):
    warning = _(
        "You read the case from here on, and everybody named on it sees that you do."
    )

    reason = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("Why you must see the case: it stays in the log."),
    )

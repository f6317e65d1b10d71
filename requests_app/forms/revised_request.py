"""Correcting what was typed, completing what came, and what the provider changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.access_request import FromPortal, NumberedForm
from requests_app.forms.request_terms import TermsForm
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import AccessRequest, Connection
from requests_app.permissions.steps import connections_beside
from requests_app.providers.terms import plain_terms


def terms_of(request: AccessRequest) -> dict[str, Any]:
    """The terms that stand, as they would be typed."""
    names = request.requested_objects.still_named().order_by("pk")
    minutes = request.duration_minutes
    return {
        "external_id": request.external_id,
        "object_ids": "\n".join(names.values_list("external_id", flat=True)),
        "justification": request.justification.text if request.justification else "",
        "requested_at": request.requested_at,
        "hours": f"{minutes / 60:.2f}".rstrip("0").rstrip(".") if minutes else None,
        **plain_terms(request),
    }


class RevisedTerms(StepForm):
    """What a form hands to a step that revises a request. It begins with what is."""

    def __init__(self, *args: Any, subject: AccessRequest, **kwargs: Any) -> None:
        kwargs["initial"] = terms_of(subject)
        super().__init__(*args, subject=subject, **kwargs)

    def step_fields(self) -> dict[str, Any]:
        form: Any = self  # the terms come with whoever inherits both
        return {
            "application": form.application,
            "payload": form.payload,
            "reason": self.cleaned_data["reason"],
        }


class CorrectEntryForm(RevisedTerms, NumberedForm):
    warning = _(
        "What was typed wrong is corrected here, and kept as it was in a revision of"
        " its own. What the provider has changed is another step."
    )
    reason = PlainText(label=_("What was wrong, and how you know"), rows=2)


class CompleteNoticeForm(RevisedTerms, FromPortal, TermsForm):
    warning = _(
        "The notice told the number and when it was sent. Write the rest as the"
        " provider's portal shows it."
    )

    def step_fields(self) -> dict[str, Any]:
        return {
            "application": self.application,
            "payload": self.payload,
            "picture": self.cleaned_data["picture"],
        }


class JoinAuditIdForm(StepForm):
    warning = _(
        "Portal, support case and audit log each call it otherwise, and nothing tells"
        " by itself that they mean the same. Join them where you have seen it."
    )
    audit_id = forms.UUIDField(
        label=_("Id in the provider's audit log"),
        help_text=_("As the log has it, such as 3f0c…: 32 digits and letters a to f."),
    )
    reason = forms.CharField(
        label=_("How you know that it is this request"), max_length=300
    )

    def clean_audit_id(self) -> str:
        return str(self.cleaned_data["audit_id"])


class ChangedByProviderForm(RevisedTerms, TermsForm):
    warning = _(
        "A proposal goes back to the assessment, and an answer not yet given waits for"
        " a new decision."
    )
    reason = PlainText(label=_("When and how the provider told of the change"), rows=2)


class MoveForm(StepForm):
    warning = _(
        "The request is answered on the connection that it stands on, by its clock. Its"
        " objects are looked for in the register of the one that you choose."
    )
    connection = forms.ModelChoiceField(Connection.objects.none(), label=_("Provider"))
    reason = forms.CharField(label=_("How you know"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = connections_beside(self.subject)
        self.choice("connection").queryset = others.select_related("product")

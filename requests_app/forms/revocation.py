"""Revoking a grant, and recording that the revocation was served."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.forms.taking_part import NoConflictField, TakingPartForm
from requests_app.law.rules import is_by_fl_37
from requests_app.models import Revocation, SecrecyReview, ServiceOfDecision
from requests_app.permissions.involvement_of import involvement
from requests_app.permissions.steps import review_to_revoke

# What may be said whatever happened; whoever has the time says more.
USUAL_REASON = (
    "Förutsättningarna för medgivandet är inte längre uppfyllda. Åtkomsten ska upphöra"
    " genast."
)
WARNING = _(
    "This is a decision, made in your name under the delegation: access and its"
    " extensions end. What the provider has seen it has seen; some products do not"
    " promise that access ends."
)


class ReasonsForm(StepForm):
    """Why: for the authority, and in words that may be shown."""

    warning = WARNING
    reason = PlainText(
        label=_("Internal reason"),
        rows=3,
        help_text=_("Stays with the authority."),
    )
    reason_for_recipient = PlainText(
        label=_("Reason for the provider"),
        rows=3,
        initial=USUAL_REASON,
        help_text=_("What the provider reads. It must not reveal what is secret."),
    )
    ground = forms.ChoiceField(
        label=_("Ground of the revocation"),
        choices=Revocation.Ground.choices,
        initial=Revocation.Ground.PROVISO,
    )

    def name_law(self, review: SecrecyReview) -> None:
        """Only where that law applies."""
        if is_by_fl_37(review.authority.regime, review.authority):
            self.fields["ground"].label = _("Ground (FL 37 § second paragraph)")


class RevokeForm(ReasonsForm, TakingPartForm):
    stage = "decision"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_law(self.subject)


class RevokeAccessForm(ReasonsForm):
    """From the page of the access: the review whose grant it is is found by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        review = review_to_revoke(self.by, self.subject.access_request)
        if review is None:
            return
        self.name_law(review)
        if "decision" not in involvement(self.by, review).declared:
            self.fields["no_conflict"] = NoConflictField()


class ServeRevocationForm(StepForm):
    warning = _("Recorded once. The time to appeal runs from the service.")

    served_at = MomentField(label=_("When it was served"), initial=this_minute)
    way = forms.ChoiceField(
        label=_("How it was served"), choices=ServiceOfDecision.Way.choices
    )
    recipient = forms.CharField(label=_("On whom"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.subject.access_request.connection.product.provider
        self.fields["recipient"].initial = str(provider)

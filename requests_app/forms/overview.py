"""Handing over what lies with somebody who is away or leaves."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.several_reviews import GivenToOneForm
from requests_app.models import SecrecyReview
from requests_app.selectors.addresses import url
from requests_app.selectors.clocks import clock_in
from requests_app.selectors.overview import cases_of
from requests_app.selectors.queue.item import WorkItem, upkeep_item


class HandOverForm(GivenToOneForm):
    """About a person: which of their cases, to whom, and why."""

    template = "lockbox/overview/hand_over_form.html"
    go = "assign"
    most = 200
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.choice("person")
        person.queryset = person.queryset.exclude(pk=self.subject.pk)

    @cached_property
    def waiting(self) -> list[WorkItem]:
        """One more than is shown, to tell that there are more."""
        cases = cases_of(self.subject, self.by)[: self.most + 1]
        return [_line(case) for case in cases]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        return reason


def _line(review: SecrecyReview) -> WorkItem:
    """With its status: what it is about is not told to whoever only manages."""
    return upkeep_item(
        review,
        review.authority,
        review.get_status_display(),
        "",
        url=url("secrecyreview_change", review.pk),
        step_url="",
        clock=clock_in(review.access_request, None),
        about=review,
    )

"""Reviews that wait for the same step, taken together: registered, or assigned."""

from typing import Any, NamedTuple

from django import forms
from django.contrib.auth import get_user_model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.overview import described_successor
from requests_app.forms.registration import proposed_subject
from requests_app.forms.several import SeveralForm, rows_field
from requests_app.models import SecrecyReview
from requests_app.selectors.candidates import successors
from requests_app.selectors.queue import WorkItem, waiting_for_step
from requests_app.words.personal import names_in

LONGEST_SUBJECT = 200  # as the register takes it


class Line(NamedTuple):
    item: WorkItem
    is_ticked: bool
    subject: str
    error: str


class SeveralReviewsForm(SeveralForm):
    """Those of the person's queue that wait for this step."""

    template = "lockbox/several/reviews.html"
    most = 50
    rows = rows_field(
        SecrecyReview.objects.none(),
        label=_("Cases"),
        required=_("Tick at least one case."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [item.about.pk for item in self.waiting]
        reviews = SecrecyReview.objects.filter(pk__in=keys)
        related = ("authority", "access_request__connection__product__provider")
        self.choice("rows").queryset = reviews.select_related(*related)

    @cached_property
    def waiting(self) -> list[WorkItem]:
        return waiting_for_step(self.by, self.go)

    def lines(self) -> list[Line]:
        return [
            Line(
                item,
                self.is_ticked(item.about.pk),
                self.subject_of(item.about),
                self.errors_of.get(item.about.pk, ""),
            )
            for item in self.waiting[: self.most]
        ]

    def subject_of(self, _review: SecrecyReview) -> str:
        return ""


class RegisterSeveralForm(SeveralReviewsForm):
    """Each under a public subject of its own."""

    go = "register"
    asks_subject = True

    def subject_of(self, review: SecrecyReview) -> str:
        typed = self.data.get(f"subject_{review.pk}") if self.is_bound else None
        return proposed_subject(review) if typed is None else typed.strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for review in cleaned.get("rows", []):
            if why := _why_not(review, self.subject_of(review)):
                self.errors_of[review.pk] = why
        if self.errors_of:
            text = _("Nothing has been done: see what is marked below.")
            self.add_error("rows", text)
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        rows = self.cleaned_data["rows"]
        return {"rows": rows, "subjects": {r.pk: self.subject_of(r) for r in rows}}


def _why_not(review: SecrecyReview, subject: str) -> str:
    product = review.access_request.connection.product
    known = [product.name, product.provider.name, review.authority.name]
    if not subject:
        return str(_("Write a public subject."))
    if len(subject) > LONGEST_SUBJECT:
        return str(_("The public subject is too long."))
    if names := names_in(subject, sorted(known, key=len, reverse=True)):
        text = _("“%(name)s” looks like a name: take it out, or register it by itself.")
        return str(text % {"name": ", ".join(dict.fromkeys(names))})
    return ""


class AssignSeveralForm(SeveralReviewsForm):
    """All to one person."""

    go = "assign"
    person = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("To whom"),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.choice("person")
        reviews = [item.about for item in self.waiting]
        person.queryset = successors(reviews, self.by)
        person.label_from_instance = described_successor

    def step_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("rows", "person")}

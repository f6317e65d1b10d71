"""Reviews that wait for the same step, taken together: registered, assigned, or
proposed to be struck off."""

from typing import Any, NamedTuple

from django import forms
from django.contrib.auth import get_user_model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from requests_app.forms.away import ask_if_away
from requests_app.forms.names import names_of_nobody
from requests_app.forms.queue_filter import QueueFilterForm, is_narrowed
from requests_app.forms.registration import LONGEST_SUBJECT, proposed_subject
from requests_app.forms.several import SeveralForm, rows_field
from requests_app.models import Role, SecrecyReview
from requests_app.permissions.roles import roles_at
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.addresses import url
from requests_app.selectors.candidates import successors
from requests_app.selectors.queue import WorkItem, waiting_for_step
from requests_app.selectors.queue.item import upkeep_item
from requests_app.words.personal import names_in
from requests_app.words.times import short_day

RELATED = ("authority", "access_request__connection__product__provider")


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

    def __init__(self, *args: Any, narrowed_to: Any = None, **kwargs: Any) -> None:
        """`narrowed_to`: what the address of the queue chose, if it did."""
        super().__init__(*args, **kwargs)
        self.narrowed_to = narrowed_to or {}
        self.choice("rows").queryset = visible_to(self.by).select_related(*RELATED)

    @cached_property
    def waiting(self) -> list[WorkItem]:
        items = waiting_for_step(self.by, self.go)
        if not self.is_narrowed:
            return items
        return QueueFilterForm(self.narrowed_to, items=items, user=self.by).lines()

    @property
    def is_narrowed(self) -> bool:
        return is_narrowed(self.narrowed_to)

    @cached_property
    def lines(self) -> list[Line]:
        """What waits; and what was ticked and waits no more, with why."""
        known = {item.about.pk for item in self.shown}
        gone = visible_to(self.by).filter(pk__in=self.errors_of.keys() - known)
        past = [_no_more(review) for review in gone.select_related(*RELATED)]
        return [self._line(item) for item in [*past, *self.shown]]

    def _line(self, item: WorkItem) -> Line:
        review = item.about
        return Line(
            item,
            self.is_ticked(review.pk),
            self.subject_of(review),
            self.errors_of.get(review.pk, ""),
        )

    def subject_of(self, _review: SecrecyReview) -> str:
        return ""


def _no_more(review: SecrecyReview) -> WorkItem:
    address = url("secrecyreview_change", review.pk)
    place = review.authority
    return upkeep_item(review, place, "", "", url=address, step_url="", about=review)


class RegisterSeveralForm(SeveralReviewsForm):
    """Each under a public subject of its own."""

    go = "register"
    asks_subject = True
    longest_subject = LONGEST_SUBJECT

    def subject_of(self, review: SecrecyReview) -> str:
        typed = self.data.get(f"subject_{review.pk}") if self.is_bound else None
        return proposed_subject(review) if typed is None else typed.strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for review in cleaned.get("rows", []):
            if why := _why_not(review, self.subject_of(review)):
                self.errors_of[review.pk] = why
        self.tell_of_lines()
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        rows = self.cleaned_data["rows"]
        return {"rows": rows, "subjects": {r.pk: self.subject_of(r) for r in rows}}


def _why_not(review: SecrecyReview, subject: str) -> str:
    if not subject:
        return str(_("Write a public subject."))
    if len(subject) > LONGEST_SUBJECT:
        return str(_("The public subject is too long."))
    if names := names_in(subject, names_of_nobody(review)):
        text = _("“%(name)s” looks like a name: take it out, or register it by itself.")
        return str(text % {"name": ", ".join(dict.fromkeys(names))})
    return ""


class GivenToOneForm(SeveralReviewsForm):
    """All to one person, who is a reviewer of each one's authority."""

    person = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("To whom"),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.choice("person")
        reviews = [item.about for item in self.shown]
        person.queryset = successors(reviews, self.by)
        person.label_from_instance = described_successor

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person = cleaned.get("person")
        for review in cleaned.get("rows", []) if person else []:
            if Role.LEGAL_REVIEWER not in roles_at(person, review):
                text = _("%(name)s is not a reviewer of %(authority)s.")
                names = {"name": person, "authority": review.authority}
                self.errors_of[review.pk] = str(text % names)
        self.tell_of_lines()
        ask_if_away(self)
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class AssignSeveralForm(GivenToOneForm):
    go = "assign"


class StrikeOffSeveralForm(SeveralReviewsForm):
    """Nothing is typed: each says by itself how it ended."""

    go = "propose-striking-off"

    def step_fields(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def described_successor(person: Any) -> str:
    load = ngettext("%(load)s open case", "%(load)s open cases", person.load)
    parts = [load % {"load": person.load}]
    if person.away_until:
        parts.append(_("away until %(day)s") % {"day": short_day(person.away_until)})
    return f"{person} – {', '.join(str(part) for part in parts)}"

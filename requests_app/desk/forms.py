"""The forms of the desk: overview, queue filter, search and several reviews."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit_app import acting
from requests_app.cases.intake.forms import names_of_nobody
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import visible_to
from requests_app.cases.intake.selectors import clock_in
from requests_app.cases.review.forms.people import (
    LONGEST_SUBJECT,
    ask_if_away,
    proposed_subject,
)
from requests_app.cases.review.selectors import successors
from requests_app.core.forms import SeveralForm, rows_field
from requests_app.core.models import Outcome
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import roles_at, roles_of
from requests_app.core.queue import WorkItem, upkeep_item, url
from requests_app.core.words.texts import by_name, names_in, short_day
from requests_app.desk.overview import cases_of
from requests_app.desk.queue import everything
from requests_app.desk.queue.everything import waiting_for_step
from requests_app.desk.search import Narrowing

# What the queue is narrowed to, as the address of the start page says it.

FIELDS = ("authority", "clock", "level", "step")


def is_narrowed(query: Any) -> bool:
    return any(query.get(name) for name in FIELDS)


class QueueFilterForm(forms.Form):
    authority = forms.ChoiceField(label=_("Authority"), required=False)
    clock = forms.ChoiceField(label=_("Runs out"), required=False)
    level = forms.ChoiceField(label=_("Class"), required=False)
    step = forms.ChoiceField(label=_("Next step"), required=False)

    def __init__(self, query: Any, *, items: list[WorkItem], user: Any) -> None:
        super().__init__(query, label_suffix="")
        self.items = items
        self.clocks = everything.clocks(user)
        ends = [(name, label) for name, (label, _ends_at) in self.clocks.items()]
        self._offer("authority", everything.authorities_in(items, user))
        self._offer("clock", ends)
        self._offer("level", everything.classes_in(items))
        self._offer("step", everything.steps_in(items))

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("all")), *choices]

    @property
    def is_used(self) -> bool:
        return is_narrowed(self.data)

    def lines(self) -> list[WorkItem]:
        """The lines of the queue that are looked for; all of them where the address
        makes no sense, which is said beside the field."""
        if not self.is_valid():
            return self.items
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return [item for item in self.items if self._is_among(item, chosen)]

    def _is_among(self, item: WorkItem, chosen: dict[str, str]) -> bool:
        return all(self._tests[name](item, value) for name, value in chosen.items())

    @property
    def _tests(self) -> dict[str, Any]:
        return {
            "authority": everything.is_of_authority,
            "clock": lambda item, name: everything.runs_out_by(
                item, self.clocks[name][1]
            ),
            "level": everything.is_of_class,
            "step": lambda item, name: everything.step_of(item) == name,
        }


# Reviews that wait for the same step, taken together: registered, assigned, or
# proposed to be struck off.

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


# Handing over what lies with somebody who is away or leaves.


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


# What is sought in the texts, and what the hits are narrowed by.

YEARS = 10


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Number, object, person or words"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("", _("all")), *Outcome.choices], required=False
    )
    authority = forms.ModelChoiceField(
        Authority.objects.none(),
        label=_("Authority"),
        required=False,
        empty_label=_("all"),
    )
    year = forms.TypedChoiceField(
        label=_("Year"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        own = {row.authority_id for row in roles_of(by)}
        fields["authority"].queryset = by_name(Authority.objects.filter(pk__in=own))
        if len(own) < 2:
            del fields["authority"]
        this = acting.today().year
        years = [(year, str(year)) for year in range(this, this - YEARS, -1)]
        fields["year"].choices = [("", _("all")), *years]

    def narrowing(self) -> Narrowing:
        cleaned = self.cleaned_data
        authority, year = cleaned.get("authority"), cleaned["year"]
        begins, ends = (_new_year(year), _new_year(year + 1)) if year else (None, None)
        return Narrowing(cleaned["outcome"], authority and authority.pk, begins, ends)


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=timezone.get_default_timezone())

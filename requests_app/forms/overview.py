"""Handing over what lies with somebody who is away or leaves."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from requests_app.forms.step import StepForm
from requests_app.models import Role, SecrecyReview
from requests_app.permissions.roles import roles_at
from requests_app.selectors.candidates import successors
from requests_app.selectors.clocks import clock_in
from requests_app.selectors.overview import cases_of
from requests_app.words.times import short_day


class HandOverForm(StepForm):
    """About a person: which of their cases, to whom, and why."""

    template = "lockbox/overview/hand_over_form.html"

    reviews = forms.ModelMultipleChoiceField(
        SecrecyReview.objects.none(),
        label=_("Cases that are not closed"),
        widget=forms.CheckboxSelectMultiple,
    )
    person = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("To whom"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cases = cases_of(self.subject, self.by)
        self.cases = list(cases)
        reviews = self.choice("reviews")
        reviews.queryset = cases
        reviews.label_from_instance = _in_a_line
        reviews.initial = [case.pk for case in self.cases]
        person = self.choice("person")
        person.queryset = successors(self.cases, self.by).exclude(pk=self.subject.pk)
        person.label_from_instance = described_successor

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person = cleaned.get("person")
        for review in cleaned.get("reviews", []) if person else []:
            if Role.LEGAL_REVIEWER not in roles_at(person, review):
                text = _("%(name)s is not a reviewer of %(authority)s: %(review)s")
                names = {
                    "name": person,
                    "authority": review.authority,
                    "review": review,
                }
                self.add_error("person", text % names)
        return cleaned


def _in_a_line(review: SecrecyReview) -> str:
    running = clock_in(review.access_request, None)
    parts = [str(review), str(review.authority), review.get_status_display()]
    return " · ".join([*parts, running.words] if running else parts)


def described_successor(person: Any) -> str:
    load = ngettext("%(load)s open case", "%(load)s open cases", person.load)
    parts = [load % {"load": person.load}]
    if person.away_until:
        parts.append(_("away until %(day)s") % {"day": short_day(person.away_until)})
    return f"{person} – {', '.join(str(part) for part in parts)}"

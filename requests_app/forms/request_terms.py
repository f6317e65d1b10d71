"""What a provider asks for, as somebody types it."""

import json
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.forms.widgets import CountrySelect
from requests_app.models import Connection
from requests_app.providers.application import MOST_OBJECTS, Application
from requests_app.providers.terms import LINES, TERM, Term
from requests_app.selectors.entry import objects_meant, system_of
from requests_app.words.times import minutes_in_words

IN_THE_MAP = _("Empty: the system in which the map has the objects.")
NOT_IN_THE_MAP = _("Write it: the map does not tell in which system the objects are.")


class SentAtField(MomentField):
    """When the provider sent it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": _("Sent by the provider"),
            "initial": this_minute,
            **kwargs,
        }
        super().__init__(**kwargs)

    def clean(self, value: Any) -> datetime | None:
        at = super().clean(value)
        if at is not None and at > clock.now() + timedelta(minutes=5):
            raise ValidationError(
                _(
                    "The time lies in the future: write when the provider sent the"
                    " request."
                )
            )
        return at


def line_field(term: Term, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=capfirst(term.label),
        max_length=term.longest,
        required=False,
        **options,
    )


class TermsForm(StepForm):
    """The terms of a request; which connection and number, those who inherit say."""

    service = line_field(TERM["service"], help_text=IN_THE_MAP)
    object_ids = PlainText(
        label=_("Objects"),
        rows=2,
        longest=1000,
        required=False,
        help_text=_(
            "Mailbox, site or resource, one to a line; our own designations, such as"
            " O-17, will do. Empty if not told."
        ),
    )
    justification = PlainText(label=_("What the provider wants, and why"), rows=4)
    hours = forms.DecimalField(
        label=_("Access asked for (hours)"),
        min_value=0,
        max_value=24 * 365,
        decimal_places=2,
        required=False,
    )
    engineer_country = forms.CharField(
        label=_("Country of the engineer"),
        max_length=2,
        required=False,
        widget=CountrySelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for term in LINES:
            self.fields.setdefault(term.name, line_field(term))

    @property
    def came_by(self) -> Connection | None:
        """Where it came from, as far as the form knows yet."""
        return self.subject.connection

    @property
    def number(self) -> str:
        return self.subject.external_id

    @property
    def sent_at(self) -> datetime | None:
        return self.subject.requested_at

    def clean_engineer_country(self) -> str:
        country = self.cleaned_data["engineer_country"].strip().upper()
        if country and not (len(country) == 2 and country.isalpha()):
            raise ValidationError(_("Write two letters, such as SE."))
        return country

    def clean_object_ids(self) -> str:
        text = self.cleaned_data["object_ids"]
        if len(text.splitlines()) > MOST_OBJECTS:
            raise ValidationError(
                _(
                    "Write at most %(most)s objects; split the request if there are"
                    " more."
                ),
                params={"most": MOST_OBJECTS},
            )
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if trouble := self._trouble_with_hours(cleaned.get("hours")):
            self.add_error("hours", trouble)
        if self.came_by is not None and "object_ids" in cleaned:
            self._refuse_ambiguous()
        if not cleaned.get("service") and "service" not in self.errors:
            cleaned["service"] = self._service_in_the_map()
        return cleaned

    def _service_in_the_map(self) -> str:
        """Nobody types what the objects tell."""
        is_known = self.came_by is not None and "object_ids" not in self.errors
        service = system_of(self.came_by, self._objects[0]) if is_known else ""
        if not service:
            self.add_error("service", NOT_IN_THE_MAP)
        return service

    def _trouble_with_hours(self, hours: Any) -> Any:
        if hours == 0:
            return _(
                "Write more than 0 hours; leave it empty if the provider has not told."
            )
        product = self.came_by and self.came_by.product
        if not (hours and product and product.access_minutes):
            return ""
        if hours * 60 <= product.access_minutes:
            return ""
        return _("%(product)s gives at most %(length)s: look in the portal again.") % {
            "product": product.name,
            "length": minutes_in_words(product.access_minutes),
        }

    def _refuse_ambiguous(self) -> None:
        _names, ambiguous = self._objects
        if ambiguous:
            self.add_error(
                "object_ids",
                _(
                    "More than one object is called %(names)s: write it as the"
                    " provider does."
                )
                % {"names": ", ".join(ambiguous)},
            )

    @cached_property
    def _objects(self) -> tuple[list[str], list[str]]:
        lines = self.cleaned_data["object_ids"].splitlines()
        typed = [line.strip() for line in lines]
        return objects_meant(self.came_by, [line for line in typed if line])

    @property
    def application(self) -> Application:
        cleaned = self.cleaned_data
        return Application(
            external_id=self.number,
            justification=cleaned["justification"],
            duration_minutes=round(cleaned["hours"] * 60) if cleaned["hours"] else None,
            object_ids=tuple(self._objects[0]),
            requested_at=self.sent_at,
            engineer_country=cleaned["engineer_country"],
            **{term.name: cleaned[term.name] for term in LINES},
        )

    @property
    def payload(self) -> bytes:
        """What was typed, as the thing that arrived."""
        typed = {name: str(value) for name, value in self.cleaned_data.items()}
        return json.dumps(typed, ensure_ascii=False).encode()

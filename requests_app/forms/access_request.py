"""Typing in a request, routing it, merging doubles."""

import json
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app import permissions
from requests_app.forms.step import MomentField, PlainText, StepForm, this_minute
from requests_app.forms.widgets import CountrySelect
from requests_app.models import (
    AccessRequest,
    Connection,
    Role,
)
from requests_app.providers.application import MOST_OBJECTS, Application


class ManualRequestForm(StepForm):
    """A request as the provider's portal shows it, typed in under a minute."""

    template = "lockbox/step/form.html"

    connection = forms.ModelChoiceField(
        Connection.objects.none(), label=_("Provider"), empty_label=None
    )
    external_id = forms.CharField(
        label=_("Request number"),
        max_length=200,
        help_text=_("As the portal shows it, such as EXSR123456."),
    )
    service = forms.CharField(label=_("Service"), max_length=100)
    object_ids = PlainText(
        label=_("Objects"),
        rows=2,
        required=False,
        help_text=_("Mailbox, site or resource, one to a line. Empty if not told."),
    )
    justification = PlainText(label=_("What the provider wants, and why"), rows=4)
    requested_at = MomentField(label=_("Sent by the provider"), initial=this_minute)
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
    employer_entity = forms.CharField(
        label=_("Employing company"), max_length=200, required=False
    )
    support_request = forms.CharField(
        label=_("Support case"), max_length=100, required=False
    )
    recorded_afterwards = forms.CharField(
        label=_("Recorded afterwards because"),
        max_length=500,
        required=False,
        help_text=_("Needed when the deadline has passed or it came over a day ago."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = permissions.authorities_of(self.by, Role.REGISTRAR, Role.EXECUTOR)
        # Products without an interface come first: they are typed in most.
        self.choice("connection").queryset = (
            Connection.objects.filter(authority__in=runs, is_active=True)
            .select_related("product")
            .order_by("-product__channel", "product__name", "name")
        )

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

    def clean_requested_at(self) -> datetime:
        at = self.cleaned_data["requested_at"]
        if at > clock.now() + timedelta(minutes=5):
            raise ValidationError(
                _(
                    "The time lies in the future: write when the provider sent the"
                    " request."
                )
            )
        return at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("hours") == 0:
            self.add_error(
                "hours",
                _(
                    "Write more than 0 hours; leave it empty if the provider has not"
                    " told."
                ),
            )
        self._ask_why_afterwards(cleaned)
        self._refuse_known_number(cleaned)
        return cleaned

    def _ask_why_afterwards(self, cleaned: dict[str, Any]) -> None:
        at, connection = cleaned.get("requested_at"), cleaned.get("connection")
        if at is None or connection is None or cleaned.get("recorded_afterwards"):
            return
        minutes = connection.product.answer_minutes
        late = at + timedelta(minutes=minutes or 24 * 60) < clock.now()
        if late or at + timedelta(days=1) < clock.now():
            self.add_error(
                "recorded_afterwards",
                _("The answer deadline has passed: say why it is recorded afterwards."),
            )

    def _refuse_known_number(self, cleaned: dict[str, Any]) -> None:
        recorded = AccessRequest.objects.filter(
            connection=cleaned.get("connection"),
            external_id=cleaned.get("external_id"),
        )
        if recorded.exists():
            self.add_error(
                "external_id",
                _("A request with this number has been recorded already."),
            )

    @property
    def application(self) -> Application:
        cleaned = self.cleaned_data
        lines = [line.strip()[:1000] for line in cleaned["object_ids"].splitlines()]
        return Application(
            external_id=cleaned["external_id"].strip(),
            service=cleaned["service"],
            justification=cleaned["justification"],
            duration_minutes=round(cleaned["hours"] * 60) if cleaned["hours"] else None,
            object_ids=tuple(dict.fromkeys(line for line in lines if line)),
            requested_at=cleaned["requested_at"],
            engineer_country=cleaned["engineer_country"],
            employer_entity=cleaned["employer_entity"],
            support_request=cleaned["support_request"],
        )

    @property
    def payload(self) -> bytes:
        """What was typed, as the thing that arrived."""
        typed = {name: str(value) for name, value in self.cleaned_data.items()}
        return json.dumps(typed, ensure_ascii=False).encode()

"""Typing in a request; correcting what was typed; what the provider changed later."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.forms.proof import ProofField
from requests_app.forms.request_terms import SentAtField, TermsForm
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import AccessRequest, Connection, Role
from requests_app.permissions.request_visibility import (
    grants_visible_to,
    requests_visible_to,
)
from requests_app.permissions.roles import authorities_of
from requests_app.providers import registry
from requests_app.providers.application import Application
from requests_app.selectors.addresses import url

Status = AccessRequest.Status
# Nothing of these can be extended, whatever was decided.
WITHOUT_ACCESS = (
    *(Status.LAPSED, Status.WITHDRAWN, Status.ELSEWHERE, Status.MERGED),
    Status.ANSWERED,
)


class NumberField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Request number"),
            max_length=200,
            help_text=_("As the portal shows it, such as EXSR123456."),
        )


class NumberedForm(TermsForm):
    """Where number and time are typed as well."""

    external_id = NumberField()
    requested_at = SentAtField()

    @property
    def number(self) -> str:
        return self.cleaned_data["external_id"]

    @property
    def sent_at(self) -> Any:
        return self.cleaned_data["requested_at"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._refuse_known_number(cleaned.get("external_id"))
        self._refuse_odd_number(cleaned.get("external_id"))
        return cleaned

    def _refuse_odd_number(self, number: str | None) -> None:
        """Where a machine goes by it, it must lead somewhere."""
        can = self.came_by.product.abilities if self.came_by else None
        if not number or can is None or not can.number_pattern:
            return
        if not re.fullmatch(can.number_pattern, number):
            self.add_error("external_id", can.number_help)

    def _refuse_known_number(self, number: str | None) -> None:
        if not number or self.came_by is None:
            return
        known = AccessRequest.objects.numbered(self.came_by, number).first()
        if known is not None and known != self.subject:
            self.add_error("external_id", self._entered_already(known))

    def _entered_already(self, known: AccessRequest) -> str:
        """With a link, for whoever may see the case."""
        visible = requests_visible_to(self.by)
        if not visible.filter(pk=known.pk).exists():
            return gettext("A request with this number has been entered already.")
        return format_html(
            '{} <a href="{}">{}</a>',
            gettext("A request with this number has been entered already:"),
            url("accessrequest_change", known.pk),
            known,
        )


class FromPortal(StepForm):
    """What somebody typed it from."""

    portal_text = PlainText(
        label=_("What the portal's page says"),
        rows=2,
        required=False,
        help_text=_("Copy the page and paste it here: it is kept as it was."),
    )
    picture = ProofField(label=_("Picture of the portal"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("portal_text", "picture"):
            self.fields[name] = self.fields.pop(name)


class ManualRequestForm(FromPortal, NumberedForm):
    """A request as the provider's portal shows it, typed in under a minute."""

    field_order = (
        "connection",
        "external_id",
        "service",
        "object_ids",
        "justification",
        "requested_at",
    )

    connection = forms.ModelChoiceField(
        Connection.objects.none(), label=_("Provider"), empty_label=None
    )
    extends = forms.CharField(
        label=_("Extends request"),
        max_length=200,
        required=False,
        help_text=_("Its number, where more time is asked for of an access."),
    )
    recorded_afterwards = forms.CharField(
        label=_("Recorded afterwards because"),
        max_length=500,
        required=False,
        help_text=_("Needed when the deadline has passed or it came over a day ago."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = authorities_of(self.by, Role.REGISTRAR, Role.EXECUTOR)
        # Products without an interface come first: they are typed in most.
        machines = registry.names(lambda can: can.can_be_polled or can.can_call_us)
        self.choice("connection").queryset = (
            Connection.objects.filter(authority__in=runs, is_active=True)
            .select_related("product")
            .alias(comes_by_machine=Q(product__channel__in=machines))
            .order_by("comes_by_machine", "product__name", "name")
        )

    @property
    def may_register(self) -> bool:
        return bool(authorities_of(self.by, Role.REGISTRAR))

    @property
    def came_by(self) -> Connection | None:
        return self.cleaned_data.get("connection")

    @property
    def application(self) -> Application:
        return replace(super().application, extends=self.cleaned_data["extends"])

    def clean_extends(self) -> str:
        """The number of the request that is extended: one that gave access, and that
        the person may see."""
        number: str = self.cleaned_data["extends"].strip()
        if not number or self.came_by is None:
            return number
        numbered = AccessRequest.objects.numbered(self.came_by, number)
        seen = Q(pk__in=requests_visible_to(self.by).values("pk"))
        answered = grants_visible_to(self.by).values("access_request")
        extended = numbered.filter(seen | Q(pk__in=answered)).first()
        if extended is None:
            raise ValidationError(
                _("No request that you may see has this number at the provider.")
            )
        if extended.status in WITHOUT_ACCESS:
            raise ValidationError(
                _("It gave no access that can be extended: %(status)s."),
                params={"status": extended.get_status_display().lower()},
            )
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._ask_why_afterwards(cleaned)
        return cleaned

    def _ask_why_afterwards(self, cleaned: dict[str, Any]) -> None:
        at = cleaned.get("requested_at")
        if self.came_by is None or cleaned.get("recorded_afterwards"):
            return
        if not self.came_by.product.has_approval:
            self.add_error(
                "recorded_afterwards",
                _(
                    "No approval exists for this product: nobody waits for an answer."
                    " Say what is known, such as a demand or an access that has been."
                ),
            )
            return
        if at is None:
            return
        minutes = self.came_by.product.answer_minutes
        late = at + timedelta(minutes=minutes or 24 * 60) < clock.now()
        if late or at + timedelta(days=1) < clock.now():
            self.add_error(
                "recorded_afterwards",
                _("The answer deadline has passed: say why it is recorded afterwards."),
            )

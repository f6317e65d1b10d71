"""Setting a freeze, and lifting it."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.catalogue.countries import country_choices
from requests_app.forms.moment import MomentField
from requests_app.forms.step import EmptyForm, StepForm
from requests_app.models import (
    Authority,
    Freeze,
    InformationSet,
    Provider,
    ProviderProduct,
    Role,
)
from requests_app.permissions.municipalities import in_reach
from requests_app.permissions.roles import authorities_of
from requests_app.words.swedish_order import by_name


class FreezeForm(StepForm):
    template = "lockbox/freeze/new.html"
    warning = _(
        "All approvals stop at once. Answers not yet given are called back; access"
        " that already runs is listed on the next page."
    )

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    covers_all = forms.BooleanField(
        label=_("For all authorities on our connections"),
        required=False,
        help_text=_("On the connections that this authority runs."),
    )
    provider = forms.ModelChoiceField(
        Provider.objects.all(), label=_("Provider"), required=False
    )
    product = forms.ModelChoiceField(
        ProviderProduct.objects.select_related("provider"),
        label=_("Product"),
        required=False,
    )
    country = forms.ChoiceField(
        label=_("Country of the engineer"),
        choices=lambda: [("", "—"), *country_choices()[1:]],
        required=False,
        help_text=_("A request that names no country is stopped too."),
    )
    information_set = forms.ModelChoiceField(
        InformationSet.objects.none(),
        label=_("Information set"),
        required=False,
        help_text=_("An object of which nobody has said what it holds is stopped too."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Shown on every proposal that it stops."),
    )
    ends_at = MomentField(
        label=_("Ends"), required=False, help_text=_("Empty: until it is lifted.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = authorities_of(self.by, Role.INFORMATION_SECURITY_MANAGER)
        authority = self.choice("authority")
        authority.queryset = by_name(Authority.objects.filter(pk__in=runs))
        if len(runs) == 1:
            authority.empty_label = None
        for name in ("provider", "product"):
            self.choice(name).queryset = in_reach(self.choice(name).queryset, self.by)
        self.choice("information_set").queryset = by_name(
            InformationSet.objects.filter(authority__in=runs).select_related(
                "authority"
            )
        )

    def asks_again(self) -> bool:
        return "look" in self.data

    def frozen(self) -> Freeze | None:
        """What would be set, for whoever looks first at what it stops."""
        if not (self.asks_again() and self.is_valid()):
            return None
        return Freeze(begins_at=clock.now(), **self.step_fields())

    def clean_ends_at(self) -> datetime | None:
        ends_at = self.cleaned_data["ends_at"]
        if ends_at is not None and ends_at <= clock.now():
            raise ValidationError(_("This time has passed."))
        return ends_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        scopes = ("provider", "product", "country", "information_set")
        if sum(bool(cleaned.get(name)) for name in scopes) != 1:
            raise ValidationError(
                _("Choose one: a provider, a product, a country or an information set.")
            )
        authority = cleaned.get("authority") if cleaned.get("covers_all") else None
        if authority and not authority.connections.exists():
            text = _("The authority runs no connection: choose the one that does.")
            self.add_error("covers_all", text)
        return cleaned


class LiftForm(EmptyForm):
    shows = ("reason", "made_by", "lift_reason", "lift_asked_by")
    warning = _(
        "Approvals are possible again. What was decided before the freeze is put in"
        " order to be answered within a minute."
    )

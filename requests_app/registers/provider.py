"""Providers and their products, which authorities share."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import Provider, ProviderProduct, Role
from requests_app.permissions.municipalities import begins_in, in_reach
from requests_app.permissions.roles import CLOUD_KEEPERS
from requests_app.permissions.shared_register import keeps_shared
from requests_app.registers.fields import CountryField
from requests_app.registers.register import Register
from requests_app.registers.row import SharedRowForm

NOTE = _(
    "Rows are added by anybody who keeps them; what changes is proposed by those who"
    " have the product run, and waits for another."
)


class NamedForm(SharedRowForm):
    """A row that is known by its name, all over the municipality."""

    def hindrance(self, row: Any) -> str:
        if keeps_shared(self.by, row):
            return ""
        return gettext("It is there, and others have it run: they change it.")


class ProviderForm(NamedForm):
    country = CountryField(label=_("country"), required=False)

    class Meta(NamedForm.Meta):
        model = Provider
        fields = ("name", "country", "contact")

    def standing(self) -> Provider | None:
        here = begins_in(self.by, *CLOUD_KEEPERS)
        self.instance.municipality_id = here
        name = self.cleaned_data["name"]
        return Provider.objects.filter(municipality=here, name=name).first()


class ProductForm(NamedForm):
    class Meta(NamedForm.Meta):
        model = ProviderProduct
        fields = (
            "provider",
            "name",
            "channel",
            "answer_minutes",
            "access_minutes",
            "access_is_fixed",
            "can_answer_partly",
            "revocation",
            "can_extend",
            "portal",
            "approve_label",
            "deny_label",
            "promise",
            "promise_source",
            "promise_read_on",
            "seal",
            "seal_source",
            "seal_read_on",
        )

    def standing(self) -> ProviderProduct | None:
        name = self.cleaned_data["name"]
        return self.cleaned_data["provider"].products.filter(name=name).first()


def _providers(user: Any) -> Any:
    return in_reach(Provider.objects.all(), user)


def _products(user: Any) -> Any:
    return in_reach(ProviderProduct.objects.all(), user)


PROVIDERS = Register(
    name="providers",
    form=ProviderForm,
    key=("name",),
    kept_by=CLOUD_KEEPERS,
    seen_by=tuple(Role),
    note=NOTE,
    related=(),
    visible=_providers,
)

PRODUCTS = Register(
    name="products",
    form=ProductForm,
    key=("provider", "name"),
    kept_by=CLOUD_KEEPERS,
    seen_by=tuple(Role),
    note=NOTE,
    related=("provider",),
    visible=_products,
)

"""Products that are known beforehand: proposed by one person, confirmed by another."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.catalogue.products import Preset
from requests_app.models import Provider, ProviderProduct, RegisterChange
from requests_app.permissions.municipalities import begins_in
from requests_app.permissions.roles import CLOUD_KEEPERS
from requests_app.permissions.steps import can_propose_products
from requests_app.workflow.register_change import propose_new
from requests_app.workflow.step import note, require, step


@step
def propose_product(preset: Preset, *, by: Any) -> RegisterChange:
    """The product waits as a change of a register. Its provider is entered at once, as
    anybody who keeps providers enters one.

    Raises ValidationError where the product is there already.
    """
    require(can_propose_products(by))
    here = begins_in(by, *CLOUD_KEEPERS)
    products = ProviderProduct.objects.filter(provider__municipality=here)
    if products.filter(name=preset.values["name"]).exists():
        raise ValidationError(_("The product is there already."))
    provider = provider_called(preset.provider, preset.country, here)
    product = ProviderProduct(provider=provider, **preset.values)
    product.full_clean()
    change = propose_new(product, by=by, reason=preset.source)
    note("product.proposed", on=change, by=by, source=preset.source)
    return change


def provider_called(name: str, country: str, municipality: int) -> Provider:
    """Inside a step: the municipality's, entered at once where it is not there."""
    known = Provider.objects.filter(municipality=municipality, name=name)
    provider = known.first()
    if provider is None:
        provider = Provider(name=name, country=country, municipality_id=municipality)
        provider.full_clean()
        provider.save()
    return provider

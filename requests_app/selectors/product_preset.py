"""Which of the products that are known beforehand are there, or wait. Reads only."""

from typing import Any, NamedTuple

from requests_app.catalogue.products import Preset, presets
from requests_app.models import ProviderProduct, RegisterChange
from requests_app.permissions.municipalities import in_reach, within_reach


class Offer(NamedTuple):
    preset: Preset
    is_there: bool
    # The proposal that waits for a second person.
    waiting: Any


def offers(user: Any) -> list[Offer]:
    """In the person's municipality. Two queries."""
    products = in_reach(ProviderProduct.objects.all(), user)
    there = set(products.values_list("name", flat=True))
    rows = RegisterChange.objects.filter(
        proposed_by__municipality__in=within_reach(user),
        row_table=ProviderProduct._meta.db_table,
        act=RegisterChange.Act.ADD,
        confirmed_at=None,
        refused_at=None,
    )
    waiting = {row.new_values.get("name"): row for row in rows}
    return [
        Offer(
            preset, preset.values["name"] in there, waiting.get(preset.values["name"])
        )
        for preset in presets()
    ]

"""Every provider in the registry keeps what the Protocol promises."""

import pytest

from requests_app.providers import registry
from requests_app.providers.protocol import Abilities
from requests_app.registers.models.cloud import ProviderProduct


@pytest.mark.parametrize("name", registry.PROVIDERS)
def test_a_provider_says_what_it_is_called_and_what_it_can_not_do(name):
    provider = registry.PROVIDERS[name]
    assert str(provider.label) and all(map(str, provider.abilities.limits))
    for question in ("applications", "application", "event", "answer_body"):
        assert callable(getattr(provider, question)), question


def test_the_choices_of_a_product_are_the_registry(monkeypatch):
    monkeypatch.setitem(registry.PROVIDERS, "another", registry.PROVIDERS["azure"])
    choices = ProviderProduct._meta.get_field("channel").choices
    assert [name for name, _label in choices] == list(registry.PROVIDERS)


def test_nothing_is_answered_by_machine_that_can_not_be_read_back():
    with pytest.raises(ValueError, match="read back"):
        Abilities(can_be_answered=True)

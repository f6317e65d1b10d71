"""Providers on this machine, invented: for the demo, and for tests.

`manage.py simulate_provider NAME` runs one. A new one is a module of that name, whose
`Simulator` is made of `server.Simulator`.
"""

from importlib import import_module
from pkgutil import iter_modules

from lockbox_site.simulators.server import Simulator
from requests_app.providers import registry

BASES = ("server", "faults", "by_hand", "azure_tenant", "name_server")


def names() -> list[str]:
    modules = (module.name for module in iter_modules(__path__))
    return sorted(name for name in modules if name not in BASES)


def simulator(name: str) -> type[Simulator]:
    made: type[Simulator] = import_module(f"{__name__}.{name}").Simulator
    return made


def pollable() -> list[str]:
    """The names of simulators that Lockbox asks by machine; their providers have the
    same names in the registry."""
    polled = registry.names(lambda can: can.can_be_polled)
    return [name for name in names() if name in polled]


def variable(name: str) -> str:
    """The name of the environment variable that says where a provider is asked."""
    return f"LOCKBOX_{name.upper()}_ENDPOINT"


def objects_of(name: str, server: Simulator, number: str) -> tuple[str, ...]:
    """What one of a simulator's requests names, as its provider is read."""
    provider = registry.PROVIDERS[name]
    return provider.application(server.read_as(number)).object_ids

"""Providers on this machine, invented: for the demo, and for tests.

`manage.py simulate_provider NAME` runs one. A new one is a module of that name, whose
`Simulator` is made of `server.Simulator`.
"""

from importlib import import_module
from pkgutil import iter_modules

from lockbox_site.simulators.server import Simulator

BASES = ("server", "faults", "by_hand", "azure_tenant", "name_server")


def names() -> list[str]:
    modules = (module.name for module in iter_modules(__path__))
    return sorted(name for name in modules if name not in BASES)


def simulator(name: str) -> type[Simulator]:
    made: type[Simulator] = import_module(f"{__name__}.{name}").Simulator
    return made

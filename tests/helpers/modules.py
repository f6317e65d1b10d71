"""The product's modules, as the code has them: nobody keeps a list."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import requests_app

NOT_IMPORTED = (".migrations", ".management")


@cache
def modules() -> tuple[ModuleType, ...]:
    """Each module of requests_app, those of its domains with them."""
    return tuple(_found())


def _found() -> Iterator[ModuleType]:
    start = f"{requests_app.__name__}."
    for found in pkgutil.walk_packages(requests_app.__path__, start):
        if not any(part in f"{found.name}." for part in NOT_IMPORTED):
            yield importlib.import_module(found.name)

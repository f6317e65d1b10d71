"""Addresses of the workbench that belong to no single model."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.http import HttpResponse


def page_of(site: Any) -> Callable[[Callable[..., HttpResponse]], Any]:
    """A view that takes the site first, as the site's own views are: signed in only."""

    def page(view: Callable[..., HttpResponse]) -> Any:
        return site.admin_view(update_wrapper(partial(view, site), view))

    return page

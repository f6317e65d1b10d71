"""Where the guide tells of the page that is shown."""

import inspect
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import ResolverMatch

from requests_app.catalogue.guides import address

register = template.Library()


@register.simple_tag(takes_context=True)
def place_in_guide(context: Any) -> str:
    """The address of the part of the guide about this page; empty where none is."""
    request: HttpRequest | None = context.get("request")
    place = guide_of(request.resolver_match) if request else ""
    return address(place) if place else ""


def guide_of(match: ResolverMatch | None) -> str:
    """What the page's own declaration names: a step's, its model's, or a view's."""
    if match is None:
        return ""
    owner = declared_by(match.func)
    steps = getattr(owner, "steps", {})
    step = steps.get(match.kwargs.get("step_name"))
    return step.guide if step else getattr(owner, "guide", "")


def declared_by(view: Any) -> Any:
    """The admin class whose page it is; else the view itself."""
    own = getattr(inspect.unwrap(view), "__self__", None)
    owner = getattr(view, "model_admin", own)
    return owner if hasattr(owner, "guide") else view

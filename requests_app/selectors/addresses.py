"""Addresses of the workbench's pages."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:requests_app_{name}", args=args)


def turn_address(subject: Any, act: str) -> str:
    """Of the page where somebody says that they take it."""
    return reverse("admin:take_turn", args=[subject._meta.model_name, subject.pk, act])


def flood_url() -> str:
    """The list of what came by mail."""
    return f"{url('accessrequest_changelist')}?received_by__exact=mail"


def link_to(item: str) -> str:
    """The whole address of a page, for what is read outside Lockbox."""
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://{settings.ALLOWED_HOSTS[0]}{item}"

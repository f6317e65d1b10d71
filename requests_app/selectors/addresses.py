"""Addresses of the workbench's pages."""

from typing import Any

from django.urls import reverse


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:requests_app_{name}", args=args)

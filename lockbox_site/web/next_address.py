"""Where somebody goes on to: an address of ours, or the start page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def our_address(request: HttpRequest, address: str | None) -> str:
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return address
    return reverse("admin:index")

"""Registering what was typed in a moment ago."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.models import AccessRequest
from requests_app.permissions.visibility import visible_to
from requests_app.workbench.following_step import take_as_proposed


def register_too(
    admin: Any, request: HttpRequest, access_request: AccessRequest, to: str
) -> str:
    """Register its reviews that are the person's to register, each under the subject
    that is proposed. `admin`: that of reviews; `to`: where they went otherwise. The
    address of the page to go to."""
    reviews = visible_to(request.user).filter(access_request=access_request).live()
    if not reviews:
        text = _("The authority whose information it is registers it.")
        messages.warning(request, text)
    for review in reviews:
        to = take_as_proposed(admin, request, review, "register")
    return to

"""A narrower request after another: linked when it has come, by a person."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.models import AccessRequest
from requests_app.permissions.steps import can_withdraw, narrowed_by
from requests_app.workflow.step import note, save, step


def _is_linked(_may: Any, access_request: AccessRequest) -> str:
    if access_request.narrows_id is None:
        return ""
    return _("It is linked to an earlier request already.")


@step(starts_from=AccessRequest.AWAITING, may=can_withdraw, hindrance=_is_linked)
def link_narrower(
    access_request: AccessRequest, *, by: Any, earlier: AccessRequest, reason: str
) -> None:
    """Say that this is the narrower request that the provider was invited to make.
    Nothing follows from it by itself: it is reviewed like any other."""
    if not narrowed_by(by, access_request).filter(pk=earlier.pk).exists():
        text = _("Choose an earlier request of the same connection that you may read.")
        raise ValidationError({"earlier": text})
    save(access_request, narrows=earlier)
    note("request.narrows", on=access_request, by=by, number=earlier.external_id)

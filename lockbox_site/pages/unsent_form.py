"""What was typed and not sent."""

from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404

from requests_app.models import UnsentForm
from requests_app.workflow.unsent_form import forget_unsent_form


def forget(site: Any, request: HttpRequest) -> HttpResponse:
    """Throw away what one had typed, and begin the form anew."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    path = request.POST.get("path", "")
    unsent = get_object_or_404(UnsentForm, person=request.user.pk, path=path)
    forget_unsent_form(request.user, unsent.path)
    return HttpResponseRedirect(unsent.path)

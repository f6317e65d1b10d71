"""Parts of pages that belong to no single model."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from requests_app.forms.step import StepForm, is_version
from requests_app.models import Content
from requests_app.workflow.step import Busy, WrongState


def page_of(site: Any) -> Callable[[Callable[..., HttpResponse]], Any]:
    """A view that takes the site first, as the site's own views are: signed in only."""

    def page(view: Callable[..., HttpResponse]) -> Any:
        return site.admin_view(update_wrapper(partial(view, site), view))

    return page


def guided(place: str) -> Callable[[Any], Any]:
    """A view that the guide tells of there."""

    def mark(view: Any) -> Any:
        view.guide = place
        return view

    return mark


def refused(form: StepForm, error: WrongState | ValidationError) -> int:
    """The form says why, at the field it is about. Returns the status of the answer."""
    if isinstance(error, ValidationError):
        form.add_errors(error)
        return 200
    form.add_error(None, str(error))
    form.is_overtaken = not isinstance(error, Busy)
    return 409 if form.is_overtaken else 503


def proof_file(proof: Content) -> HttpResponse:
    """Saved and never shown in the page: it came from outside."""
    response = HttpResponse(proof.body, content_type=proof.media_type)
    response.headers["Content-Disposition"] = "attachment; filename=proof"
    return response


def look_from(obj: Any, request: HttpRequest, form: Any) -> None:
    """Let the step compare with what the form was made from, which the page says."""
    if form.seen is None:
        return
    seen = request.POST.get("seen", "")
    if not is_version(seen):
        raise WrongState(_("Nothing says what you saw: look at it, and try again."))
    obj.version = int(seen)

"""The page on which something new begins: a form, kept as a draft while it is typed."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from requests_app.workbench.identity import is_sent_and_right
from requests_app.workflow.drafts.keeping import forget_draft
from requests_app.workflow.drafts.pages import (
    draft_context,
    keep_typed_now,
    typed_before,
)
from requests_app.workflow.step import WrongState


def as_typed(kind: Any, request: HttpRequest, **more: Any) -> Any:
    """A form of this class as it was sent, or with what the person had typed on this
    page before."""
    is_post, typed = request.method == "POST", None
    if not is_post:
        typed = typed_before(request, request.path, at_once=not kind.is_secret)
    data = request.POST if is_post else typed
    files = request.FILES if is_post else None
    form = kind(data, files, by=request.user, **more)
    if typed is not None:
        form.show_again()
    return form


class BeginningMixin:
    """For an admin page: where the person may begin a row of its kind, this is how."""

    opts: Any
    admin_site: Any
    gives_power: Any
    has_add_permission: Callable[..., bool]
    # The form by which a row begins; None where a row comes in another way.
    begins_with: Any = None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        form = self._new_form(request)
        if "keep" in request.POST and form.keeps:
            answer = keep_typed_now(request, None, request.path)
            return answer or HttpResponseRedirect(request.path)
        return self.begin(request, form)

    def begin(self, request: HttpRequest, form: Any) -> HttpResponse:
        """What is made of the form, or the form again."""
        raise NotImplementedError

    def beginning(self, request: HttpRequest) -> dict[str, Any]:
        """What else the form is made of."""
        return {}

    def _new_form(self, request: HttpRequest) -> Any:
        """The form by which something new begins, for whoever may."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        more = self.beginning(request)
        return as_typed(self.begins_with, request, subject=None, **more)

    def made(self, request: HttpRequest, form: Any, act: Callable[..., Any]) -> Any:
        """What the step makes of a form that was sent and is right; None otherwise, and
        the form says why."""
        if not self.is_sent(request, form):
            return None
        try:
            new = act(by=request.user, **form.step_fields())
        except ValidationError as error:
            form.add_errors(error)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            forget_draft(request.user, request.path)
            return new
        return None

    def is_sent(self, request: HttpRequest, form: Any) -> bool:
        """Was it sent, and is it right?"""
        is_sent = request.method == "POST"
        return is_sent and is_sent_and_right(request, form, signs=self.gives_power)

    def new_page(
        self, request: HttpRequest, title: str, form: Any, **more: Any
    ) -> HttpResponse:
        """The form by which something new begins, where a step makes it."""
        context = {
            **more,
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "keeps": form.keeps,
        }
        if form.keeps:
            context |= draft_context(request, request.path, at_once=True)
        return TemplateResponse(request, form.template, context)

"""A page on which several rows are settled together."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from audit_app.ledger import Kind, record
from requests_app.forms.several import SeveralForm
from requests_app.workbench.identity import is_sent_and_right
from requests_app.workbench.pages import refused
from requests_app.workflow.several import SomeHindered
from requests_app.workflow.step import Busy


def settle_page(
    site: Any,
    request: HttpRequest,
    form: SeveralForm,
    *,
    title: str,
    act: Callable[..., int],
    outcome: Callable[[int], str],
    signs: bool = True,
    back: str = "",
    **context: Any,
) -> HttpResponse:
    """Show the rows, or settle those that were ticked: by `act`, told by `outcome` with
    how many they were. `signs`: does the person say anew who they are? `back`: where
    the page came from, if not from the start page."""
    back = back or reverse("admin:index")
    status = 200
    if is_sent_and_right(request, form, signs=signs):
        count, status = settle(request, form, act)
        if count is not None:
            messages.success(request, outcome(count) % {"n": count})
            return HttpResponseRedirect(back)
    context |= {**site.each_context(request), "title": title, "form": form}
    context["back"] = back
    return TemplateResponse(request, form.template, context, status=status)


def settle(request: Any, form: SeveralForm, act: Callable[..., Any]) -> tuple[Any, int]:
    """What `act` gives; or None, and the status of the form that says why."""
    try:
        return act(by=request.user, **form.step_fields()), 200
    except SomeHindered as error:
        name = form.stop if form.stops else form.go
        for row in error.denied:
            record(f"step.{name}", by=request.user, on=row, kind=Kind.REFUSAL)
        form.hindered(error)
        return None, 409
    except Busy as error:
        return None, refused(form, error)

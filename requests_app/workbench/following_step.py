"""Two steps of the same person that always follow each other, by one button."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.forms.step import proposed_data
from requests_app.permissions.steps import relation_to
from requests_app.workbench.step_page import StepPage
from requests_app.workflow.drafts.keeping import draft_of
from requests_app.workflow.step import WrongState


def button_for_both(
    steps: dict[str, StepPage], step_name: str, obj: Any, relation: Any
) -> Any:
    """The button for a step and the one it leads to; empty where the person could not
    take that one."""
    step = steps[step_name]
    if not step.both:
        return ""
    return step.both if steps[step.leads].offered(relation, obj) else ""


def page_after(
    admin: Any, request: HttpRequest, obj: Any, step: StepPage, led_on: bool
) -> str:
    """Straight on to the step that follows, for whoever pressed that button; to the
    next in the queue, for whoever wants that when a case has gone on."""
    following = admin.steps.get(step.leads) if "on" in request.POST else None
    # Who takes a case is something else to it afterwards.
    relation = relation_to(request.user, obj)
    if following is not None and following.offered(relation, obj):
        if step.both:
            return take_as_proposed(admin, request, obj, step.leads)
        path = admin.step_url(obj, step.leads)
        is_begun = draft_of(request.user, path) is not None
        return f"{path}?draft=1" if is_begun else path
    if led_on and request.user.opens_next:  # type: ignore[union-attr]
        done_with = urlencode({"done": admin.page_url(obj)})
        return f"{reverse('admin:next')}?{done_with}"
    return str(admin.after_step(request, obj))


def take_as_proposed(admin: Any, request: HttpRequest, row: Any, step_name: str) -> str:
    """Take a step with what its form proposes; where that is not enough nothing is
    done, and the person is told. The address of the page to go to: the form, if there
    is something to fill in."""
    step = admin.steps[step_name]
    obj = admin.visible_or_404(request, str(row.pk))
    relation = relation_to(request.user, obj)
    why = step.act.obstacle(relation, obj)
    if why or not step.act.may(relation, obj):
        why = why or _("that is for somebody else to do.")
        messages.warning(request, f"{step.label}: {why}")
        return admin.page_url(obj)
    about = {"subject": obj, "by": request.user, "relation": relation}
    form = step.form(proposed_data(step.form(**about)), **about)
    try:
        if not form.is_valid():
            raise ValidationError(_("something is to be filled in first."))
        was = obj.version
        step.act(obj, by=request.user, **form.step_fields())
    except (WrongState, ValidationError) as error:
        why = " ".join(getattr(error, "messages", [str(error)]))
        messages.warning(request, f"{step.label}: {why}")
        return admin.step_url(obj, step_name)
    messages.success(request, step.message(obj))
    admin.afterwards(request.user, obj, step_name, step, was)
    return admin.after_step(request, obj)

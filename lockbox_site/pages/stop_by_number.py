"""A stop for protective security by whoever was told a number, and reads no case."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.ledger import Kind, record
from requests_app.forms.stop_by_number import StopByNumberForm
from requests_app.permissions.roles import BY_ROLE, has_role
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.addresses import url
from requests_app.words.times import moment_in_words
from requests_app.workbench.identity import ask_who_it_is, is_sent_and_right
from requests_app.workbench.pages import guided, refused
from requests_app.workflow.step import WrongState
from requests_app.workflow.stop import stop_several


@guided("steg#stoppa-for-sakerhetsskydd")
def stop_by_number(site: Any, request: HttpRequest) -> HttpResponse:
    """Who they are is asked before the form: nothing typed on it is kept anywhere."""
    if not has_role(request.user, *BY_ROLE["stops"]):
        raise PermissionDenied
    path = request.get_full_path()
    if request.method == "GET" and (asks := ask_who_it_is(request, None, path)):
        return asks
    form = StopByNumberForm(
        request.POST or None,
        subject=None,
        by=request.user,
        initial={"case": request.GET.get("case", "")},
    )
    status = 200
    if is_sent_and_right(request, form, signs=True):
        status = _stop(request, form)
        if status == 302:
            return HttpResponseRedirect(_receipt(request, form))
    if form.has_error("case"):
        record("stop.no_case", by=request.user, kind=Kind.REFUSAL)
    title = _("Stop a case by its number")
    context = {**site.each_context(request), "title": title, "form": form}
    return TemplateResponse(request, form.template, context, status=status)


def _stop(request: HttpRequest, form: StopByNumberForm) -> int:
    """The status of the answer: 302 when they are stopped."""
    try:
        stop_several(by=request.user, **form.step_fields())
    except (WrongState, ValidationError) as error:
        return refused(form, error)
    text = _("Stopped %(at)s: %(cases)s. Nobody can approve the request any more.")
    cases = ", ".join(str(row) for row in form.reviews)
    at = moment_in_words(clock.now())
    messages.success(request, text % {"at": at, "cases": cases})
    return 302


def _receipt(request: HttpRequest, form: StopByNumberForm) -> str:
    """The case itself, where they see it: it says what happens now."""
    stopped = [row.pk for row in form.reviews]
    seen = visible_to(request.user).filter(pk__in=stopped).first()
    return url("secrecyreview_change", seen.pk) if seen else reverse("admin:index")

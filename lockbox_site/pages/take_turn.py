"""“I take it”: what a notice on the phone leads to. It decides nothing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.ledger import Kind, record
from requests_app.models import Act, LadderNotice, TurnTaken
from requests_app.models.notice_ladder import turn_of
from requests_app.permissions.notice_ladder import can_take_turn
from requests_app.permissions.steps import answerable_by, routable_by
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.ladders.waiting import request_of
from requests_app.words.times import moment_in_words
from requests_app.workbench.pages import guided
from requests_app.workflow.notice_ladder import address_of, take_turn
from requests_app.workflow.step import Busy, WrongState

# What a turn can be of, by the name in the address: those that the person may know.
SUBJECTS = {
    "secrecyreview": visible_to,
    "accessrequest": routable_by,
    "delivery": answerable_by,
}


@guided("aviseringsstegar#jag-tar-det")
def take_turn_page(
    site: Any, request: HttpRequest, kind: str, pk: int, act: str
) -> HttpResponse:
    user: Any = request.user
    known = SUBJECTS.get(kind)
    subject: Any = known(user).filter(pk=pk).first() if known and act in Act else None
    if subject is None or not can_take_turn(user, subject):
        raise Http404
    trouble, status = "", 200
    if request.method == "POST":
        try:
            taken = take_turn(subject, by=user, act=act)
        except WrongState as error:
            trouble, status = str(error), 503 if isinstance(error, Busy) else 409
        else:
            text = _("It is yours until %(time)s. The others are told so.")
            values = {"time": moment_in_words(taken.held_until)}
            messages.success(request, text % values)
            return HttpResponseRedirect(request.path)
    record("turn.read", by=user, on=subject, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": str(subject),
        "trouble": trouble,
        "page": address_of(subject),
        "act": Act(act).label,
        **_facts(subject, act),
    }
    return TemplateResponse(
        request, "lockbox/notice_ladder/take_turn.html", context, status=status
    )


def _facts(subject: Any, act: str) -> dict[str, Any]:
    request, item = request_of(subject), address_of(subject)
    what = {"item": item, "act": act, "turn": turn_of(subject)}
    turns = TurnTaken.objects.filter(**what).select_related("person")
    notices = LadderNotice.objects.filter(**what).exclude(sent_at=None)
    return {
        "answer_by": request.clock.answer_by,
        "waits": request.status in request.AWAITING,
        "held": turns.filter(held_until__gt=clock.now()).first(),
        "told": notices.filter(taken=None).order_by("sent_at").count(),
        "maybe_twice": notices.filter(maybe_twice=True).exists(),
    }

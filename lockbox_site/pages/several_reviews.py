"""Cases that wait for the same step of one's own, taken together: registered, assigned,
or proposed to be struck off."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from lockbox_site.pages.several import settle_page
from requests_app.forms.queue_filter import FIELDS
from requests_app.forms.several_reviews import (
    AssignSeveralForm,
    RegisterSeveralForm,
    SeveralReviewsForm,
    StrikeOffSeveralForm,
)
from requests_app.permissions.roles import BY_ROLE, has_role
from requests_app.selectors.queue import WorkItem, of_step
from requests_app.workbench.pages import guided
from requests_app.workflow.assignment import assign_several
from requests_app.workflow.review import register_several
from requests_app.workflow.striking_off import propose_striking_off_several


class Together(NamedTuple):
    form: type[SeveralReviewsForm]
    right: str
    title: Callable[[], str]
    act: Callable[..., int]
    outcome: Callable[[int], str]


@guided("arbetsflode#registrera")
def together(site: Any, request: HttpRequest, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    kind = STEPS[step]
    if not has_role(request.user, *BY_ROLE[kind.right]):
        raise PermissionDenied
    form = kind.form(
        request.POST if request.method == "POST" else None,
        subject=None,
        by=request.user,
        tick_all="all" in request.GET,
        narrowed_to=request.GET,
    )
    if request.method == "GET" and form.waiting:
        # The lines show what cases are about: a read like any other.
        shown = [item.name for item in form.waiting if item.wants]
        record("queue.read", by=request.user, kind=Kind.READ, shown=shown)
    return settle_page(
        site,
        request,
        form,
        title=kind.title(),
        act=kind.act,
        outcome=kind.outcome,
        signs=False,
    )


def _registered(count: int) -> str:
    return ngettext(
        "%(n)s case has been registered.", "%(n)s cases have been registered.", count
    )


def _assigned(count: int) -> str:
    return ngettext(
        "%(n)s case has been assigned.", "%(n)s cases have been assigned.", count
    )


def _proposed(count: int) -> str:
    return ngettext(
        "It has been proposed to strike %(n)s case off.",
        "It has been proposed to strike %(n)s cases off.",
        count,
    )


def several_waiting(
    items: Sequence[WorkItem], narrowed_to: Any
) -> list[tuple[str, int, str]]:
    """The steps that several of these lines wait for: title, number and address of the
    page that takes them together, narrowed as the queue is."""
    chosen = {name: narrowed_to[name] for name in FIELDS if narrowed_to.get(name)}
    numbers = {step: len(of_step(step, items)) for step in STEPS}
    return [
        (
            STEPS[step].title(),
            number,
            reverse("admin:several", args=[step], query=chosen or None),
        )
        for step, number in numbers.items()
        if number > 1
    ]


STEPS = {
    "register": Together(
        RegisterSeveralForm,
        "registers",
        lambda: _("Register several"),
        register_several,
        _registered,
    ),
    "assign": Together(
        AssignSeveralForm,
        "assigns",
        lambda: _("Assign several"),
        assign_several,
        _assigned,
    ),
    "propose-striking-off": Together(
        StrikeOffSeveralForm,
        "proposes_striking_off",
        lambda: _("Propose to strike off several"),
        propose_striking_off_several,
        _proposed,
    ),
}

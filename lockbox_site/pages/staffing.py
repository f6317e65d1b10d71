"""Who is on duty, when nobody may and can act, and one's own shifts."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.ledger import Kind, record
from lockbox_site.web.roster_calendar import address_of
from requests_app.models import RosterCalendar, RosterGroup
from requests_app.permissions.roles import (
    SEE_STAFFING,
    authorities_of,
    roles_of,
    today,
)
from requests_app.permissions.roster import (
    authorities_by_name,
    offers_open_to,
    rosters_visible_to,
)
from requests_app.selectors.roster.coverage import coverage_of
from requests_app.selectors.roster.gaps import gap_lines
from requests_app.selectors.roster.month import (
    month_of,
    on_duty_now,
    rosters_with_places,
    shifts_to_show,
)
from requests_app.selectors.roster.picture import boards, weeks
from requests_app.workbench.pages import guided
from requests_app.workflow.roster_calendar import end_calendar, make_calendar

MOST = 50


@guided("bemanning")
def staffing(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not roles_of(user):
        raise PermissionDenied
    record("staffing.read", by=user, kind=Kind.READ)
    groups = rosters_with_places(user)
    shifts = shifts_to_show(user, groups)
    context = {
        **site.each_context(request),
        "title": _("Staffing"),
        "on_duty": on_duty_now(groups, shifts),
        "shifts": [row for row in shifts if row.person_id == user.pk][:MOST],
        "offers": _offers(user),
        "lays": bool(authorities_of(user, *SEE_STAFFING)),
        **_covered(user, groups),
    }
    return TemplateResponse(request, "lockbox/roster/staffing.html", context)


def _offers(user: Any) -> Any:
    rows = offers_open_to(user).filter(ends_at__gt=clock.now())
    related = ("group__authority", "shift__person", "in_return")
    return rows.select_related(*related).order_by("begins_at")[:MOST]


def _covered(user: Any, groups: list[RosterGroup]) -> dict[str, Any]:
    """Eight weeks ahead, of the authorities whose staffing the person sees."""
    seen = authorities_of(user, *SEE_STAFFING)
    if not seen:
        return {}
    coverage = coverage_of(seen)
    authorities = authorities_by_name(user, *SEE_STAFFING)
    lines = gap_lines(coverage, authorities, groups, MOST)
    return {
        "plans": authorities,
        "boards": boards(coverage, authorities),
        "weeks": weeks(coverage),
        "gaps": lines.first,
        "number": lines.number,
        "more": lines.more,
    }


@guided("bemanning#manaden-och-din-egen-kalender")
def roster_month(site: Any, request: HttpRequest, group_id: int) -> HttpResponse:
    groups = rosters_visible_to(request.user).select_related("authority")
    group = groups.filter(pk=group_id).first()
    if group is None:
        raise Http404
    record("roster_month.read", by=request.user, on=group, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": str(group),
        "group": group,
        "month": month_of(group, _month(request.GET.get("month", ""))),
    }
    return TemplateResponse(request, "lockbox/roster/month.html", context)


def _month(text: str) -> date:
    """The first day of 2026-12; of this month, where it is none."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)
    return first if 2000 <= first.year < 2100 else today().replace(day=1)


@guided("bemanning#manaden-och-din-egen-kalender")
def calendar_address(site: Any, request: HttpRequest) -> HttpResponse:
    """The secret address of one's own calendar: made, shown once, and ended."""
    user: Any = request.user
    if not roles_of(user):
        raise PermissionDenied
    running = RosterCalendar.objects.filter(person=user.pk, ended_at=None).first()
    context = {
        **site.each_context(request),
        "title": _("My shifts in my own calendar"),
        "running": running,
    }
    if request.method == "POST" and "end" in request.POST:
        if running is not None:
            end_calendar(running, by=user)
            messages.success(request, _("The address tells nothing more."))
        return HttpResponseRedirect(reverse("admin:calendar_address"))
    if request.method == "POST":
        context["address"] = request.build_absolute_uri(
            address_of(make_calendar(by=user))
        )
    return TemplateResponse(request, "lockbox/roster/calendar.html", context)


def urls(page: Callable[[Any], Any]) -> list[URLPattern]:
    return [
        path("staffing/", page(staffing), name="staffing"),
        path(
            "staffing/<int:group_id>/",
            page(roster_month),
            name="roster_month",
        ),
        path(
            "staffing/calendar/",
            page(calendar_address),
            name="calendar_address",
        ),
    ]

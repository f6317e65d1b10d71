"""Retention and disposal: what is kept, for how long, on what basis, and what is held
beyond its time because somebody still needs it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audit_app.ledger import Kind, record
from audit_app.retention import Retention
from lockbox_site.pages import disposal_protocol
from lockbox_site.retention import retention_of
from requests_app.documents.disposals import days_with_disposals
from requests_app.models import RetentionRule
from requests_app.models.retention import NOTICES, PERIODS
from requests_app.permissions.retention import retention_seen_by
from requests_app.selectors.retention import (
    Counted,
    days_of_all,
    last_carried_out,
)
from requests_app.workbench.pages import guided

HELD = {
    "appeal": ngettext_lazy(
        "%(n)s is kept beyond its time: an appeal of the case is not settled.",
        "%(n)s are kept beyond their time: an appeal of the case is not settled.",
        "n",
    ),
    "reasons": ngettext_lazy(
        "%(n)s is kept beyond its time: reasons are asked for and not given.",
        "%(n)s are kept beyond their time: reasons are asked for and not given.",
        "n",
    ),
    "deviation": ngettext_lazy(
        "%(n)s is kept beyond its time: a deviation in the case is not concluded.",
        "%(n)s are kept beyond their time: a deviation in the case is not concluded.",
        "n",
    ),
    "open": ngettext_lazy(
        "%(n)s is kept beyond its time: the case is not closed.",
        "%(n)s are kept beyond their time: the case is not closed.",
        "n",
    ),
    "data_subject": ngettext_lazy(
        "%(n)s is kept beyond its time: whoever it is of has asked what is kept.",
        "%(n)s are kept beyond their time: those they are of have asked what is kept.",
        "n",
    ),
    "documents": ngettext_lazy(
        "%(n)s is kept beyond its time: somebody waits for official documents.",
        "%(n)s are kept beyond their time: somebody waits for official documents.",
        "n",
    ),
}


class Line(NamedTuple):
    """A period of retention on the page: `days` is None where nobody has decided."""

    label: str
    retention: Retention
    days: int | None
    counted: dict[str, Any]
    holds: list[str]


class Board(NamedTuple):
    name: str
    decision: str
    lines: list[Line]
    years: dict[int, dict[date, int]]
    key: int

    @property
    def beyond(self) -> int:
        """How much is kept beyond its time."""
        counts = (line.counted.get("held", {}).values() for line in self.lines)
        return sum(map(sum, counts))


class Declared(NamedTuple):
    """Kinds of rows that have one rule."""

    retention: Retention
    kinds: list[str]


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    own = path(
        "retention/",
        page(retention),
        name="retention",
    )
    return [own, *disposal_protocol.urls(page)]


@guided("arbetsflode#bevarande-och-gallring")
def retention(site: Any, request: HttpRequest) -> HttpResponse:
    authorities = retention_seen_by(request.user)
    if not authorities:
        raise PermissionDenied
    record("retention.read", by=request.user, kind=Kind.READ)
    last = last_carried_out()
    context = {
        **site.each_context(request),
        "title": _("Retention and disposal"),
        "boards": list(_boards(authorities, last.periods if last else {})),
        "carried_out_at": last.at if last else None,
        "declared": _declared(),
    }
    return TemplateResponse(request, "lockbox/register/retention.html", context)


def _boards(authorities: Any, periods: dict[str, Counted]) -> Iterator[Board]:
    gone = days_with_disposals()
    rules = RetentionRule.objects.in_bulk(
        list(authorities.values_list("pk", flat=True)), field_name="authority_id"
    )
    for authority in authorities:
        rule = rules.get(authority.pk)
        days = {name: getattr(rule, name, None) for name in PERIODS}
        decision = rule.disposal_decision if rule else ""
        key = str(authority.pk)
        lines, years = _lines(days, periods, key), _years(gone.get(key, {}))
        yield Board(authority.name, decision, lines, years, authority.pk)
    of_all = days_of_all()
    lines = _lines(of_all, periods, "")
    label = _("Notices, and to whom they went")
    lines.append(
        _line(label, NOTICES, of_all["notices"], periods.get("notice_rows", {}), "")
    )
    yield Board("", "", lines, _years(gone.get("", {})), disposal_protocol.NOBODYS)


def _years(days: dict[date, int]) -> dict[int, dict[date, int]]:
    years: dict[int, dict[date, int]] = {}
    for day, number in days.items():
        years.setdefault(day.year, {})[day] = number
    return years


def _lines(
    days: dict[str, int | None], periods: dict[str, Counted], key: str
) -> list[Line]:
    lines = []
    for name, period in PERIODS.items():
        field: Any = RetentionRule._meta.get_field(name)
        label = capfirst(str(field.verbose_name))
        counted = periods.get(name, {})
        lines.append(_line(label, period.retention, days[name], counted, key))
    return lines


def _line(
    label: str, rule: Retention, days: int | None, by_board: Counted, key: str
) -> Line:
    counted = by_board.get(key, {})
    holds = [
        HELD[why] % {"n": number}
        for why, number in sorted(counted.get("held", {}).items())
    ]
    return Line(label, rule, days, counted, holds)


def _declared() -> list[Declared]:
    """Each rule with the kinds of rows that have it, versions with what they are of."""
    kinds: dict[tuple[str, str, int | None], Declared] = {}
    for model in apps.get_models(include_auto_created=True):
        rule = retention_of(model)
        if rule is None or hasattr(model, "instance_type") or model._meta.proxy:
            continue
        key = (str(rule.after), str(rule.basis), rule.days)
        row = kinds.setdefault(key, Declared(rule, []))
        row.kinds.append(str(model._meta.verbose_name_plural))
    return [row._replace(kinds=sorted(set(row.kinds))) for row in kinds.values()]

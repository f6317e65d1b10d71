"""A case's whole life as one story, and who read it by what right."""

from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind
from requests_app.selectors.alteration import alterations_in
from requests_app.selectors.audit.case import Case, cases_numbered
from requests_app.selectors.audit.story import (
    ALL_BUT_READS,
    READS,
    Act,
    read_story,
    story_of,
)
from requests_app.workbench.auditing.disposed import unless_disposed_of
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.auditing.paging import place_in, turned
from requests_app.workbench.auditing.words import Row, case_url, rows_in_words
from requests_app.workbench.pages import guided


class ActInWords(NamedTuple):
    """What was done together: what it is called, and what it changed."""

    first: Row
    events: list[Row]
    changes: list[Row]
    roles: list[str]
    outside: Any
    decides: bool


class Chosen(NamedTuple):
    """A case, and others that have the same number elsewhere."""

    case: Case
    others: list[Case]


@auditors_page
@guided("revisor#1-vem-andrade-utgangen-nar-fran-vad-till-vad")
@unless_disposed_of
def case_story(audit: Audit, number: str) -> HttpResponse:
    chosen = chosen_case(audit, number)
    query = audit.request.GET
    reads = query.get("reads", "")
    kinds = READS if reads == "only" else () if reads == "with" else ALL_BUT_READS
    place = place_in(query.get("before", ""))
    story = story_of(audit.user, audit.audited, chosen.case, kinds, place)
    parameters = {"case": number, **_next_query(audit)}
    acts = [_in_words(audit.site, act) for act in story.acts]
    return shown(
        audit,
        "lockbox/auditing/case.html",
        _("The life of %(number)s") % {"number": number},
        parameters,
        on=rows_about(chosen.case),
        people=_readers(acts),
        **case_context(audit, chosen, "audit_case"),
        acts=acts,
        reads=reads,
        wrong=alterations_in(
            chosen.case.request.pk,
            chosen.case.keys,
            [review.authority_id for review in chosen.case.reviews],
        ),
        **turned(audit, _next_query(audit), story.older),
    )


@auditors_page
@guided("revisor#2-vem-hade-last-arendet-fore-och-med-vilken-ratt")
@unless_disposed_of
def case_readers(audit: Audit, number: str) -> HttpResponse:
    """Who read the case, to the second, and what opened it to them."""
    chosen = chosen_case(audit, number)
    place = place_in(audit.request.GET.get("before", ""))
    story = read_story(audit.user, audit.audited, chosen.case, place)
    acts = [_in_words(audit.site, act) for act in story.acts]
    return shown(
        audit,
        "lockbox/auditing/readers.html",
        _("Who read %(number)s") % {"number": number},
        {"case": number, **_next_query(audit)},
        on=rows_about(chosen.case),
        people=_readers(acts),
        **case_context(audit, chosen, "audit_readers"),
        acts=acts,
        **turned(audit, _next_query(audit), story.older),
    )


def chosen_case(audit: Audit, number: str) -> Chosen:
    """The one that the address names, where several authorities have the number."""
    cases = cases_numbered(audit.user, number)
    if not cases:
        raise Http404
    wanted = audit.request.GET.get("request", "")
    case = next((one for one in cases if str(one.request.pk) == wanted), cases[0])
    return Chosen(case, [one for one in cases if one is not case])


def rows_about(case: Case) -> list[Any]:
    """The rows whose reading is a read of the case."""
    return [*case.reviews] or [case.request]


def case_context(audit: Audit, chosen: Chosen, here: str) -> dict[str, Any]:
    case = chosen.case
    return {
        "case": case,
        "case_url": case_url(case.number),
        "others": chosen.others,
        "here": here,
        "which": f"?request={case.request.pk}" if chosen.others else "",
        "listed": [row for row in case.reviews if not case.seen[row.pk].views],
        "open": [row for row in case.reviews if case.seen[row.pk].views],
    }


def _readers(acts: list[ActInWords]) -> set[int | None]:
    return {row.by_id for act in acts for row in act.events if row.kind == Kind.READ}


def _next_query(audit: Audit) -> dict[str, str]:
    """What of the address the next page asks again."""
    query = audit.request.GET
    return {name: query[name][:20] for name in ("reads", "request") if query.get(name)}


def _in_words(site: Any, act: Act) -> ActInWords:
    rows = rows_in_words(site, act.entries)
    events = [row for row in rows if row.kind != "change"]
    changes = [row for row in rows if row.kind == "change"]
    # What was done last was recorded last: as it was done.
    act_events, act_changes = events[::-1], changes[::-1]
    return ActInWords(
        rows[0], act_events, act_changes, act.roles, act.outside, act.decides
    )

"""Every page of the auditor: read only, through the auditor's login, on record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
)
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit_app import reading
from audit_app.deadlines import Deadline, deadline_of
from audit_app.folding import record_folded
from audit_app.ledger import Kind, record
from requests_app.permissions.auditing import Audited, audits
from requests_app.workbench.looking import shortened
from requests_app.workflow.drafts.resubmission import resubmission


class Audit(NamedTuple):
    """Who looks through whose record. `as_of`: of a replica, up to when it tells."""

    site: Any
    request: HttpRequest
    audited: Audited
    as_of: datetime | None

    @property
    def user(self) -> Any:
        return self.request.user


# Of an address, in a line.
LONGEST = 200
View = Callable[..., HttpResponse]
PAGES = (
    ("audit", _("Everything"), _("changes, reads, refusals, sign-ins and exports")),
    ("audit_decisions", _("Decisions"), _("how fast, at what hour, by whom")),
    ("audit_roles", _("Roles and delegations"), _("who gave, confirmed and ended")),
    ("audit_reading", _("Unusual reading"), _("much, at night, of others' cases")),
    ("audit_figures", _("Figures over time"), _("week by week, with pictures")),
    ("audit_patterns", _("Patterns"), _("how long it took, pairs, unused rights")),
    ("audit_outside", _("Outside the system"), _("what was changed past it, or cut")),
    (
        "audit_verdict",
        _("What the verdict rests on"),
        _("what is compared, who outside has seen it"),
    ),
    ("audit_saved", _("Audits"), _("a sample drawn by chance, a checklist, a report")),
)


class PageLink(NamedTuple):
    url: str
    label: Any
    about: Any
    here: bool


def page_links(name: str = "") -> list[PageLink]:
    """The auditor's pages; `name` is the one that is shown."""
    return [
        PageLink(reverse(f"admin:{page}"), label, about, page == name)
        for page, label, about in PAGES
    ]


def auditors_page(view: View) -> View:
    """For auditors, and GET: the view gets an Audit in place of site and request."""
    return _auditors(view, ["GET", "HEAD"])


def auditors_form(view: View) -> View:
    """A page of the auditor's where something is typed: read by the auditor's login,
    and what is written is written inside `reading.as_application`."""
    return _auditors(view, ["GET", "HEAD", "POST"])


def _auditors(view: View, methods: list[str]) -> View:
    @wraps(view)
    def looked_at(site: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not audits(request.user):
            raise PermissionDenied
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        try:
            as_of = reading.as_of()
        except OperationalError:
            return _replica_is_down(request)
        with reading.as_auditor(), _on_record(request, kwargs):
            audit = Audit(site, request, Audited(request.user), as_of)
            response = view(audit, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()
            return response

    return looked_at


@contextmanager
def _on_record(request: HttpRequest, address: dict[str, Any]) -> Iterator[None]:
    """What was asked for and not shown: for there is no such thing, or it took too
    long."""
    try:
        yield
    except (Http404, OperationalError) as error:
        if isinstance(error, Http404):
            why = _("There is no such thing, or it may not be known of.")
        elif deadline_of(error) is Deadline.STATEMENT:
            why = _("It took too long.")
        else:
            raise
        query = {name: shortened(str(text)) for name, text in request.GET.items()}
        record(
            _event(request),
            by=request.user,
            kind=Kind.REFUSAL,
            asked={**address, **query},
            reason=str(why),
        )
        raise


def _event(request: HttpRequest) -> str:
    return f"{request.resolver_match.url_name}.read"  # type: ignore[union-attr]


def _replica_is_down(request: HttpRequest) -> HttpResponse:
    explanation = _(
        "The auditors’ pages read from a copy of the database, which does not answer."
        " Nothing of the record is lost, and all else works: try again in a while, and"
        " tell the system administrator if it lasts."
    )
    context = {"explanation": explanation, **resubmission(request, may_resend=True)}
    return render(request, "lockbox/site/trouble.html", context, status=503)


def shown(
    audit: Audit,
    template: str,
    title: str,
    parameters: dict[str, Any],
    on: Sequence[Any] = (),
    people: Iterable[int | None] = (),
    **context: Any,
) -> TemplateResponse:
    """A page, put on record with what was asked of it: of each that it is about, and of
    the people whose lines it shows."""
    name = str(audit.request.resolver_match.url_name)  # type: ignore[union-attr]
    for one in on or [None]:
        record(
            _event(audit.request),
            by=audit.user,
            on=one,
            kind=Kind.READ,
            asked=parameters,
        )
    record_people(audit, people, parameters.get("purpose", ""))
    everything = {
        **audit.site.each_context(audit.request),
        "title": title,
        "audit_pages": page_links(name),
        "as_of": audit.as_of,
        **context,
    }
    return TemplateResponse(audit.request, template, everything)


def record_people(
    audit: Audit, people: Iterable[int | None], purpose: str = ""
) -> None:
    """That lines of what they did are looked at: each of them may know (My log)."""
    others = {str(key) for key in people if key not in (None, audit.user.pk)}
    if others:
        record_folded(
            "person_lines.read",
            by=audit.user,
            kind=Kind.READ,
            table=get_user_model()._meta.db_table,
            rows=others,
            path=audit.request.path[:LONGEST],
            **({"purpose": purpose} if purpose else {}),
        )

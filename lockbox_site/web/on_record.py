"""Whatever a page shows or refuses leaves a line, also where the page itself writes
none."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from audit_app.folding import record_folded
from audit_app.ledger import Kind, kinds_recorded
from audit_app.refusals import record_refusal
from lockbox_site.configuration.logs import clean

# What shows no row, or what belongs to nobody. The first page writes a line itself
# where it shows anything.
SHOWS_NO_ROWS = frozenset(
    (
        "index",
        "jsi18n",
        "login",
        "logout",
        "password_change",
        "password_change_done",
        "confirm_identity",
        "guide",
        "guides",
        "keys",
        "stay",
    )
)
REFUSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
READS = frozenset((Kind.READ, Kind.EXPORT))
# Which line each page of a row's has; of others it is a read of the row.
EVENTS = {"changelist": "listed", "add": "form_read"}
LONGEST = 200


class OnRecordMiddleware:
    """Pages that have a line of their own keep it; of others, what is opened again and
    again within the hour is folded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with kinds_recorded() as kinds:
            response = self.get_response(request)
            _record(request, response, kinds)
        return response


def _record(request: HttpRequest, response: HttpResponse, kinds: set[str]) -> None:
    match = request.resolver_match
    if response.status_code in REFUSED and Kind.REFUSAL not in kinds:
        # An address that there is not refuses nobody. What is not there for somebody
        # who is signed in may be there for others.
        if match and match.url_name and _is_person(request):
            _record_page(request, match, Kind.REFUSAL)
        elif response.status_code == HTTPStatus.FORBIDDEN:
            record_refusal("page.refused", path=_path(request))
    elif match and _shows_rows(request, response, match) and not kinds & READS:
        _record_page(request, match, Kind.READ)


def _shows_rows(
    request: HttpRequest, response: HttpResponse, match: ResolverMatch
) -> bool:
    """Machines' doors have lines of their own, and what is public needs none."""
    if match.namespace != "admin" or match.url_name in SHOWS_NO_ROWS:
        return False
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    is_shown = request.method == "GET" or is_page
    return response.status_code == HTTPStatus.OK and is_shown and _is_person(request)


def _is_person(request: HttpRequest) -> bool:
    return bool(getattr(request, "user", None) and request.user.is_authenticated)


def _record_page(request: HttpRequest, match: ResolverMatch, kind: str) -> None:
    event, table = _named(match)
    row = str(match.kwargs.get("object_id", ""))
    is_row = row.isascii() and row.isdecimal() and len(row) < 19
    record_folded(
        event,
        by=request.user,
        kind=kind,
        table=table if is_row else "",
        rows=[row if is_row else ""],
        path=_path(request),
    )


def _path(request: HttpRequest) -> str:
    """The address of the page, cleaned as in the log of personal numbers and of what
    lets somebody in."""
    return clean(request.path)[:LONGEST]


def _named(match: ResolverMatch) -> tuple[str, str]:
    """What the line is called, and the table whose page it is, if it is one's."""
    name = str(match.url_name)
    for page in site._registry.values():
        opts = page.opts
        of_model = f"{opts.app_label}_{opts.model_name}_"
        if name.startswith(of_model):
            rest = name.removeprefix(of_model)
            if rest == "step":
                step = match.kwargs["step_name"]
                known = step if step in getattr(page, "steps", ()) else "unknown"
                return f"step.{known}", opts.db_table
            return f"{opts.model_name}.{EVENTS.get(rest, 'read')}", opts.db_table
    return f"{name}.read", ""

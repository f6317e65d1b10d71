"""Web: accessibility, client token, context processors, error page, form renderer,
health, language, metrics, middleware, next address, on record, public ledger,
refused, roster calendar, wake up and witness."""

import base64
import hmac
import json
import logging
import re
import sys
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from http import HTTPStatus
from importlib import import_module
from typing import Any

from allauth.core.internal import httpkit
from allauth.idp.oidc.internal.oauthlib.request_validator import (
    OAuthLibRequestValidator,
)
from allauth.idp.oidc.internal.oauthlib.server import generate_opaque_token
from allauth.idp.oidc.internal.oauthlib.utils import convert_response, extract_params
from django.conf import settings
from django.contrib.admin import site
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import (
    DataError,
    Error,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.db.migrations.loader import MigrationLoader
from django.forms.renderers import DjangoTemplates, Jinja2
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import ResolverMatch, reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from django.views.defaults import server_error as plain_page
from icalendar import Calendar, Event
from oauthlib.common import Request
from oauthlib.oauth2 import BackendApplicationServer
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from audit_app import acting
from audit_app.acting import Deadline, acting_as, deadline_of, request_id
from audit_app.changes import noticing
from audit_app.ledger import Kind, kinds_recorded, record_folded, record_refusal
from audit_app.models import KeyStatement
from audit_app.sealing import keys as sealing_keys
from audit_app.sealing import outside, sealer
from audit_app.sealing.keys import NoKey
from audit_app.verifying.proofs import Malformed
from lockbox_site import sign_in
from lockbox_site.configuration import clean, version
from lockbox_site.sign_in import (
    client_address,
    release,
    take_a_try,
    too_many_tries,
    tried_name,
)
from lockbox_site.watch import (
    ALL,
    BY_NAME,
    OK,
    UNKNOWN,
    bad,
    database,
    findings,
    trouble,
)
from requests_app.api.answers import TokenCode
from requests_app.api.clients import ASSERTION, AssertionRefused, client_of
from requests_app.api.problems import PREFIX, busy, language_of
from requests_app.cases.access.clients import HASHER, is_its_secret
from requests_app.cases.access.models import ContractClient
from requests_app.cases.access.steps import delivery
from requests_app.core.drafts import is_script, resubmission
from requests_app.core.models import AlteredContent
from requests_app.core.people.models import Role
from requests_app.core.people.rights import roles_in_force
from requests_app.core.step import BUSY, INTAKE, machine_account
from requests_app.core.words.texts import shown
from requests_app.desk.overview import figures, pulse
from requests_app.duty.models.roster import RosterCalendar
from requests_app.duty.roster.coverage import shifts_of
from requests_app.oversight.steps.incidents import report_alterations
from requests_app.privacy.models import AccessibilityStatement
from requests_app.providers import registry
from requests_app.providers.protocol import Unreachable

# The statements on accessibility, as everybody reads them.

# Where anybody reports what does not work, in Digg's own service.
DIGG = "https://www.digg.se/tdosanmalan"


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the act on accessibility (2018:1937, 13 §) asks for."""
    statements = AccessibilityStatement.objects.prefetch_related("faults")
    context = {
        **site.each_context(request),
        "title": _("Accessibility statement"),
        "statements": statements,
        "digg": DIGG,
    }
    return TemplateResponse(request, "lockbox/site/accessibility.html", context)


# Machines that show no secret of ours, or a wrong one: on record and braked, whichever
# door they come to.

# What is on record, by where the address begins.
EVENTS = {
    "/api/registers/": "register_api.refused",
    "/api/": "api.refused",
    "/scim/": "scim.refused",
    "/oauth/": "oauth.refused",
    "/metrics": "metrics.refused",
    "/wake-up/": "wake_up.refused",
    "/sign-in/": "sign_out.refused",
}
OTHER = "machine.refused"
# Who shows a right secret here has made up for wrong ones.
TOKENS = "/oauth/"
# It tries no name, and is braked by its address alone: nobody is locked out by what
# others try. Our secrets are long, and quick to look at: only wrong tries count.
A_MACHINE = ""


class RefusedMachinesMiddleware:
    """Whoever is answered 401 was refused. After some, 429 until a pause is over; a
    right token is let in all the same, for nobody guesses one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            return refuse(request) or response
        if request.path.startswith(TOKENS):
            if response.status_code < HTTPStatus.BAD_REQUEST:
                release(request, A_MACHINE)
            else:
                _record(request)
        return response


def refuse(request: HttpRequest) -> HttpResponse | None:
    """Record that a machine is refused, and brake it; what to answer in a pause."""
    wait = take_a_try(request, A_MACHINE)
    _record(request, braked=bool(wait))
    return braked(wait) if wait else None


def braked(wait: timedelta) -> HttpResponse:
    """429 with Retry-After and a JSON body, for a machine that tries too often."""
    again = too_many_tries(wait).headers["Retry-After"]
    body = {"error": "slow_down", "code": "too_many_tries", "status": 429}
    return JsonResponse(body, status=429, headers={"Retry-After": again})


def _event(request: HttpRequest) -> str:
    events = (
        known for start, known in EVENTS.items() if request.path.startswith(start)
    )
    return next(events, OTHER)


def _record(request: HttpRequest, braked: bool = False) -> None:
    """Which call it was, by its pattern: what stands in the place of what varies may be
    a secret."""
    match = request.resolver_match
    record_refusal(
        _event(request),
        path=f"/{match.route}" if match else "",
        address=client_address(request),
        **_tried(request),
        **({"why": "braked"} if braked else {}),
    )


def _tried(request: HttpRequest) -> dict[str, Any]:
    """The client that a call says it comes from; empty where it names none."""
    # No database takes what is not printable.
    name = "".join(filter(str.isprintable, getattr(request, "tried_client", "")))
    if not name:
        return {}
    clients = ContractClient.objects.select_related("account")
    client = clients.filter(client_id=name).first()
    return tried_name(name, client and client.account)


# Tokens for clients of the contract API: by a secret, or by an assertion they sign.
#
# The grant itself is oauthlib's, and what keeps tokens allauth's.

MOST_BYTES = 64 * 1024


class Braked(Exception):
    """Too many wrong tries from the address."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class Validator(OAuthLibRequestValidator):
    """allauth's, with assertions and with a secret that another takes the place of."""

    def __init__(self, call: HttpRequest) -> None:
        self.call = call
        root = call.build_absolute_uri("/")
        self.audiences = [f"{root}oauth/token", root, root.rstrip("/")]

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Raises AssertionRefused."""
        kind = getattr(request, "client_assertion_type", None)
        if kind is not None:
            return self._authenticate_signer(request, kind)
        name, secret = httpkit.extract_basic_auth(request.headers)
        name = name or getattr(request, "client_id", None)
        secret = secret or getattr(request, "client_secret", None)
        self.call.tried_client = name or ""  # type: ignore[attr-defined]
        client = self._lookup_client(request, name) if name and secret else None
        if client is None:
            return False
        if not client.secret.startswith(HASHER):
            self._slow_down()
        if not is_its_secret(client, str(secret)):
            return False
        self._use_client(request, client)
        return True

    def _slow_down(self) -> None:
        """A secret from before the quick digest costs much to look at: the try counts
        before."""
        if wait := take_a_try(self.call, A_MACHINE):
            raise Braked(wait)

    def _authenticate_signer(self, request: Request, kind: str) -> bool:
        if kind != ASSERTION:
            text = _("`client_assertion_type` is %(kind)s.") % {"kind": ASSERTION}
            raise AssertionRefused(TokenCode.ASSERTION_MALFORMED, text)
        assertion = getattr(request, "client_assertion", None) or ""
        signer = client_of(assertion, self.audiences)
        self._use_client(request, self._lookup_client(request, signer.client_id))
        return True


def _answer(request: HttpRequest, call: str) -> HttpResponse:
    language = language_of(request)
    with translation.override(language):
        try:
            response = _by_oauthlib(request, call)
        except AssertionRefused as error:
            response = _refused(401, "invalid_client", error.code, str(error))
        except Braked as error:
            response = braked(error.wait)
        except (BadRequest, RequestDataTooBig):
            text = _("A parameter stands twice, or the body is too large.")
            code = TokenCode.CALL_MALFORMED
            response = _refused(400, "invalid_request", code, text)
    response.headers["X-Request-Id"] = request_id.get()
    response.headers["Content-Language"] = language
    return response


def _by_oauthlib(request: HttpRequest, call: str) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise RequestDataTooBig
    if any(len(values) > 1 for _name, values in request.POST.lists()):
        raise BadRequest
    server = BackendApplicationServer(
        Validator(request),
        token_generator=generate_opaque_token,
        token_expires_in=settings.IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN,
    )
    with transaction.atomic():
        response = convert_response(*getattr(server, call)(*extract_params(request)))
    if response.status_code < 400:
        return response
    return _as_told(response)


def _as_told(response: HttpResponse) -> HttpResponse:
    """oauthlib's refusal in our words."""
    refusal = json.loads(response.content)
    if refusal["error"] == "invalid_client":
        text = _("The client, or its secret, is not known or no longer good.")
        return _refused(401, refusal["error"], TokenCode.CLIENT_REFUSED, text)
    text = refusal.get("error_description") or _(
        "The call is not as the document says."
    )
    code = TokenCode.CALL_MALFORMED
    return _refused(response.status_code, refusal["error"], code, text)


def _refused(status: int, error: str, code: str, text: str) -> HttpResponse:
    """JSON, as RFC 6749 demands, with all that a problem document has."""
    body = {
        "error": error,
        "error_description": text,
        "type": f"urn:lockbox:problem:{code.replace('_', '-')}",
        "code": code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": text,
        "request_id": request_id.get(),
    }
    response = JsonResponse(body, status=status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="lockbox"'
    return response


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    return _answer(request, "create_token_response")


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    return _answer(request, "create_revocation_response")


# What every page of the workbench shows: the pulse of the sweep.


def workbench(request: HttpRequest) -> dict[str, Any]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"is_demo": settings.LOCAL}
    # The start page has read them all.
    now = pulse(getattr(request, "heartbeats", None))
    return {
        "is_demo": settings.LOCAL,
        "version": version(),
        "session_ends": request.session.get("ends_at", ""),
        "session_last": sign_in.last_moment(request),
        "heartbeat": now.beat,
        "sweep_stopped": now.stopped,
        "clock_trouble": now.clock_trouble,
        "ledger_trouble": now.ledger_trouble,
        "seen_outside": now.seen_outside,
    }


# The page for what went wrong: it says what is known, and gives back what was typed.
#
# It asks the database nothing, which may be what is wrong.

READING = ("GET", "HEAD", "OPTIONS")
AGAIN_AFTER = "30"  # seconds
CALLED_BY_MACHINES = (PREFIX, "/oauth/")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of every error that nobody caught, in views and around them."""
    error = sys.exception()
    is_database = isinstance(error, OperationalError | InterfaceError | MemoryError)
    if request.path.startswith(CALLED_BY_MACHINES) and is_database:
        return busy()
    try:
        return _page(request, _deadline(request, error, is_database))
    except Exception:
        return plain_page(request)


def _deadline(
    request: HttpRequest, error: BaseException | None, is_database: bool
) -> Deadline | None:
    """Whoever only reads has changed nothing, wherever the database was lost."""
    deadline = deadline_of(error)
    if deadline is None and is_database and request.method in READING:
        return Deadline.AWAY
    return deadline


def _page(request: HttpRequest, deadline: Deadline | None) -> HttpResponse:
    context = {
        "explanation": _explanation(request, deadline),
        "is_late": deadline not in (None, Deadline.AWAY),
        **resubmission(request, may_resend=deadline is not None),
    }
    page = render_to_string("lockbox/site/trouble.html", context)
    if deadline is None:
        return HttpResponse(page, status=500)
    return HttpResponse(page, status=503, headers={"Retry-After": AGAIN_AFTER})


def _explanation(request: HttpRequest, deadline: Deadline | None) -> Any:
    if deadline is None:
        return _(
            "The error has been noted. What became of what you did is not known: look"
            " at the case before you try again. If it happens again, tell the system"
            " administrator."
        )
    if deadline is Deadline.STATEMENT and request.method != "POST":
        return _(
            "It took too long to find what you asked for. Narrow it down: a number,"
            " fewer or longer words, a shorter period."
        )
    return BUSY[deadline]


# Inputs of forms as Django draws them, by Jinja2: in a third of the time.

# What Django has in both languages. Its admin's own inputs are in its own alone.
IN_BOTH = "django/forms/"


class FormRenderer(DjangoTemplates):
    @cached_property
    def jinja2(self) -> Jinja2:
        return Jinja2()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith(IN_BOTH):
            return self.jinja2.get_template(template_name)
        return super().get_template(template_name)


# For whoever watches from outside: /healthz, must somebody act? /ready, may this
# process get people?


class HealthMiddleware:
    """Answers before anything else is asked: session, host name, TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path)
        if answer is not None and request.method in ("GET", "HEAD"):
            return answer(request)
        return self.get_response(request)


def health(request: HttpRequest) -> JsonResponse:
    """200 while nobody must act; else 503, with the state of each cause and, in the
    reader's language, what to do. Answers soon, whatever is locked. When somebody
    outside last saw the ledger is told, and is no trouble where nobody has."""
    states = findings()
    state = {name: one.state for name, one in states.items()}
    with override(get_language_from_request(request)):
        to_do = {name: str(BY_NAME[name].to_do) for name in bad(states)}
    outside = [datetime.fromtimestamp(at, UTC) for _, at in states["outside"].figures]
    more = {"seen_outside": outside[0] if outside else None, "what_to_do": to_do}
    return _health_answer({**state, **more}, state)


def ready(_request: HttpRequest) -> JsonResponse:
    """200 while this process can take what people send: the database is written to, and
    its schema is this release's; else 503. A load balancer goes by it: where it is 503
    another machine does better."""
    try:
        with transaction.atomic():
            state = {"database": database(), "schema": _schema()}
    except Error as error:
        state = {"database": trouble(error), "schema": "unknown"}
    return _health_answer(state, state)


ANSWERS = {"/healthz": health, "/ready": ready}


def _health_answer(body: dict[str, Any], state: dict[str, str]) -> JsonResponse:
    return JsonResponse(
        body,
        status=200 if set(state.values()) == {"ok"} else 503,
        headers={"Cache-Control": "no-store"},
    )


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select app, name from django_migrations")
        done = {(app, name) for app, name in cursor.fetchall() if app in _of_release()}
    wanted = {(app, name) for app, names in _of_release().items() for name in names}
    if done == wanted:
        return "ok"
    return "older" if done < wanted else "newer"


@cache
def _of_release() -> dict[str, set[str]]:
    """Of this release: the names of each app's migrations."""
    migrations: dict[str, set[str]] = {}
    for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
        migrations.setdefault(app, set()).add(name)
    return migrations


# Where somebody goes on to: an address of ours, or the start page.


def our_address(request: HttpRequest, address: str | None) -> str:
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return address
    return reverse("admin:index")


# The choice of a language.


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the person's choice; before sign-in, in a cookie."""
    language = "en" if request.POST.get("language") == "en" else "sv"
    response = HttpResponseRedirect(our_address(request, request.POST.get("next")))
    if request.user.is_authenticated:
        request.user.language = language
        with acting_as(request.user):
            request.user.save(update_fields=["language"])
    else:
        response.set_cookie("language", language, samesite="Lax", httponly=True)
    return response


# /metrics, in Prometheus' text format, for whoever has the token.

ADDRESS = "/metrics"
# Name: what it is, and the name of its label. In the order of operations.md.
TOLD = {
    "database_up": ("1 while the database answers", ""),
    "release": ("Which release runs", "version"),
    "sweep_age_seconds": ("Since the sweep was last at work", ""),
    "round_age_seconds": ("Since a round came to its end", ""),
    "round_failures": ("Parts of the last round that failed", ""),
    "clocks_agree": ("1 while the sweep's clock and the database's agree", ""),
    "ledger_seal_age_seconds": ("Since the ledger was last sealed without trouble", ""),
    "ledger_in_trouble": ("1 while it can't be sealed, signed or witnessed", ""),
    "ledger_unsealed": ("Its lines that are not sealed, 100,000 at most", ""),
    "ledger_checkpoints": ("Checkpoints that are signed", ""),
    "ledger_seen_outside_age_seconds": ("Since somebody outside last saw it", ""),
    "shortest_time_left_seconds": ("Until the first answer is too late", ""),
    "requests": ("Requests that are not over", "status"),
    "reviews": ("Secrecy reviews that are not over", "status"),
    "answers_by_hand": ("Answers that a person is to give", ""),
    "outbox_waiting": ("Messages that are not delivered", "topic"),
    "outbox_oldest_seconds": ("Age of the oldest of them", "topic"),
    "connection_failures": ("Times that it has not answered, in a row", "connection"),
    "connection_silent_seconds": ("Since it last answered", "connection"),
    "connection_lacks": (
        "What must be in place before a request comes, and is not",
        "connection",
    ),
    "connection_held_after_restore": (
        "1 until it has told what became of requests since the backup",
        "connection",
    ),
    "deviations_open": ("Deviations that nobody has concluded", ""),
    "roster_gaps": (
        "Gaps in the rosters, eight weeks ahead, by the first of each",
        "act",
    ),
    "roster_next_gap_seconds": ("Until the first gap begins; 0 in one", ""),
    "rosters_unread": ("Rosters whose calendar can't be read", ""),
    "subsequent_reviews_open": ("Decisions that a second person is to look at", ""),
    "subsequent_reviews_late": ("Those of them whose time has run out", ""),
    "lapses_without_cause": ("Lapses of which nobody has said why", ""),
    "closings_to_look_at": ("Cases closed by one person, not looked at yet", ""),
    "arrivals_not_taken_in": ("Arrivals that a person is to look at", ""),
}

TOLD["trouble"] = ("1 while somebody must act", "cause")
TOLD |= {one.gauge.name: one.gauge[1:] for one in ALL if one.gauge}


class MetricsMiddleware:
    """Answers before anything else is asked: session, host name, TLS. Without a token
    in the settings, or with another, there is no such page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != ADDRESS or not settings.METRICS_TOKEN:
            return self.get_response(request)
        if not _may_read(request):
            return refuse(request) or self.get_response(request)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Figures())
        return HttpResponse(
            generate_latest(registry),
            content_type=CONTENT_TYPE_PLAIN_0_0_4,
            headers={"Cache-Control": "no-store"},
        )


def _may_read(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return hmac.compare_digest(given.encode(), wanted.encode())


class _Figures(Collector):
    """Read from the database when asked: each web process tells the same."""

    def collect(self) -> Iterable[Any]:
        samples: list[tuple[str, float, str]] = [("release", 1, version())]
        try:
            samples += figures()
            samples.append(("database_up", 1, ""))
        except Error:
            samples.append(("database_up", 0, ""))
        families = {}
        for name, (text, label) in TOLD.items():
            labels = [label] if label else []
            families[name] = GaugeMetricFamily(f"lockbox_{name}", text, labels=labels)
        for name, value, label in [*samples, *_of_causes()]:
            families[name].add_metric([label] if TOLD[name][1] else [], float(value))
        return families.values()


def _of_causes() -> Iterable[tuple[str, float, str]]:
    """Of each: is it in trouble, where that is known; and what was measured."""
    for name, finding in findings().items():
        if finding.state != UNKNOWN:
            yield "trouble", finding.state != OK, name
        if gauge := BY_NAME[name].gauge:
            for label, number in finding.figures:
                yield gauge.name, number, label


# What every request gets: a number, the person's language, no copies in caches.

NUMBER = re.compile(r"[0-9a-f]{32}")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Groups in the ledger what one web request did."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(_number_of(request))
        try:
            return self.get_response(request)
        finally:
            request_id.reset(token)


def _number_of(request: HttpRequest) -> str:
    """Our own proxy's, so that its log and ours tell of the same; else a new one."""
    given = request.headers.get("X-Request-ID", "")
    is_proxied = settings.SECURE_PROXY_SSL_HEADER is not None
    return given if is_proxied and NUMBER.fullmatch(given) else uuid.uuid4().hex


class NoNulMiddleware:
    """A NUL character can stand in an address and in what a machine sends, but in no
    text that we keep; and so can half of a character."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = [value for key in request.GET for value in request.GET.getlist(key)]
        if "\x00" in request.path or any("\x00" in value for value in values):
            return HttpResponseBadRequest("NUL")
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Django's forms refuse it by name. Of all else the database does."""
        return HttpResponseBadRequest("NUL") if _is_no_text(exception) else None


def _is_no_text(exception: Exception) -> bool:
    if isinstance(exception, UnicodeEncodeError):
        return exception.reason == "surrogates not allowed"
    return isinstance(exception, DataError) and "NUL" in str(exception)


class UnseenMiddleware:
    """On no page stands a character that is not seen (core.words.texts)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming:
            text = response.content.decode(response.charset)
            if (as_shown := shown(text)) is not text:
                response.content = as_shown.encode(response.charset)
        return response


class AlterationMiddleware:
    """Tells those who can act of what a page or a step met that is not what was
    recorded; and shows nothing of it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with noticing() as notices:
            response = self.get_response(request)
        if notices:
            by = request.user
            if not by.is_authenticated:
                by = machine_account(INTAKE)
            report_alterations(notices.values(), by=by)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, AlteredContent):
            return None
        context = {
            **site.each_context(request),
            "title": _("Not what was kept"),
        }
        template = "lockbox/alteration/not_shown.html"
        return TemplateResponse(request, template, context, status=409)


class UserLanguageMiddleware:
    """Swedish, unless the person chose otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", None) or request.COOKIES.get(
            "language", "sv"
        )
        with translation.override(language if language in ("sv", "en") else "sv"):
            response = self.get_response(request)
            response.setdefault("Content-Language", translation.get_language())
            return response


class NoStoreMiddleware:
    """Nothing about a case stays in a browser's or a proxy's cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


# Whatever a page shows or refuses leaves a line, also where the page itself writes
# none.

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
ON_RECORD_EVENTS = {"changelist": "listed", "add": "form_read"}
LONGEST = 200


class OnRecordMiddleware:
    """Pages that have a line of their own keep it; of others, what is opened again and
    again within the hour is folded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with kinds_recorded() as kinds:
            response = self.get_response(request)
            _on_record_record(request, response, kinds)
        return response


def _on_record_record(
    request: HttpRequest, response: HttpResponse, kinds: set[str]
) -> None:
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
    """Whatever the method. Machines' doors have lines of their own, what is public
    needs none, and what a page's script saves shows no more than the page did."""
    if match.namespace != "admin" or match.url_name in SHOWS_NO_ROWS:
        return False
    is_told = response.headers.get("Content-Type", "") == "application/json"
    is_saved = request.method == "POST" and is_script(request) and is_told
    # A form that comes again, refused, shows what it did before.
    is_shown = response.status_code == HTTPStatus.OK or (
        response.status_code in (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
        and isinstance(response, TemplateResponse)
    )
    return is_shown and not is_saved and _is_person(request)


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
            return (
                f"{opts.model_name}.{ON_RECORD_EVENTS.get(rest, 'read')}",
                opts.db_table,
            )
    return f"{name}.read", ""


# What anybody may know of the ledger, without signing in: checkpoints, keys, whether a
# tree goes on from an earlier one, and the program to check it with. No line of it, and
# no hash of one but those that a proof needs.

# A round is a minute; nobody needs to ask more often.
SECONDS = 20
NEWEST = 10


def _public(view: Any) -> Any:
    cached = cache_control(public=True, max_age=SECONDS)(view)
    return login_not_required(require_GET(cached))


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@_public
def ledger(request: HttpRequest) -> HttpResponse:
    keys = sealing_keys.where_readable(sealing_keys.own_keys)
    address = request.build_absolute_uri(request.path)
    context = {
        **site.each_context(request),
        "title": _("The ledger, for anybody to check"),
        "checkpoints": [
            (one, base64.b64encode(one.root).decode())
            for one in sealing_keys.last(NEWEST)
        ],
        "ledger_keys": keys,
        "statements": KeyStatement.objects.all(),
        "digest": sealer.digest(),
        "file": sealer.NAME,
        "command": f"python3 {sealer.NAME} --follow {address}"
        f" --kept checkpoint.txt --key {keys[0] if keys else '…'}",
    }
    return TemplateResponse(request, "lockbox/site/public_ledger.html", context)


@_public
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest, with its cosignatures (C2SP tlog-checkpoint)."""
    newest = sealing_keys.newest_believed()
    if newest is None:
        raise Http404
    return _plain(newest.cosigned)


@_public
def consistency(_request: HttpRequest, old: int, size: int) -> HttpResponse:
    """That the tree of one checkpoint goes on from that of another (RFC 9162, 2.1.4):
    hashes in Base 64, one a line."""
    if old > size or None in (sealing_keys.of_size(old), sealing_keys.of_size(size)):
        raise Http404
    try:
        hashes = sealer.consistency_proof(old, size)
    except sealer.Incomplete:
        raise Http404 from None
    return _plain("".join(f"{base64.b64encode(one).decode()}\n" for one in hashes))


@_public
def statements(_request: HttpRequest) -> HttpResponse:
    """What our keys say of each other, in the order in which they said it."""
    notes = list(KeyStatement.objects.values_list("note", flat=True))
    return JsonResponse(notes, safe=False, json_dumps_params={"ensure_ascii": False})


@_public
def program(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        sealer.verifier(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{sealer.NAME}"'},
    )


# A person's own shifts, for their calendar: at a secret address, times only.

# Of the past so much is told, so that a calendar does not empty itself behind us.
BACK = timedelta(days=31)
MOST = 1_000


def address_of(secret: str) -> str:
    return reverse("roster_calendar", args=[secret])


def roster_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """404 for an address that has ended, and for somebody without any role by now."""
    digest = RosterCalendar.digest_of(secret)
    rows = RosterCalendar.objects.filter(digest=digest, ended_at=None)
    row = rows.select_related("person").first()
    if (
        row is None
        or not roles_in_force(*Role.values).filter(person=row.person).exists()
    ):
        raise Http404
    with translation.override(row.person.language):
        body = _calendar_of(row.person)
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"},
    )


def _calendar_of(person: object) -> bytes:
    """Instants in UTC: every calendar reads them alike, whatever zones it knows."""
    calendar = Calendar()
    calendar.add("prodid", "-//Lockbox//Roster//")
    calendar.add("version", "2.0")
    now = acting.now()
    for shift in shifts_of(person, now - BACK)[:MOST]:
        event = Event()
        event.add("uid", f"shift-{shift.pk}@lockbox")
        event.add("dtstamp", now)
        event.add("dtstart", shift.begins_at)
        event.add("dtend", shift.ends_at)
        event.add("summary", _("On duty"))
        calendar.add_component(event)
    return calendar.to_ical()


# POST /wake-up/PROVIDER/: a provider says that there is something to ask it about.
#
# Nobody signs in: the room of the provider knows what its push looks like.

log = logging.getLogger(__name__)


@csrf_exempt
def wake_up(request: HttpRequest, channel: str) -> HttpResponse:
    """Whoever is refused is on record, counted and braked, as every machine."""
    if channel not in registry.names(lambda can: can.can_wake_us):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    push = import_module(f"{registry.PROVIDERS[channel].__name__}.client")
    authorization = request.headers.get("Authorization", "")
    try:
        digest = push.checked(authorization, request.read(push.MOST_BYTES + 1))
    except push.Forged:
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    except Unreachable as error:
        log.error("wake-up %s: %s", channel, error)
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    if not delivery.wake(channel, digest):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


# POST /witness/add-checkpoint: other installations have their checkpoints cosigned.
#
# Nobody signs in: what is asked is signed by a log that the settings name.


@csrf_exempt
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Where we witness nobody there is no such page. Who is refused too often waits."""
    try:
        key, logs = sealing_keys.witness_key(), sealing_keys.witnessed_logs()
    except (NoKey, Malformed) as error:
        log.error("witness: %s", error)
        return HttpResponse("the witness is out of order\n", status=503)
    if key is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    # By address alone: what others are refused keeps no log from its witness.
    caller = f"witness {sign_in.client_address(request)}"
    if wait := sign_in.take_a_try(request, caller):
        seconds = str(int(wait.total_seconds()) + 1)
        return HttpResponse(status=429, headers={"Retry-After": seconds})
    body = request.read(outside.MOST_BYTES + 1)
    if len(body) > outside.MOST_BYTES:
        return HttpResponse("too large\n", status=413)
    reply = outside.add_checkpoint(body, logs, key)
    if reply.status in (200, 409):
        sign_in.release(request, caller)
    return HttpResponse(reply.body, status=reply.status, content_type=reply.media_type)

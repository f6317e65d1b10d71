"""Client: graph and support access."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from django.utils.translation import gettext as _

from requests_app.providers.application import Event, fitted
from requests_app.providers.exchange_online import application, applications
from requests_app.providers.http import (
    LIMITS,
    Names,
    certificate_ends,
    refused,
    token,
    whole_exchange,
)
from requests_app.providers.protocol import (
    Connector,
    LogPage,
    Reply,
    Standing,
    Unknown,
    Unreachable,
    page_until,
    resume,
)
from requests_app.providers.reading import (
    Piece,
    Unreadable,
    document,
    instant,
    pieces,
    reading,
    text_of,
)
from requests_app.providers.secrets import setting

# Calling Exchange Online's cmdlets over HTTP, as an application with a certificate.
#
# `POST …/adminapi/beta/{tenant}/InvokeCommand`; Microsoft tells of it nowhere. Traps:
# the
# next page is asked for by the same body again; a refusal's words lie in one of three
# places, or it is plain text.

IDENTITY = Names(
    tenant="LOCKBOX_EXCHANGE_TENANT_ID",
    client="LOCKBOX_EXCHANGE_CLIENT_ID",
    certificate="LOCKBOX_EXCHANGE_CERTIFICATE_FILE",
)
ENDPOINT = "https://outlook.office365.com"
SCOPE = "https://outlook.office365.com/.default"
GET, SET = "Get-AccessToCustomerDataRequest", "Set-AccessToCustomerDataRequest"
# Exchange's own mailbox, by which a call without a user finds the tenant's servers.
ANCHOR = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@"
# Seconds to connect, and for each read; and for a whole call, however slowly it drips.
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
LONGEST = 30.0
MOST_PAGES = 100
MOST_BYTES = 20 * 1024 * 1024
# A certificate is to be replaced while there is time.
NOTICE = timedelta(days=30)


def connect(tenant: str) -> Connector:
    return ExchangeLockbox(tenant)


class ExchangeLockbox:
    """The connector of one tenant."""

    def __init__(self, tenant: str) -> None:
        base = setting("LOCKBOX_EXCHANGE_ONLINE_ENDPOINT", ENDPOINT)
        self.tenant = tenant
        self.url = f"{base}/adminapi/beta/{quote(tenant, safe='')}/InvokeCommand"

    def pending(self) -> Iterator[Piece]:
        """Every request that waits. Raises Unreachable or Unreadable."""
        return self._rows(ApprovalStatus="Pending")

    def every(self) -> Iterator[Piece]:
        """Whatever its status. Raises Unreachable or Unreadable."""
        return self._rows()

    def get(self, number: str) -> Piece:
        """One request as it is now. Raises Unreachable, Unknown or Unreadable."""
        for piece in self._rows(RequestId=number):
            with reading(piece.raw):
                shown = application(piece.value).external_id
            if shown.lower() == number.lower():
                return piece
        raise Unknown(_("It does not know request %(number)s.") % {"number": number})

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return self._invoke(self.url, SET, {"RequestId": number, **json.loads(body)})

    def events(self, number: str) -> Iterator[Piece]:
        """Exchange does not tell what was done."""
        return iter(())

    def standing(self) -> Iterator[Standing]:
        """Our certificate lasts, and the application may list the requests."""
        for name, ask in (
            (_("The certificate is valid for 30 days more"), self._ask_certificate),
            (_("The requests of the tenant can be listed"), self._ask_for_one),
        ):
            trouble = ""
            try:
                ask()
            except (Unreachable, Unreadable) as error:
                trouble = str(error)
            yield Standing(name, trouble)

    def _ask_certificate(self) -> None:
        ends = certificate_ends(IDENTITY)
        if ends < datetime.now(UTC) + NOTICE:
            text = _("It runs out on %(day)s: put a new one there before that.")
            raise Unreachable(text % {"day": f"{ends:%Y-%m-%d}"})

    def _ask_for_one(self) -> None:
        next(self.pending(), None)

    def _rows(self, **parameters: str) -> Iterator[Piece]:
        url: str | None = self.url
        for _page in range(MOST_PAGES):
            if url is None:
                return
            reply = self._invoke(url, GET, parameters)
            if reply.status != 200:
                raise refused(reply, _words_of(reply.body))
            with reading(reply.body):
                rows = list(applications(reply.body))
            yield from rows
            url = self._next(reply.body)
        raise Unreachable(_("The list of requests does not end."))

    def _next(self, body: bytes) -> str | None:
        value, _text = document(body)
        link = value.get("@odata.nextLink") if isinstance(value, dict) else None
        if not link:
            return None
        with reading(body):
            here, there = urlsplit(self.url), urlsplit(str(link))
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            # Our token goes to this host and to no other.
            raise Unreachable(_("The next page lies at another address."))
        return str(link)

    def _invoke(self, url: str, cmdlet: str, parameters: dict[str, Any]) -> Reply:
        called = {"CmdletName": cmdlet, "Parameters": parameters}
        return whole_exchange(
            "POST",
            url,
            timeout=TIMEOUT,
            longest=LONGEST,
            most_bytes=MOST_BYTES,
            headers={**self._headers(), **_authorization(url)},
            content=json.dumps({"CmdletInput": called}, ensure_ascii=False).encode(),
        )

    def _headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "Prefer": "odata.maxpagesize=1000",
            "X-ResponseFormat": "json",
            "X-AnchorMailbox": f"{ANCHOR}{self.tenant}",
            "client-request-id": str(uuid.uuid4()),
            # Not Microsoft's own module, and nobody is to believe so.
            "User-Agent": "Lockbox",
        }


def _authorization(url: str) -> dict[str, str]:
    # A token never travels unprotected: a stand-in on this machine gets none.
    if urlsplit(url).scheme != "https":
        return {}
    return {"Authorization": f"Bearer {token(IDENTITY, SCOPE)}"}


def _words_of(body: bytes) -> str:
    """Where public modules look for them: the cmdlet's “type|class|text”, what lay
    beneath, what the server says; or plain text."""
    try:
        error = document(body)[0]["error"]
    except (Unreadable, KeyError, TypeError, IndexError):
        return " ".join(body[:1000].decode("utf-8", "replace").split())
    for path in (
        ("details", "message"),
        ("innererror", "internalException", "message"),
        ("message",),
    ):
        if words := _at(error, path):
            return words.rpartition("|")[2].strip()
    return ""


def _at(value: Any, path: tuple[str, ...]) -> str:
    for name in path:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


# Calls to Microsoft Graph as ourselves, for one tenant.
#
# Source: microsoftgraph/microsoft-graph-docs-contrib, version 1.0 of the API.

GRAPH_ENDPOINT = "https://graph.microsoft.com"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"


def address(path: str, **query: str) -> str:
    base = setting("LOCKBOX_GRAPH_ENDPOINT", GRAPH_ENDPOINT)
    return f"{base}/v1.0/{path}{'?' if query else ''}{urlencode(query)}"


def call(method: str, url: str, **more: Any) -> Reply:
    """Raises Unreachable."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    # A token never travels unprotected: a simulator on this machine gets none.
    if urlsplit(url).scheme == "https":
        headers["Authorization"] = f"Bearer {token(IDENTITY, GRAPH_SCOPE)}"
    return whole_exchange(method, url, headers=headers, **LIMITS, **more)


def page(url: str) -> tuple[list[Piece], str]:
    """The rows at this address, and where the list goes on. Raises Unreachable or
    Unreadable."""
    here, there = urlsplit(address("")), urlsplit(url)
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        # Our token goes to this host and to no other.
        raise Unreachable(_("The next page lies at another address."))
    reply = call("GET", url)
    if reply.status != 200:
        raise refusal(reply)
    with reading(reply.body):
        value, text = document(reply.body)
        return list(pieces(text, ("value",))), str(value.get("@odata.nextLink") or "")


def refusal(reply: Reply) -> Unreachable:
    """By Graph's own words, where it has any."""
    try:
        with reading(reply.body):
            error = document(reply.body)[0]["error"]
            why = f"{error.get('code')}: {error.get('message')}"
    except Unreadable:
        return refused(reply)
    return refused(reply, why)


# Access of Microsoft's support to Entra ID, as the tenant's audit log tells of it.
#
# Source: Microsoft Entra, “Activity logs for Microsoft Support access requests”, a
# preview, and Graph's directoryAudit. A record names no tenant: it came by our tenant's
# token. Trap: it can be asked for by when things happened alone; a day is read again.

# About a request, and no access. Source: the same documents, audit activities.
NO_ACCESS = (
    "request created",
    "request canceled",
    "request rejected",
    "approval removed",
)
CATEGORY = "MicrosoftSupportAccessManagement"
REACH = timedelta(days=30)
LATE = timedelta(days=1)
SUPPORT_ACCESS_MOST_PAGES = 1000


def read(cursor: str, now: datetime) -> Iterator[LogPage]:
    """As LogReader.read."""
    now = now.astimezone(UTC)
    earliest = now - REACH
    why = _("Entra ID keeps this log for 30 days.")
    at, missing = resume(cursor, earliest, why)
    chosen = (
        f"activityDateTime ge {max(at - LATE, earliest):%Y-%m-%dT%H:%M:%SZ}"
        f" and category eq '{CATEGORY}'"
    )
    url = address("auditLogs/directoryAudits", **{"$filter": chosen})
    for _number in range(SUPPORT_ACCESS_MOST_PAGES):
        rows, url = page(url)
        records = [row for row in rows if is_evidence(row.value)]
        end = at if url else now
        yield page_until(records, end, missing)
        missing = ()
        if not url:
            return
    raise Unreachable(_("The list of the log does not end."))


def is_evidence(value: Any) -> bool:
    """Of access: what an administrator of ours did is none; what is no record is given
    out."""
    if not isinstance(value, dict):
        return True
    if str(value.get("activityDisplayName")).strip().lower() in NO_ACCESS:
        return False
    by = value.get("initiatedBy")
    person = by.get("user") if isinstance(by, dict) else None
    return not (isinstance(person, dict) and person.get("userPrincipalName"))


def event(value: Any) -> Event:
    """One record in our terms. Raises Unreadable."""
    with reading(b""):
        return fitted(_event(value))


def _event(value: Any) -> Event:
    if not isinstance(value, dict):
        raise Unreadable(_("A record of the audit log is an object."))
    number, words = (
        text_of(value.get(key), key).strip() for key in ("id", "activityDisplayName")
    )
    happened_at = instant(value.get("activityDateTime"), "activityDateTime")
    if not number or not words or happened_at is None:
        lacking = "id, activityDisplayName, activityDateTime"
        raise Unreadable(_("“%(key)s” is missing.") % {"key": lacking})
    app = (value.get("initiatedBy") or {}).get("app") or {}
    targets = value.get("targetResources") or []
    ids = [text_of(target.get("id"), "id") for target in targets]
    names = [text_of(target.get("displayName"), "displayName") for target in targets]
    result = text_of(value.get("result"), "result")
    return Event(
        external_id=number,
        happened_at=happened_at,
        action=words if result in ("", "success") else f"{words} ({result})",
        object_name=", ".join(filter(None, names)),
        actor=text_of(app.get("displayName"), "displayName"),
        service="Entra",
        # Which of them is the number of a request is documented nowhere.
        perhaps_under=[name for name in ids if name],
    )

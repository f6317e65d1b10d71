"""City: contract calls, documents, doors, ends, exempelmoln, handing out, ledger, logs,
notices and play."""

import json
import os
import time
import uuid
from collections.abc import Callable
from ctypes.util import find_library
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any
from urllib.parse import urlsplit

import httpx
from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, OutputWrapper
from django.db import connection
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.sealing import keys
from lockbox_site import processes
from lockbox_site.demo import cases, town
from lockbox_site.demo.town import BEGAN, REASON, by_two, make_object, people, settle
from lockbox_site.postgres import cluster
from lockbox_site.simulators.microsoft365 import DOMAIN, SENDER, SUBJECT
from lockbox_site.simulators.microsoft365 import TENANT as SIMULATED_TENANT
from requests_app.cases.access import clients
from requests_app.cases.access.models import AccessGrant, ContractClient, SideDoor
from requests_app.cases.intake.models.request import AccessRequest, MailRule
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.papers import render
from requests_app.cases.review.steps import decision as steps_decision
from requests_app.cases.review.steps.decision import draw_up as draw_up_document
from requests_app.core.people.models import Authority
from requests_app.core.step import INTAKE, SWEEP, SYSTEM, machine_account
from requests_app.core.two_persons import confirm, save_or_propose
from requests_app.disclosure.models import DisclosureTariff
from requests_app.disclosure.steps.document import draw_all
from requests_app.disclosure.steps.request import record_disclosure_request
from requests_app.oversight.models import FILE
from requests_app.oversight.steps import incidents
from requests_app.oversight.steps.acts import (
    BACK,
    Record,
    keep_records,
    log_named,
    reconcile,
)
from requests_app.providers.door import Door
from requests_app.providers.exchange_online import audit
from requests_app.records import steps
from requests_app.records.law import ANSWERABLE, obstacles_of
from requests_app.records.models import DisposalRule
from requests_app.records.steps import note_receipt, take_out
from requests_app.registers.models.cloud import CloudSystem, Connection, ProviderProduct
from requests_app.registers.models.cloud import Provider as ProviderRow
from requests_app.registers.models.information import InformationSet

# What stands open at the demonstration's Azure by no request: invented, all of it.

SUBSCRIPTION = "demo-subscription"
DELEGATION = ("484a7d5f-pahittad", "Exempeldrift AB (påhittat): Contributor, Reader")
ROLE = ("b0f43c54-pahittad", "ForeignGroup Exempelsupport (påhittad): Reader")


def tell_of_doors() -> None:
    """Two doors, seen days ago; a decision covers one of them."""
    connection = Connection.objects.get(external_id=SUBSCRIPTION)
    kind = SideDoor.Kind
    shown = {kind.DELEGATED: [_door(*DELEGATION)], kind.ROLE: [_door(*ROLE)]}
    with acting.at(acting.now() - timedelta(days=3)):
        incidents.look_at_outsiders(connection, shown, by=machine_account(SWEEP))
    incidents.cover(
        SideDoor.objects.get(place=DELEGATION[0]),
        by=people.named("disa"),
        decision_number="NIS 2026-0102",
        covered_until=acting.now() + timedelta(days=300),
        reason="Exempeldrift AB sköter servrarna enligt driftavtalet (påhittat).",
    )


def _door(place: str, what: str) -> Door:
    return Door(place, what, None, json.dumps({"pahittat": what}).encode())


# What becomes of cases of Exempelstad that are closed: a rule of disposal, a list with each
# of the answers, and a delivery to the archive. All of it is invented, and the list is of a
# year to come: nothing in the city is old enough.

RETAINED = "Följs upp i en utvärdering (påhittat, som listan och dess dag)"


def end_cases() -> None:
    board = Authority.objects.get(code="NIS")
    by_two(
        DisposalRule(
            authority=board,
            matter="access",
            process_code="2.3.1",
            disposal_decision="NIS 2026-0117 § 9 (påhittat)",
            years=1,
            valid_from=acting.today(),
        )
    )
    _list(board)
    if not render.hindrance():
        _deliver(board)


def _list(board: Authority) -> None:
    """Some cases are to be destroyed, one goes to the archive, and one is retained."""
    new_year = acting.today().replace(year=acting.today().year + 2, month=1, day=2)
    morning = datetime.combine(
        new_year, time_of_day(9), timezone.get_default_timezone()
    )
    with acting.at(morning):
        drawn = steps.draw_up(by=people.lena, authority=board, until=acting.today())
        with acting_as(people.lena):  # by the clock that is set
            whys = obstacles_of(drawn)
        free = [key for key, why in whys.items() if why in ANSWERABLE]
        items = list(drawn.items.filter(pk__in=free).order_by("pk"))
        for answer, some in (("destroy", items[:3]), ("transfer", items[3:4])):
            steps.answer(drawn, by=people.lena, items=some, answer=answer)
            drawn.refresh_from_db()
        steps.retain(
            drawn,
            by=people.karin,
            items=items[4:5],
            until=acting.today() + timedelta(days=900),
            reason=RETAINED,
        )


def _deliver(board: Authority) -> None:
    """A closed case with its documents, which the archive has."""
    closed = SecrecyReview.objects.filter(authority=board, status="closed")
    case = closed.earliest("closed_at")
    with render.pen() as draw:
        for decision in steps_decision.not_drawn_up().filter(review=case):
            with acting.at(decision.decided_at):
                draw_up_document(decision, by=decision.decided_by, draw=draw)
    out = take_out(by=people.lena, authority=board, number=case.diary_number)
    out.file.close()
    note_receipt(
        out.delivery,
        by=people.lena,
        received_by="Stadsarkivet i Exempelstad (påhittat)",
        receipt="A 2026:17 (påhittat)",
        received_at=acting.now(),
        digest=out.delivery.digest,
    )


# Exempelmoln: an invented provider that applies by contract, with a client of its own.
#
# Its secret lies where the installation's other local secrets do: outside the clone, for
# this user's eyes only. Nothing prints it and no command line shows it.

NAME = "Exempelmoln (påhittad)"
# Who works for it, and from where.
EMPLOYER, COUNTRIES = "Exempelmoln Drift AB (påhittat)", ("SE", "IE", "DE")
CLIENT_ID, SECRET = "provider-client-id", "provider-client-secret"

# kind, designation, authority, information set
OBJECTS = [
    ("log", "M-01", "NIS", "Driftloggar, servrar"),
    ("log", "M-02", "NIS", "Behörigheter och it-säkerhet"),
    ("drive", "M-03", "GSN", "Klasslistor och frånvaro"),
    ("drive", "M-04", "SNC", "Färdtjänst"),
    ("virtual_machine", "M-05", "EBO", "Hyresgästärenden"),
]


def address(kind: str, designation: str) -> str:
    """What Exempelmoln calls an object."""
    return f"exempelmoln/{kind}/{designation.lower()}"


def ensure() -> None:
    """Make what is missing: product, connection, objects, client and its secret."""
    connection = Connection.objects.filter(product__name=NAME).first() or _build()
    by = get_user_model().objects.get(username="tove")
    client = ContractClient.objects.filter(connection=connection, ended_at=None).first()
    if client is not None and _is_kept(client):
        return
    credentials = (
        clients.rotate_secret(client, by=by)
        if client is not None
        else clients.make_client(connection, by=by, name=_free_name())
    )
    cluster.keep_secret(CLIENT_ID, credentials.client_id)
    cluster.keep_secret(SECRET, credentials.secret)


def _is_kept(client: ContractClient) -> bool:
    oauth = Client.objects.get(pk=client.client_id)
    secret = cluster.kept_secret(SECRET)
    same = cluster.kept_secret(CLIENT_ID) == client.client_id
    return same and secret is not None and oauth.check_secret(secret)


def _free_name() -> str:
    count = ContractClient.objects.filter(name__startswith=NAME).count()
    return f"{NAME} {count + 1}" if count else NAME


def _build() -> Connection:
    with acting_as(machine_account(SYSTEM), reason=REASON):
        return _make(Authority.objects.get(code="NIS"))


def _make(runs: Authority) -> Connection:
    provider = ProviderRow.objects.create(
        municipality=runs.municipality, name=NAME, country="SE"
    )
    product = ProviderProduct.objects.create(
        provider=provider,
        name=NAME,
        channel="contract",
        answer_minutes=24 * 60,
        access_minutes=8 * 60,
        can_answer_partly=True,
        revocation=ProviderProduct.Revocation.YES,
        can_extend=True,
    )
    connection = Connection.objects.create(
        product=product,
        name="Exempelstads avtal",
        external_id="demo-exempelmoln",
        authority=runs,
    )
    system = CloudSystem.objects.create(connection=connection, name="Exempelmoln")
    for kind, designation, code, set_name in OBJECTS:
        make_object(
            InformationSet.objects.get(name=set_name),
            system=system,
            kind=kind,
            designation=designation,
            external_id=address(kind, designation),
            authority=Authority.objects.get(code=code),
        )
    boards = Authority.objects.filter(cloud_objects__system=system).distinct()
    settle(boards, BEGAN, [provider], [_recipient(code) for code in COUNTRIES])
    return connection


def _recipient(country: str) -> dict[str, str]:
    return {
        "legal_entity": EMPLOYER,
        "country": country,
        "relation": "group",
        "transfer_ground": "not_needed",
    }


# Somebody asks for a case of Exempelstad: its documents are to be tested.


def ask() -> None:
    """For the counsellor's mailbox, of the worked examples."""
    people = get_user_model().objects
    lena = people.get(username="lena")
    case = SecrecyReview.objects.get(access_request__external_id="EXSR418822")
    row = record_disclosure_request(
        case.authority,
        by=lena,
        channel="mail",
        received_at=acting.now() - timedelta(hours=20),
        wording="Hej! Jag vill ta del av hela ärendet om e-postlådan. (Påhittat.)",
        reply_to="nyfiken@example.se",
        case=case,
    )
    draw_all(row, by=lena)
    tariff = DisclosureTariff(
        authority=case.authority, basis="KF 2026-01-26 § 12 (påhittat)"
    )
    with acting_as(lena):
        change = save_or_propose(tariff, by=lena, reason="Fullmäktiges taxa")
    if change is not None:
        confirm(change, by=people.get(username="karin"))


# What the demonstration's Microsoft is said to have done, as its audit log would tell:
# invented, in the form of the records that Microsoft documents.

TENANT = "demo-tenant"
ADDRESS = "192.0.2.17:17584"


def tell_of_logs() -> None:
    """Most of what was granted lately was used, within its time; one act was after it,
    and one was nobody's."""
    connection = Connection.objects.get(external_id=TENANT)
    grants = AccessGrant.objects.filter(access_request__connection=connection)
    lately = list(grants.order_by("-opens_at").select_related("access_request")[:4])
    rows = [row for grant in lately[1:] for row in _within(grant)]
    last = lately[-1]
    rows.append(_row(last, last.ends_at + timedelta(hours=2), "Get-MailboxStatistics"))
    raw = json.dumps(rows).encode()
    by = machine_account(INTAKE)
    with acting_as(by, reason=REASON):
        log = log_named(connection, FILE)
        records = [
            Record(piece.raw, list(audit.events(FILE, TENANT, piece.value)))
            for piece in audit.records(raw, "granskningslogg.json")
        ]
        keep_records(log, records, by=by)
    reconcile(connection, by=machine_account(SWEEP), since=acting.now() - BACK)


def _within(grant: AccessGrant) -> list[dict[str, Any]]:
    begins = grant.opens_at
    return [
        _row(grant, begins + timedelta(minutes=minutes), operation)
        for minutes, operation in ((4, "Get-Mailbox"), (11, "Get-MailboxStatistics"))
    ]


def _row(grant: AccessGrant, at: datetime, operation: str) -> dict[str, Any]:
    request = grant.access_request
    name = request.requested_objects.values_list("external_id", flat=True).first()
    return {
        "Id": f"demo-{grant.pk}-{operation}-{at:%H%M}",
        "CreationTime": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "Operation": operation,
        "OrganizationId": TENANT,
        "RecordType": 1,
        "ResultStatus": "True",
        "UserKey": "Microsoft Operator",
        "UserType": 3,
        "Workload": request.service,
        "ClientIP": ADDRESS,
        "ObjectId": name,
        "UserId": "Microsoft Operator",
        "ExternalAccess": True,
    }


# A rule by which the simulated Microsoft 365's notices are known, where a mailbox is
# read.
#
# The demo reads no mailbox by itself: without one its cases are typed in.

NOTICES_NAME = "Microsoft 365, prov (påhittad)"


def ensure_notices(mailbox: str) -> bool:
    """Is a mailbox read? Makes the rule that it takes."""
    if not mailbox:
        return False
    if not MailRule.objects.filter(name=NOTICES_NAME).exists():
        connection = Connection.objects.filter(product__name="Microsoft 365")
        rule = MailRule(
            connection=connection.order_by("pk")[0],
            name=NOTICES_NAME,
            sender=SENDER,
            signed_by=DOMAIN,
            subject_pattern=f"^{SUBJECT}",
            number_pattern="Request: (EXSR[0-9]+)",
            case_pattern="Service request: ([A-Z0-9-]+)",
            tenant=SIMULATED_TENANT,
        )
        by_two(rule)
    return True


# The whole of Exempelstad, in a database that may be empty.


@acting.may_be_set()
def ensure_city(stdout: OutputWrapper) -> None:
    """Build it, or see to it that there is work. Its documents are drawn up apart."""
    if not Authority.objects.exists():
        _city_build(stdout)
    elif town.is_finished():
        list(cases.top_up())
    else:
        raise CommandError(
            "The building of Exempelstad was broken off: `make destroy` removes"
            " what there is, and `make run` builds it anew."
        )
    ensure()
    for product, place in town.ensure().items():
        processes.say(stdout, f"{product} is asked at {place}.")
    if ensure_notices(os.environ.get("LOCKBOX_MAILBOX", "")):
        processes.say(stdout, "Notices of Microsoft 365 are read from the mailbox.")
    processes.say(stdout, f"{AccessRequest.objects.count()} requests in Exempelstad.")


def _city_build(stdout: OutputWrapper) -> None:
    label = "Building Exempelstad (invented)"
    processes.say(stdout, f"{label} …")
    # Whatever a crash would lose of it can be built again.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    with acting_as(machine_account(SYSTEM), reason=REASON):
        town.build(cluster.secret("demo-password", 9))
    processes.follow(cases.build(), cases.count(), label, stdout)
    town.unfinished()
    tell_of_logs()
    tell_of_doors()
    ask()
    end_cases()


# A provider's side of the contract API: a token, the calls, and what is refused.
#
# Knows the contract only: nothing here reads our database.

HERE = ("localhost", "127.0.0.1", "::1")
TIMEOUT = 20.0  # seconds


class Refused(Exception):
    """The authority's system said no; the text says why."""


class Unreachable(Exception):
    """No answer, or the system is not well: the call may be tried again."""


class Provider:
    """One contract client that calls a running Lockbox. Used with `with`."""

    def __init__(self, url: str, client_id: str, secret: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in HERE:
            raise Refused(f"{url}: a secret is sent by https only, except to oneself.")
        self.url = url.rstrip("/")
        self.pair = (client_id, secret)
        self.http = httpx.Client(base_url=self.url, timeout=TIMEOUT)
        self.token = ""

    def __enter__(self) -> "Provider":
        return self

    def __exit__(self, *_error: object) -> None:
        self.http.close()

    def read(self, number: str) -> dict[str, Any]:
        return self._call("GET", f"/requests/{number}")

    def mine(self) -> list[dict[str, Any]]:
        """The newest requests of this client."""
        return self._call("GET", "/requests")["requests"]

    def apply(self, application: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", "/requests", application)

    def tell(self, number: str, what: str, payload: Any = None) -> dict[str, Any]:
        """One of acknowledge, withdraw, messages, events."""
        return self._call("POST", f"/requests/{number}/{what}", payload)

    def _call(self, method: str, path: str, payload: Any = None) -> dict[str, Any]:
        # One key for all tries of a call: it is carried out once.
        key = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        for _attempt in range(2):
            headers = {"Authorization": f"Bearer {self.token or self._fetch()}", **key}
            response = self._send(
                method, f"/api/v1{path}", json=payload, headers=headers
            )
            if response.status_code != 401:
                break
            self.token = ""  # an hour has passed, or the secret was changed
        return _answer(response)

    def _fetch(self) -> str:
        response = self._send(
            "POST",
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=self.pair,
        )
        if response.status_code in (400, 401):
            raise Refused(
                "The client id or its secret is wrong. In the demo,"
                " `python manage.py demo` makes a new one."
            )
        self.token = _answer(response)["access_token"]
        return self.token

    def _send(self, method: str, path: str, **what: Any) -> httpx.Response:
        try:
            return self.http.request(method, path, **what)
        except httpx.HTTPError as error:
            raise Unreachable(
                f"No Lockbox answers at {self.url} ({type(error).__name__})."
                " Start it in another terminal with `make run`."
            ) from error


def _answer(response: httpx.Response) -> dict[str, Any]:
    status = response.status_code
    if status == 429 or status >= 500:
        raise Unreachable(f"The system answers HTTP {status}.")
    try:
        body = response.json()
    except ValueError as error:
        raise Refused(f"This is no Lockbox: HTTP {status} without JSON.") from error
    if status < 400:
        return body
    fields = "".join(
        f"\n  {field['pointer']}: {field['detail']}" for field in body.get("errors", ())
    )
    raise Refused(f"{status} {body.get('title', '')}: {body.get('detail', '')}{fields}")


# The documents of the city's decisions: drawn up apart, for it takes as long.


@acting.may_be_set()
def draw_up(look: Callable[[], None] = lambda: None) -> None:
    """Each at the time of its decision, the newest first. `look` may end it, raising
    between two of them."""
    if steps_decision.hindrance():
        return
    with render.pen() as draw:
        for decision in steps_decision.not_drawn_up().select_related("decided_by"):
            look()
            with acting.at(decision.decided_at):
                draw_up_document(decision, by=decision.decided_by, draw=draw)


def hindrance() -> str:
    """What this machine lacks for them, in a sentence; empty where it lacks nothing."""
    if render.hindrance():
        return (
            "Decisions are not drawn up as documents, for want of Pango. On Debian:"
            " apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        )
    if find_library("harfbuzz-subset") is None:
        return (
            "Documents take longer to draw up without HarfBuzz-Subset. On Debian:"
            " apt-get install libharfbuzz-subset0"
        )
    return ""


# The demonstration's own key, in the state folder, and its log beside it.

LEDGER_NAME = "exempelstad.example/lockbox"


def let_it_be_sealed() -> None:
    """For the processes that begin after this; what is configured already stays."""
    folder = cluster.state_folder() / "ledger"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = str(folder / "key")
    if not os.path.exists(path):
        keys.keep(keys.make(LEDGER_NAME), path)
    os.environ.setdefault("LOCKBOX_LEDGER_KEY", path)
    os.environ.setdefault("LOCKBOX_LEDGER_FOLDER", str(folder / "log"))


# What a provider does with its requests: applies, waits, answers, works, reports.

WAITING = ("in_review", "answer_ready")
JOBS = [
    "Felsöka driftlogg som slutat skrivas",
    "Återställa ett skadat index efter avbrott",
    "Undersöka varför en fil inte kan öppnas",
    "Flytta en server till ny värd",
]
OUTSIDE = address("drive", "M-99")
SECONDS_BETWEEN_LOOKS = 3

Say = Callable[[str], None]


def application(turn: int) -> dict[str, Any]:
    """A request for one object, or for two every third time."""
    start = turn % len(OBJECTS)
    chosen = (OBJECTS + OBJECTS)[start : start + (2 if turn % 3 == 2 else 1)]
    now = datetime.now(UTC)
    return {
        "number": f"EM-{now:%y%m%d-%H%M%S}-{turn + 1}",
        "service": "Exempelmoln drift",
        "justification": JOBS[turn % len(JOBS)],
        "objects": [address(kind, name) for kind, name, _code, _set_name in chosen],
        "minutes": 60 + 60 * (turn % 3),
        "sent_at": now.isoformat(),
        "engineer_country": COUNTRIES[turn % 3],
        "employer": EMPLOYER,
        "support_case": f"EM-{4711 + turn}",
    }


class Waiting:
    """Requests that wait for the city, looked at until all are answered or time is up."""

    def __init__(self, provider: Provider, say: Say, progress: Say) -> None:
        self.provider, self.say, self.progress = provider, say, progress
        self.answered_questions: set[int] = set()

    def wait(self, numbers: list[str], seconds: float) -> list[dict[str, Any]]:
        """Returns the requests that got their answer; `numbers` keeps the others."""
        ends = time.monotonic() + seconds
        requests = []
        while numbers:
            trouble = ""
            for number in list(numbers):
                try:
                    request = self.provider.read(number)
                    self._answer_questions(request)
                except Unreachable as error:
                    trouble = f" · {error}"
                    break
                if request["answer"] or request["status"] not in WAITING:
                    numbers.remove(number)
                    requests.append(request)
                    self.say(f"{number}: {described(request)}")
            left = ends - time.monotonic()
            if left <= 0 or not numbers:
                break
            clock = f"{int(left) // 60}:{int(left) % 60:02d}"
            self.progress(
                f"{len(numbers)} of {len(numbers) + len(requests)} wait for the city's"
                f" answer · {clock} left{trouble}"
            )
            time.sleep(min(SECONDS_BETWEEN_LOOKS, left))
        return requests

    def _answer_questions(self, request: dict[str, Any]) -> None:
        for message in request["messages"]:
            is_question = not message["from_provider"]
            if not is_question or message["id"] in self.answered_questions:
                continue
            self.answered_questions.add(message["id"])
            if any(other["answers"] == message["id"] for other in request["messages"]):
                continue
            reply = {
                "text": "Åtgärden är avgränsad till det som begäran nämner (påhittat"
                " svar).",
                "answers": message["id"],
            }
            self.provider.tell(request["number"], "messages", reply)
            self.say(
                f"{request['number']}: the city asked: {message['text']}; answered"
            )


def described(request: dict[str, Any]) -> str:
    """A request's state in a few words."""
    answer = request["answer"]
    if answer is None:
        return f"no longer waits: {request['status']}"
    length = f" for {answer['minutes']} minutes" if answer["minutes"] else ""
    reasons = " ".join(answer["reasons"].split())
    return f"{answer['answer']}{length} – {reasons}"


def use(
    provider: Provider, request: dict[str, Any], terms: dict[str, Any], outside: bool
) -> str:
    """Acknowledge the answer; where it approves, work and report what was done."""
    number = request["number"]
    if request["status"] != "answer_ready":
        return described(request)
    opened = provider.tell(number, "acknowledge")
    if opened["status"] != "access_open":
        return "answer acknowledged; no access, nothing done"
    # Of a request from before we do not know the terms: what was done names none.
    touched = [*terms.get("objects", [""]), *([OUTSIDE] if outside else [])]
    for turn, name in enumerate(touched, start=1):
        provider.tell(
            number,
            "events",
            {
                "number": f"{number}-{turn}",
                "happened_at": datetime.now(UTC).isoformat(),
                "action": "read",
                "object": name,
                "actor": "tekniker 17 (påhittad)",
                "act": "read",
                "employer": terms.get("employer", ""),
                "country": terms.get("engineer_country", ""),
            },
        )
    ends = datetime.fromisoformat(opened["access"]["ends_at"]).astimezone()
    beyond = f", one of them ({OUTSIDE}) outside what was granted" if outside else ""
    return f"access until {ends:%H:%M}; {len(touched)} events reported{beyond}"

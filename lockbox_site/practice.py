"""Practice: database, guide, letters, mark, middleware and views."""

import random
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.contrib.admin import site
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.signals import connection_created
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.sealing import keys
from lockbox_site import configuration, postgres, processes
from lockbox_site.demo import cases, town
from lockbox_site.demo.cases import Case, makers
from lockbox_site.demo.town import PEOPLE, REASON
from lockbox_site.oidc import BACKEND
from lockbox_site.web import our_address
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.review import LADDER, SecrecyReview, Stage
from requests_app.cases.review.dossier import stages_done
from requests_app.core.queue import url
from requests_app.core.step import SYSTEM, machine_account

# Letters that would have gone: in a place to practise mail is written down beside its
# tables, and read on a page of its own.

TABLE = """
create table practice_mark.letter (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  recipients text not null,
  subject text not null,
  body text not null
);
grant select, insert on practice_mark.letter to lockbox_app;
"""
WRITE = """
insert into practice_mark.letter (recipients, subject, body) values (%s, %s, %s)
"""
NEWEST = """
select at, recipients, subject, body from practice_mark.letter
order by id desc limit 100
"""
MARK = "ÖVNING"


class Letter(NamedTuple):
    at: datetime
    recipients: str
    subject: str
    body: str


class Letters:
    """A backend of mail, as Django calls one: letters are kept, and none is sent."""

    def __init__(self, **_server: Any) -> None:
        pass

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        with connection.cursor() as cursor:
            for message in messages:
                subject = f"{MARK}: {message.subject}"
                cursor.execute(WRITE, [", ".join(message.to), subject, message.body])
        return len(messages)


def letters() -> list[Letter]:
    """The newest first."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        return [Letter(*row) for row in cursor.fetchall()]


# The mark of a database to practise in: a schema of its own, which only the database's
# owner makes, and which a backup carries along.
#
# Each connection is looked at as it is made: whoever practises never reaches a database
# without it, and whoever works never one that has it.

# Not called as any login: what a login makes goes into the schema of its name.
SCHEMA = "practice_mark"
ASKED = f"select to_regnamespace('{SCHEMA}') is not null"


def connect() -> None:
    connection_created.connect(_look_at, dispatch_uid="practice")


def look() -> None:
    """For a process that begins: it does not, at the other's database. One that can't
    be reached yet is looked at when it is."""
    with suppress(OperationalError):
        connections["default"].ensure_connection()
    connections.close_all()


def _look_at(sender: Any, connection: Any, **_kwargs: Any) -> None:
    """Raises ImproperlyConfigured, and leaves no connection behind."""
    if connection.alias == NO_DB_ALIAS:
        return
    with connection.connection.cursor() as cursor:
        is_marked = cursor.execute(ASKED).fetchone()[0]
    if is_marked != bool(settings.PRACTICE):
        connection.close()
        raise ImproperlyConfigured(_refusal(connection.settings_dict["NAME"]))


def _refusal(name: str) -> str:
    if settings.PRACTICE:
        return (
            f"The database {name} is none to practise in: it lacks the mark that"
            " `practice` gives an empty one. Nothing of it was read or changed."
        )
    return (
        f"The database {name} is one to practise in, and nothing real belongs there:"
        " let DATABASE_URL name the real one, or set LOCKBOX_PRACTICE."
    )


# The database to practise in, made and made anew: the invented city as it is on its
# first day, with a few cases of every kind.

ANY_TABLE = """
select exists (select from pg_class c join pg_namespace n on n.oid = relnamespace
  where relkind = 'r' and nspname <> 'information_schema' and nspname !~ '^pg_')
"""
OTHERS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and usename = user
"""
# What is granted to everybody in a new database is so in one that is made anew.
ANEW = f"""
drop schema public cascade;
create schema public;
grant usage on schema public to public;
drop schema {SCHEMA} cascade;
create schema {SCHEMA};
grant usage on schema {SCHEMA} to lockbox_app;
{TABLE}
"""
CITY = "The city to practise in (invented)"


def make_anew(stdout: OutputWrapper) -> None:
    """All that anybody practised before is gone. Raises CommandError for a database
    that is none to practise in, of which nothing is changed."""
    if settings.LOCAL:
        _make_local()
    _empty()
    _new_keys(Path(settings.PRACTICE))
    call_command("migrate", verbosity=0)
    _fill(stdout)


def _make_local() -> None:
    postgres.ensure()
    with (
        psycopg.connect(postgres.url("postgres"), autocommit=True) as server,
        server.cursor() as cursor,
    ):
        name = configuration.PRACTICE_DATABASE
        cursor.execute("select from pg_database where datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"create database {name}")


def _empty() -> None:
    connections.close_all()
    where: Any = connections["owner"].get_connection_params()
    for unwanted in ("cursor_factory", "context", "assume_role"):
        where.pop(unwanted, None)
    with psycopg.connect(**where, autocommit=True) as database:
        is_marked = database.execute(ASKED).fetchone()
        if not is_marked or not is_marked[0]:
            _mark_empty(database)
        database.execute(OTHERS)
        database.execute(ANEW)


def _mark_empty(database: psycopg.Connection[Any]) -> None:
    """Nothing that holds anything becomes one to practise in."""
    holds = database.execute(ANY_TABLE).fetchone()
    if not holds or holds[0]:
        name = settings.DATABASES["owner"]["NAME"]
        raise CommandError(
            f"The database {name} holds something, and is none to practise in: nothing"
            " was changed. Make an empty one, and let DATABASE_URL name it."
        )
    database.execute(f"create schema {SCHEMA}")


def _new_keys(folder: Path) -> None:
    """None of another database, and none of this one as it was before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealing, ledger = Path(settings.SEALING_KEY), Path(settings.LEDGER_KEY)
    sealing.unlink(missing_ok=True)
    ledger.unlink(missing_ok=True)
    sealing.touch(mode=0o600)
    sealing.write_text(secrets.token_hex(40))
    keys.keep(keys.make(f"ovning.example/{secrets.token_hex(4)}"), str(ledger))


@acting.may_be_set()
def _fill(stdout: OutputWrapper) -> None:
    processes.say(stdout, f"{CITY} …")
    # Whatever a crash would lose of it can be made again.
    with connections["default"].cursor() as cursor:
        cursor.execute("set synchronous_commit to off")
    with acting_as(machine_account(SYSTEM), reason=REASON):
        town.build(secrets.token_urlsafe(24))
    dice = random.Random(7)  # noqa: S311 — the same city each time
    processes.follow(
        chain(cases.worked_examples(), cases.fresh(dice)),
        cases.COUNT + len(makers()),
        CITY,
        stdout,
    )
    town.unfinished()


# The first case, led by the hand: the stages that its page shows, and who takes the
# next of them. The case alone knows how far it has come.

Status = SecrecyReview.Status
BEGINS = "OVNING-"
# Who does what in the city for the board of the case, and what one learns by it.
WHO = {
    Stage.REGISTRATION: "lena",
    Stage.ASSIGNMENT: "per",
    Stage.ASSESSMENT: "karin",
    Stage.PROPOSAL: "karin",
    Stage.DECISION: "birgitta",
    Stage.ANSWER: "erik",
    Stage.ACCESS: "karin",
    Stage.CLOSING: "karin",
}
LESSONS: dict[Stage, Any] = {
    Stage.REGISTRATION: gettext_lazy(
        "The registrar enters the request in the register, under a subject that may be"
        " public."
    ),
    Stage.ASSIGNMENT: gettext_lazy("The IT manager gives the case to a lawyer."),
    Stage.ASSESSMENT: gettext_lazy(
        "The lawyer answers the questions: is the request genuine, which provisions on"
        " secrecy apply, is access suitable?"
    ),
    Stage.PROPOSAL: gettext_lazy(
        "The lawyer proposes a decision, with reasons that are drafted already."
    ),
    Stage.DECISION: gettext_lazy(
        "Another person than the one who proposed decides, under a rule of delegation."
    ),
    Stage.ANSWER: gettext_lazy(
        "The executor gives the answer in the provider's portal, and says that it is"
        " given. Here there is no portal: say so at once."
    ),
    Stage.ACCESS: gettext_lazy(
        "Access runs for as long as was granted, and ends by itself. The case says"
        " when."
    ),
    Stage.CLOSING: gettext_lazy("The lawyer looks at what was done, and closes it."),
}


class Lesson(NamedTuple):
    """`state`: "done", "now" or "" for what is to come."""

    label: str
    text: Any
    person: Any
    state: str
    address: str


def begin() -> SecrecyReview:
    """A request that has just arrived, as a case to practise on."""
    number = practised().count() + 1
    case = Case(
        acting.now(),
        f"{BEGINS}{number:04d}",
        ["O-17"],
        service="Exchange",
        justification="Reparera ett skadat objekt som stoppar flytt av e-postlåda",
        duration_minutes=240,
        engineer_country="IE",
        employer_entity="Exempeldrift Irland Ltd (påhittat)",
        support_case=f"SR 2026-{number:04d}",
    )
    return case.review


def practised() -> QuerySet[SecrecyReview]:
    """Cases that somebody began here, the newest first."""
    rows = SecrecyReview.objects.filter(access_request__external_id__startswith=BEGINS)
    return rows.select_related("access_request", "authority").order_by("-pk")


def lessons(review: SecrecyReview) -> list[Lesson]:
    people = get_user_model().objects.in_bulk({*WHO.values()}, field_name="username")
    here = stage_of(review)
    return [
        Lesson(
            stage.label,
            LESSONS[stage],
            _worker(review, stage) or people.get(WHO[stage]),
            "done" if stage < here else "now" if stage == here else "",
            _address(review, stage),
        )
        for stage in Stage
    ]


def stage_of(review: SecrecyReview) -> int:
    """Which of the stages it stands at; past the last one where it is closed."""
    if review.status == Status.IN_ASSESSMENT:
        return Stage.PROPOSAL
    return stages_done(review.status, review.access_request.status)


def stage_in_words(review: SecrecyReview) -> str:
    stage = stage_of(review)
    return Stage(stage).label if stage < len(Stage) else _("Closed")


def _worker(review: SecrecyReview, stage: Stage) -> Any:
    """Whoever the manager gave the case."""
    is_theirs = WHO[stage] == WHO[Stage.ASSESSMENT]
    return review.case_officer if is_theirs else None


def _address(review: SecrecyReview, stage: Stage) -> str:
    """The page of the step that leads on; where there is none, the case."""
    if stage == Stage.ANSWER:
        deliveries = review.access_request.deliveries
        row = deliveries.filter(status=Delivery.Status.OPEN).first()
        if row is not None:
            return url("delivery_step", row.pk, "confirm")
    if steps := LADDER[review.status].steps:
        return url("secrecyreview_step", review.pk, steps[0].name)
    return url("secrecyreview_change", review.pk)


# What every answer of a place to practise gets: the mark, on each page and in the name
# of each file; and no door for machines is open.

# Beside the workbench itself: what people read and choose before they sign in.
FOR_PEOPLE = {"accessibility", "choose_language", "practice_login"}
NAMESPACES = ({"admin"}, {"practice"})
# In a session: which case the person is led through.
CASE = "practised_case"
BODY, TITLE = re.compile(r"<body[^>]*>"), re.compile(r"<title>")
FILE_NAME = re.compile(r"(filename\*?=(?:UTF-8'')?\"?)", re.IGNORECASE)


class PracticeMiddleware:
    """The outermost, so that no page gets past it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", {})
        mark(response, session.get(CASE))
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Machines of others have no business here, and subscribe to nothing."""
        match = request.resolver_match
        if match is None or {*match.namespaces} in NAMESPACES:
            return
        if match.url_name not in FOR_PEOPLE:
            raise Http404


def mark(response: HttpResponse, case: int | None = None) -> None:
    """A page says so at its top and in its title; a file in its name. `case`: the one
    that the person is led through."""
    shown_as = response.headers.get("Content-Disposition", "")
    if "filename" in shown_as:
        response.headers["Content-Disposition"] = FILE_NAME.sub(r"\1OVNING-", shown_as)
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if not is_page or response.streaming or not response.content:
        return
    text = response.content.decode(response.charset)
    language = response.headers.get("Content-Language", "sv")
    with translation.override(language):
        banner = render_to_string("lockbox/practice/mark.html", {"case": case})
    response.content = _marked(text, banner).encode(response.charset)
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))


def _marked(text: str, banner: str) -> str:
    style = format_html(
        '<link rel="stylesheet" href="{}"></head>', static("lockbox/practice.css")
    )
    text = text.replace("</head>", style, 1)
    text = TITLE.sub(f"<title>{MARK} · ", text, count=1)
    begins = BODY.search(text)
    if begins is None:
        return banner + text
    return f"{text[: begins.end()]}{banner}{text[begins.end() :]}"


# The pages of a place to practise: whom to be, a case to begin and to be led through,
# and the letters that would have gone.

# As many as one looks through to find one's own.
MOST = 30


@login_not_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Instead of signing in: whom one wants to be."""
    people = get_user_model().objects.in_bulk(PEOPLE, field_name="username")
    context = {
        "people": [people[name] for name in PEOPLE if name in people],
        "cases": [(row, stage_in_words(row)) for row in practised()[:MOST]],
        "next": our_address(request, request.GET.get("next")),
    }
    return _page(request, "lockbox/practice/start.html", _("Practise"), context)


@login_not_required
@require_POST
def play(request: HttpRequest) -> HttpResponse:
    """Be one of the invented people, without a password: nothing here is anybody's."""
    names = {name: name for name in PEOPLE}
    person = get_object_or_404(
        get_user_model(), username=names.get(request.POST.get("person", ""))
    )
    login(request, person, backend=BACKEND)
    if (case := request.POST.get("case", "")).isdecimal():
        request.session[CASE] = int(case)
    return HttpResponseRedirect(our_address(request, request.POST.get("next")))


@login_not_required
@require_POST
def begin_case(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("practice:guide", args=[begin().pk]))


@login_not_required
@require_GET
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(practised(), pk=pk)
    context = {
        "review": review,
        "lessons": lessons(review),
        "is_done": stage_of(review) >= len(Stage),
    }
    return _page(request, "lockbox/practice/guide.html", _("The first case"), context)


@login_not_required
@require_GET
def letters_kept(request: HttpRequest) -> HttpResponse:
    title, context = _("Letters that would have gone"), {"letters": letters()}
    return _page(request, "lockbox/practice/letters.html", title, context)


def _page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any]
) -> HttpResponse:
    whole = {**site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, whole)


_own = [
    path("", start, name="start"),
    path("play/", play, name="play"),
    path("begin/", begin_case, name="begin"),
    path("case/<int:pk>/", guide, name="guide"),
    path("letters/", letters_kept, name="letters"),
]
# Before the workbench's own: nobody signs in here with a password.
urls: list[Any] = [
    path("practice/", include((_own, "practice"))),
    path("login/", start, name="practice_login"),
]

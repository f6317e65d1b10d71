"""Drafts: in use, keeping, pages, resubmission, script and signed out."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from django.apps import apps
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import csrf

from audit_app import acting
from requests_app.core.people.models import Draft, FormInUse
from requests_app.core.words.texts import moment_in_words

# Who has which form open: told to whoever opens it too, and soon forgotten.

# A page that is open says so every minute; one without scripts, when it is opened.
OPEN_FOR = timedelta(minutes=3)
# For how long somebody who has typed something is said to be writing.
WRITES_FOR = timedelta(minutes=1)
# Of people's keys: those who may be told of.
Known = Callable[[set[int]], set[int]]

# One statement, so that two windows of a person's can say it at once.
SAY_AND_ASK = """
with own as (
  insert into requests_app_forminuse as f (person_id, path, since, seen_at, typed_at)
  values (%(person)s, %(path)s, %(now)s, %(now)s, %(typed)s)
  on conflict (person_id, path) do update set
    since = case when f.seen_at < %(past)s then excluded.since else f.since end,
    typed_at = case
      when f.seen_at < %(past)s then excluded.typed_at
      else coalesce(excluded.typed_at, f.typed_at)
    end,
    seen_at = excluded.seen_at
)
select * from requests_app_forminuse
where path = %(path)s and person_id <> %(person)s and seen_at >= %(past)s
order by since
"""


def use_form(
    person: Any, path: str, known: Known, *, types: bool = False
) -> list[FormInUse]:
    """The person has the form open now, or types on it. Others who have it open and may
    be told of, the first to open it first."""
    now = acting.now()
    values = {"person": person.pk, "path": path, "now": now, "past": now - OPEN_FOR}
    values["typed"] = now if types else None
    others = list(FormInUse.objects.raw(SAY_AND_ASK, values))
    prefetch_related_objects(others, "person")
    return _known_of(others, known)


def company_under(person: Any, page: str, known: Known) -> list[FormInUse]:
    """Others who have open a form whose address begins so."""
    rows = FormInUse.objects.filter(
        path__startswith=page, seen_at__gte=acting.now() - OPEN_FOR
    )
    others = rows.exclude(person=person.pk).select_related("person")
    return _known_of(list(others.order_by("since")), known)


def _known_of(others: list[FormInUse], known: Known) -> list[FormInUse]:
    known_ids = known({row.person_id for row in others}) if others else set()
    return [row for row in others if row.person_id in known_ids]


def is_writing(row: FormInUse) -> bool:
    return row.typed_at is not None and row.typed_at >= acting.now() - WRITES_FOR


def leave_form(person: Any, path: str) -> None:
    FormInUse.objects.filter(person=person.pk, path=path).delete()


def forget_forms_left() -> list[str]:
    FormInUse.objects.filter(seen_at__lt=acting.now() - OPEN_FOR).delete()
    return []


# What somebody typed and has not sent: kept for them, then gone.
#
# Each form carries a ticket, signed by us: whose form it is, and where. A form that
# comes
# back without a sign-in is kept for the one on the ticket, who gets it after signing
# in.
# What is being typed is kept as a draft once it has been answered that no security
# protection is concerned; nothing is kept of what it may cover.

KEPT_FOR = Draft.retention.length
SALT = "draft form"
# What serves the form itself.
NOT_TYPED = {"csrfmiddlewaretoken", "ticket", "as_read", "do", "keep"}
# What a draft says of the case: as it was when the form was opened, and as it became by
# what its author did beside.
OF_THE_CASE = ("seen", "beside")


class Cases(Protocol):
    """What drafts ask of the domain whose cases they are about."""

    def locked(self, ticket: "Ticket") -> Any:
        """The case that the form is about, locked so that a stop of it and the keeping
        wait for each other; None where it is about none."""

    def must_not_be_kept(self, case: Any, fields: Mapping[str, list[str]]) -> bool:
        """May nothing of what was typed about it be kept?"""

    def is_cleared(self, subject: Any) -> bool:
        """Is it answered that no protective security is concerned?"""

    def is_cleared_by(self, path: str, typed: Mapping[str, list[str]]) -> bool | None:
        """The same, by what is typed; None where that form does not ask it."""

    def is_out_of_sight(self, draft: Draft) -> bool:
        """Is it about a case that its author may not see now?"""


# One or none (requests_app/hooks.py).
CASES: list[Cases] = []


class Ticket(NamedTuple):
    person: int
    path: str
    # What the form is about: model, with its app, and key.
    model: str
    key: int
    # Which browser the form was given to: a digest of a secret that it alone knows.
    browser: str = ""


def ticket_of(person: Any, path: str, subject: Any = None) -> Ticket:
    """`subject`: none where something new is typed."""
    model = subject._meta.label_lower if subject is not None else ""
    return Ticket(person.pk, path, model, getattr(subject, "pk", 0))


def ticket_for(person: Any, path: str, browser: str, subject: Any = None) -> str:
    ticket = ticket_of(person, path, subject)._replace(browser=browser)
    return signing.dumps(list(ticket), salt=SALT)


def _subject_of(ticket: Ticket) -> Any:
    """What the form is about, if it is about something that is there."""
    if not ticket.model:
        return None
    model = apps.get_model(ticket.model)
    return model._default_manager.filter(pk=ticket.key).first()


def read_ticket(signed: str) -> Ticket | None:
    """None for what we have not signed, or so long ago that nothing is kept."""
    try:
        return Ticket(*signing.loads(signed, salt=SALT, max_age=KEPT_FOR))
    except signing.BadSignature:
        return None


def keep_sent(ticket: Ticket, typed: Mapping[str, list[str]]) -> bool:
    """Keep what was typed for the one on the ticket; say whether it was kept."""
    fields = {
        name: [value.replace("\x00", "") for value in values]
        for name, values in typed.items()
        if name not in NOT_TYPED and "password" not in name and "\x00" not in name
    }
    people = get_user_model().objects.filter(pk=ticket.person, is_active=True)
    with transaction.atomic():
        locked_cases = [(cases, cases.locked(ticket)) for cases in CASES]
        if not people.exists() or any(
            cases.must_not_be_kept(case, fields) for cases, case in locked_cases
        ):
            return False
        old = Draft.objects.filter(person=ticket.person, path=ticket.path).first()
        if old and old.fields.get("seen") == fields.get("seen"):
            fields |= {"beside": old.fields.get("beside", [])}
        Draft.objects.update_or_create(
            person_id=ticket.person,
            path=ticket.path,
            defaults={"fields": fields, "saved_at": acting.now()},
        )
    return True


def keep_draft(ticket: Ticket, typed: Mapping[str, list[str]]) -> bool:
    """Keep what is being typed; say whether it was kept. A draft from before the
    question of protective security got another answer goes."""
    if _is_cleared(ticket, typed) and keep_sent(ticket, typed):
        return True
    Draft.objects.filter(person=ticket.person, path=ticket.path).delete()
    return False


def is_of_now(fields: Mapping[str, list[str]], seen: Any) -> bool:
    """Was it typed on the form as it is shown now? `seen`: what that says of the case,
    None where it says nothing."""
    if seen is None:
        return True
    return any(str(seen) in fields.get(name, ()) for name in OF_THE_CASE)


def has_later_draft(person: Any, path: str, fields: Mapping[str, list[str]]) -> bool:
    """Is one kept that was typed when the case had gone on further?"""
    draft = draft_of(person, path)
    return draft is not None and _version(draft.fields) > _version(fields)


def _version(fields: Mapping[str, list[str]]) -> int:
    text = "".join(fields.get("seen", ()))
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def carry_drafts(person: Any, page: str, before: int, after: int) -> None:
    """The person's own step has changed the case beside what they type on its other
    forms, whose addresses begin with `page`: those drafts still hold."""
    for draft in Draft.objects.filter(person=person.pk, path__startswith=page):
        if is_of_now(draft.fields, before):
            draft.fields["beside"] = [str(after)]
            draft.save(update_fields=["fields"])


def _is_cleared(ticket: Ticket, typed: Mapping[str, list[str]]) -> bool:
    """Has it been answered that no protective security is concerned?"""
    cleared = [cases.is_cleared_by(ticket.path, typed) for cases in CASES]
    if answers := [one for one in cleared if one is not None]:
        return all(answers)
    return is_cleared_already(_subject_of(ticket))


def is_cleared_already(subject: Any) -> bool:
    """The same, before anything is typed."""
    return all(cases.is_cleared(subject) for cases in CASES)


def draft_of(person: Any, path: str) -> Draft | None:
    return Draft.objects.filter(person=person.pk, path=path).first()


def forget_draft(person: Any, path: str) -> None:
    Draft.objects.filter(person=person.pk, path=path).delete()


def forget_old_drafts() -> list[str]:
    """But for those of a case out of sight: they wait until it may be seen again, or
    their author throws them away."""
    for draft in Draft.objects.filter(saved_at__lt=acting.now() - KEPT_FOR):
        if not any(cases.is_out_of_sight(draft) for cases in CASES):
            draft.delete()
    return []


# What the script of a page asks with (lockbox_site/static/lockbox/desk.js): it wants
# an answer, not a page.

HEADER = "X-Lockbox-Desk"
# Of what the page does by itself, while the person may be elsewhere.
BY_ITSELF = "itself"


def is_script(request: HttpRequest) -> bool:
    return HEADER in request.headers


def asks_by_itself(request: HttpRequest) -> bool:
    """Does the page ask, and not the person?"""
    return request.headers.get(HEADER) == BY_ITSELF


def browser_of(request: HttpRequest) -> str:
    """Tells browsers apart by the secret of their forms, which stays when a session
    ends; empty where there is none yet."""
    secret = request.META.get("CSRF_COOKIE", "")
    return hashlib.sha256(secret.encode()).hexdigest()[:32] if secret else ""


# A form that is being typed in: kept as a draft, in company, or overtaken; and given
# back.

LATER = gettext_lazy("Not saved: you have typed on this form later, on another page.")
CHANGED = gettext_lazy("The case has changed since you opened this form.")
NOT_YET = gettext_lazy("We save nothing until you have answered No to question N3.")


def everybody(ids: set[int]) -> set[int]:
    return ids


def keep_typed_now(
    request: HttpRequest,
    obj: Any,
    path: str,
    seen: Any = None,
    known: Known = everybody,
) -> HttpResponse | None:
    """Save the draft. A script is told how things stand; whoever pressed a button goes
    where it leads. None where nothing may be kept: then the form is shown again.
    `seen`: what the form says of the case as it stands now, if it says anything.
    `known`: who else may be told of."""
    if is_script(request):
        return JsonResponse(_answer(request, obj, path, seen, known))
    return _after_button(request, path, _keep(request, obj, path))


def _answer(
    request: HttpRequest, obj: Any, path: str, seen: Any, known: Known
) -> dict[str, Any]:
    """A form that is overtaken is saved too, but not over what was typed on a later
    one."""
    fields = dict(request.POST.lists())
    is_stale = not is_of_now(fields, seen)
    is_kept, line = None, ""
    is_draft = request.POST.get("keep") == "draft"
    if is_draft:
        is_later = has_later_draft(request.user, path, fields)
        is_kept = not is_later and _keep(request, obj, path)
        line = str(LATER) if is_later else _line(is_kept)
        if is_stale:
            line = f"{line} {CHANGED}"
    return {
        "kept": is_kept,
        "line": line,
        # Where something new is typed, others type something else.
        "company": company_in_words(use_form(request.user, path, known, types=is_draft))
        if obj is not None
        else "",
        "is_stale": is_stale,
    }


def _keep(request: HttpRequest, obj: Any, path: str) -> bool:
    ticket = ticket_of(request.user, path, obj)
    return keep_draft(ticket, dict(request.POST.lists()))


def _line(is_kept: bool) -> str:
    if is_kept:
        return _saved(acting.now())
    return str(NOT_YET)


def _saved(at: datetime) -> str:
    return _("Draft saved %(at)s.") % {"at": moment_in_words(at)}


def company_in_words(rows: list[FormInUse]) -> str:
    """Who else types on a form or has it open; empty where nobody does."""
    writing = [str(row.person) for row in rows if is_writing(row)]
    open_too = [
        _("%(person)s (since %(at)s)")
        % {"person": row.person, "at": moment_in_words(row.since)}
        for row in rows
        if not is_writing(row)
    ]
    texts = []
    if writing:
        text = _("Writing on this form now: %(people)s.")
        texts.append(text % {"people": ", ".join(writing)})
    if open_too:
        text = _("Has this form open too: %(people)s.")
        texts.append(text % {"people": ", ".join(open_too)})
    return " ".join([*texts, _("Agree on who sends it.")]) if texts else ""


def _after_button(
    request: HttpRequest, path: str, is_kept: bool
) -> HttpResponse | None:
    step, _hash, place = request.POST.get("keep", "").partition("#")
    target = path
    if step == "assess":
        target = f"{path.replace('/do/propose/', '/do/assess/')}#{place}"
    if is_kept:
        messages.success(request, _line(is_kept))
        return HttpResponseRedirect(target if target != path else f"{path}?draft=1")
    link = format_html('<a href="{}">{}</a>', target, _("Go on without saving"))
    messages.warning(request, format_html("{} {}", _line(is_kept), link))
    return None


def typed_before(
    request: HttpRequest, path: str, seen: Any = None, at_once: bool = False
) -> QueryDict | None:
    """What the person had typed on the form and not sent, if they want it back; at once
    on a form that is saved while they type, unless the case has changed since. `seen`:
    what the form says of the case as it stands now, if it says anything."""
    draft = _draft(request, path)
    if draft is None or _waits(request, draft, seen, at_once):
        return None
    typed = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        if name not in OF_THE_CASE:
            typed.setlist(name, values)
    return typed


def draft_context(
    request: HttpRequest,
    path: str,
    subject: Any = None,
    seen: Any = None,
    at_once: bool = False,
) -> dict[str, Any]:
    """What a form needs for that: whose it is, and what they had typed before."""
    draft = _draft(request, path) if request.method == "GET" else None
    get_token(request)  # what tells the browser, if it has none yet
    ticket = ticket_for(request.user, path, browser_of(request), subject)
    context: dict[str, Any] = {"ticket": ticket, "saves": begins_to_save(subject)}
    if draft is None:
        return context
    return {
        **context,
        "draft": draft,
        "saves": _saved(draft.saved_at),
        "draft_waits": _waits(request, draft, seen, at_once),
        "draft_is_overtaken": not is_of_now(draft.fields, seen),
    }


def begins_to_save(subject: Any) -> str:
    """What a form says of saving before anything is typed on it."""
    if not is_cleared_already(subject):
        return str(NOT_YET)
    return _("What you type is saved while you type.")


def _waits(request: HttpRequest, draft: Draft, seen: Any, at_once: bool) -> bool:
    """Is it only offered? Then nothing is saved over it while the person types."""
    is_wanted = at_once and is_of_now(draft.fields, seen)
    return not is_wanted and "draft" not in request.GET


def _draft(request: HttpRequest, path: str) -> Draft | None:
    # Read with the account (permissions.account_with_roles): few have one.
    person: Any = request.user
    return draft_of(person, path) if person.has_drafts else None


def forget(site: Any, request: HttpRequest) -> HttpResponse:
    """Throw away what one had typed: back to the form, or to the list of drafts."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    path = request.POST.get("path", "")
    draft = get_object_or_404(Draft, person=request.user.pk, path=path)
    forget_draft(request.user, draft.path)
    is_listed = "listed" in request.POST
    return HttpResponseRedirect(reverse("admin:index") if is_listed else draft.path)


# What somebody sent in vain, on the page that says so.

# Of a form, what is not to be shown or sent again.
NEVER_SHOWN = ("password", "secret", "token", "assertion")
SERVES_THE_FORM = {*NOT_TYPED, *OF_THE_CASE}


def resubmission(request: HttpRequest, may_resend: bool) -> dict[str, Any]:
    """What the page needs: it sends all of it again where that does no harm, and else
    shows what was written."""
    typed = [(name, text) for name, texts in request.POST.lists() for text in texts]
    is_ours_again = may_resend and not any(map(_is_secret, request.POST))
    return {
        "can_resend": is_ours_again,
        "address": request.get_full_path(),
        "is_post": request.method == "POST",
        "typed": typed if is_ours_again else _texts(typed),
        "has_files": bool(request.FILES),
    }


def texts_of(fields: dict[str, list[str]]) -> list[str]:
    """The same of a draft, without the names of its fields."""
    typed = [(name, text) for name, texts in fields.items() for text in texts]
    return [text for _name, text in _texts(typed)]


def _texts(typed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What somebody has written, and not only chosen, to be copied from the page."""
    return [
        (name, text)
        for name, text in typed
        if name not in SERVES_THE_FORM and not _is_secret(name) and len(text) > 20
    ]


def _is_secret(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and any(word in name for word in NEVER_SHOWN)


# What was typed is kept when a form comes back without the sign-in it was given to.


def keep_typed(request: HttpRequest) -> str | None:
    """The address of the form, where it was one of ours; the person is told."""
    ticket = _ticket(request)
    if ticket is None:
        return None
    if _signed_out_keep(request, ticket):
        text = _(
            "You were signed out before the form was sent. Nothing has been done. What"
            " you typed is kept for you: you get it back on the form, where files have"
            " to be chosen again."
        )
    else:
        text = _(
            "You were signed out before the form was sent. Nothing has been done, and"
            " nothing of what you typed is kept: protective security may be concerned."
        )
    messages.warning(request, text)
    return ticket.path


def _ticket(request: HttpRequest) -> Ticket | None:
    """The ticket of a form that comes from the browser it was given to, or from its own
    person: nobody else writes what comes up on somebody's form."""
    ticket = read_ticket(request.POST.get("ticket", ""))
    if ticket is None or request.user.pk == ticket.person:
        return ticket
    is_same = bool(ticket.browser) and ticket.browser == browser_of(request)
    return ticket if is_same else None


def _signed_out_keep(request: HttpRequest, ticket: Ticket) -> bool:
    """A draft by the rules of drafts: it is not what somebody meant to send."""
    keep = keep_draft if "keep" in request.POST else keep_sent
    return keep(ticket, dict(request.POST.lists()))


def tell_script(request: HttpRequest) -> HttpResponse:
    """The page is signed out. Only what the person has just typed there is kept."""
    is_kept, line = None, _("You are signed out: sign in again.")
    if request.POST.get("keep") == "draft":
        ticket = _ticket(request)
        is_kept = ticket is not None and _signed_out_keep(request, ticket)
        if is_kept:
            line = _("You are signed out. What you typed is kept: sign in again.")
        else:
            line = _(
                "You are signed out, and what you typed last is not kept: copy it"
                " before you sign in again."
            )
    return JsonResponse({"kept": is_kept, "line": line}, status=401)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Somebody signed in anew in another window: the form's own secret is outdated."""
    if is_script(request):
        return tell_script(request)
    path: Any = keep_typed(request)
    if path is None:
        return csrf.csrf_failure(request, reason)
    return HttpResponseRedirect(path)

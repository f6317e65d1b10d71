"""What is offered to whom: every button and every line of the start page, held against
the steps themselves, which are taken with usual words and rolled back."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import resolve

from audit_app import clock
from requests_app import permissions
from requests_app.models import (
    AccessRequest,
    Authority,
    Connection,
    FirstManagers,
    Outcome,
    RegisterChange,
)
from requests_app.providers.application import Application
from requests_app.selectors.go_live import lacking
from requests_app.selectors.queue import everything_for
from requests_app.workbench.steps import StepsAdmin
from requests_app.workflow.condition import FollowUpInput
from requests_app.workflow.step import WrongState
from tests.cast import Cast, provision

PAGES = {
    model._meta.model_name: model_admin
    for model, model_admin in admin.site._registry.items()
    if isinstance(model_admin, StepsAdmin) and model_admin.steps
}


def _another_person(review: Any, by: Any) -> Any:
    """Somebody who may be given the review: a lawyer who does not work on it."""
    rows = permissions.roles_in_force("legal_reviewer").select_related("person")
    working = set(
        review.assignments.filter(ended_at=None).values_list("person_id", flat=True)
    )
    for row in rows:
        free = row.person_id not in {*working, by.pk}
        if free and not permissions.involvement(row.person, review).has_conflict:
            return row.person
    raise LookupError("nobody is left to give it to")


def _co_reviewer(review: Any) -> Any:
    return review.assignments.get(kind="co", ended_at=None).person


def _appeal(review: Any, status: str) -> Any:
    return review.appeals.filter(status=status).first()


def _other_authority(review: Any) -> Authority:
    return Authority.objects.exclude(pk=review.authority_id).order_by("pk").first()


def _named_besides(review: Any, by: Any) -> Any:
    rights = review.named_grants.exclude(user=by.pk).select_related("user")
    if (right := rights.first()) is None:
        raise LookupError("nobody else is named")
    return right.user


def _conditions(review: Any) -> list[FollowUpInput]:
    rows = review.conditions.filter(
        proposal__status="decided", proposal__decision__superseded_by=None
    )
    return [FollowUpInput(row, True) for row in rows]


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("note.txt", b"x", "text/plain")


def _double_of(access_request: AccessRequest, by: Any) -> AccessRequest | None:
    """Another that the person reads, as the form offers them."""
    rows = permissions.requests_readable_by(by).filter(
        connection=access_request.connection, status__in=AccessRequest.AWAITING
    )
    return rows.exclude(pk=access_request.pk).first()


def _other_connection(access_request: AccessRequest) -> Connection:
    return permissions.connections_beside(access_request).order_by("pk")[0]


def _revised(access_request: AccessRequest) -> dict[str, Any]:
    """Other terms than those that stand."""
    application = Application(
        external_id=access_request.external_id,
        requested_at=access_request.requested_at or access_request.received_at,
        justification="Otherwise",
    )
    return {"application": application, "payload": b"{}", "reason": "x"}


# Steps that have been taken, by model and name.
Taken = set[tuple[str, str]]
GROUND = {"ground": "close", "text": ""}
# The words that a person would use, by model and step.
WORDS: dict[str, dict[str, Callable[[Any, Any], dict[str, Any]]]] = {
    "secrecyreview": {
        "register": lambda obj, by: {"public_subject": "Åtkomst"},
        "correct-subject": lambda obj, by: {"public_subject": "Ny", "reason": "x"},
        "assign": lambda obj, by: {"person": _another_person(obj, by), "basis": "x"},
        "take": lambda obj, by: {},
        "acknowledge": lambda obj, by: {},
        "add-reviewer": lambda obj, by: {
            "person": _another_person(obj, by),
            "basis": "x",
        },
        "remove-reviewer": lambda obj, by: {"person": _co_reviewer(obj), "reason": "x"},
        "close-list": lambda obj, by: {"reason": "x"},
        "name": lambda obj, by: {"person": _another_person(obj, by), "reason": "x"},
        "unname": lambda obj, by: {"person": _named_besides(obj, by), "reason": "x"},
        "confirm-list": lambda obj, by: {},
        "open-list": lambda obj, by: {"reason": "x"},
        "declare": lambda obj, by: {"stage": "assessment", "has_conflict": False},
        "assess": lambda obj, by: Cast().assessment_of(obj),
        "propose": lambda obj, by: {
            "outcome": Outcome.STRUCK_OFF,
            "motivation_internal": "x",
            "motivation_for_recipient": "x",
            "no_conflict": True,
        },
        "see-change": lambda obj, by: {},
        "take-back": lambda obj, by: {"reason": "x"},
        "decide": lambda obj, by: {"no_conflict": True},
        "return": lambda obj, by: {"comment": "x", "no_conflict": True},
        "ask": lambda obj, by: {"text": "x"},
        "record-answer": lambda obj, by: {
            "question": obj.messages.filter(from_provider=False, replies=None).first(),
            "text": "x",
        },
        "consult": lambda obj, by: {
            "people": list(permissions.consultable(obj, by)[:1]),
            "question": "x",
            "due_at": clock.now() + timedelta(hours=1),
        },
        "note": lambda obj, by: {
            "text": "x",
            "source": "x",
            "happened_at": clock.now(),
        },
        "attach": lambda obj, by: {"title": "x", "file": _file()},
        "record-consent": lambda obj, by: {
            "provision": provision("OSL-23-2-st1"),
            "whom": "x",
            "what": "x",
            "given_by": "self",
            "way": "written",
            "given_at": clock.now(),
        },
        "withdraw-consent": lambda obj, by: {
            "consent": obj.consents.standing().first(),
            "withdrawn_at": clock.now(),
            "withdrawal": "x",
        },
        "reconsider": lambda obj, by: {"reason": "x"},
        "follow-up": lambda obj, by: {"followed": _conditions(obj)},
        "correct": lambda obj, by: {"text": "x"},
        "serve": lambda obj, by: {
            "served_at": clock.now(),
            "way": "email",
            "recipient": "x",
        },
        "register-appeal": lambda obj, by: {
            "received_at": clock.now(),
            "appellant": "x",
        },
        "try-appeal": lambda obj, by: {
            "appeal": _appeal(obj, "to_try"),
            "timeliness": "excused",
            "reason": "x",
        },
        "hand-over-appeal": lambda obj, by: {
            "appeal": _appeal(obj, "to_hand_over"),
            "court": "x",
            "handed_over_at": clock.now(),
        },
        "end-appeal": lambda obj, by: {
            "appeal": _appeal(obj, "at_court"),
            "outcome": "rejected",
            "decided_on": permissions.today(),
            "outcome_note": "x",
        },
        "record-act": lambda obj, by: {"happened_at": clock.now(), "action": "x"},
        "serve-revocation": lambda obj, by: {
            "served_at": clock.now(),
            "way": "email",
            "recipient": "x",
        },
        "revoke": lambda obj, by: {
            "ground": "proviso",
            "reason": "x",
            "reason_for_recipient": "x",
            "no_conflict": True,
        },
        "reroute": lambda obj, by: {"authority": _other_authority(obj), "reason": "x"},
        "propose-striking-off": lambda obj, by: {},
        "strike-off": lambda obj, by: {"no_conflict": True},
        "close": lambda obj, by: {"reason": "x"},
        "receive-stop": lambda obj, by: {},
        "stop": lambda obj, by: {"level": "suspected"},
    },
    "listedreview": {
        "open": lambda obj, by: {"reason": "x"},
        "confirm-list": lambda obj, by: {},
        "open-list": lambda obj, by: {"reason": "x"},
    },
    "registerchange": {
        "confirm": lambda obj, by: {},
        "refuse": lambda obj, by: {"reason": "x"},
        "confirm-file": lambda obj, by: {},
        "refuse-file": lambda obj, by: {"reason": "x"},
        "withdraw": lambda obj, by: {"reason": "x"},
    },
    "accessrequest": {
        "route": lambda obj, by: {
            "authority": Authority.objects.order_by("pk").first(),
            "objects": list(obj.requested_objects.filter(review=None)),
        },
        "correct-entry": lambda obj, by: _revised(obj),
        "move": lambda obj, by: {"connection": _other_connection(obj), "reason": "x"},
        "record-change": lambda obj, by: _revised(obj),
        "answered-outside": lambda obj, by: {
            "answer": "deny",
            "given_at": clock.now(),
            "way": "phone",
            "given_by": "x",
            "account": "x",
            "reference": "x",
        },
        "merge": lambda obj, by: {"into": _double_of(obj, by) or obj, "reason": "x"},
        "withdraw": lambda obj, by: {"reason": "x"},
    },
    "delivery": {
        # What is no longer to be given had been given before that.
        "confirm": lambda obj, by: {
            "given_at": clock.now() if obj.status == "open" else obj.created_at,
            "no_conflict": True,
        },
        "conflict": lambda obj, by: GROUND,
    },
    "accessgrant": {
        "end": lambda obj, by: {},
        "revoke": lambda obj, by: {
            "reason": "x",
            "reason_for_recipient": "x",
            "no_conflict": True,
        },
    },
    "arrival": {"handle": lambda obj, by: {"note_text": "x"}},
    "consultation": {
        "answer": lambda obj, by: {"opinion": "x", "no_conflict": True},
        "conflict": lambda obj, by: GROUND,
        "withdraw": lambda obj, by: {},
    },
    "deviation": {
        "take": lambda obj, by: {},
        "conclude": lambda obj, by: {"outcome": "none", "conclusion": "x"},
    },
    "incidentduty": {
        "report": lambda obj, by: {
            "reported_at": clock.now(),
            "reference": "x",
            "report": "x",
        },
        "decline": lambda obj, by: {"reason": "x"},
    },
    "alteration": {"conclude": lambda obj, by: {"conclusion": "x"}},
    "comparison": {"conclude": lambda obj, by: {"conclusion": "x"}},
    "freeze": {
        "ask-lift": lambda obj, by: {"reason": "x"},
        "lift": lambda obj, by: {},
        "keep": lambda obj, by: {"reason": "x"},
    },
    "contractclient": {
        "rotate": lambda obj, by: {},
        "listen": lambda obj, by: {"webhook_url": ""},
        "webhook-secret": lambda obj, by: {},
        "end": lambda obj, by: {"reason": "x"},
    },
    "noticechannel": {"end": lambda obj, by: {"reason": "x"}},
    "roleassignment": {
        "confirm": lambda obj, by: {},
        "refuse": lambda obj, by: {"reason": "x"},
        "suspend": lambda obj, by: {"reason": "x"},
        "lift": lambda obj, by: {"reason": "x"},
        "end": lambda obj, by: {"reason": "x"},
    },
    "firstmanagers": {
        "confirm": lambda obj, by: {},
        "refuse": lambda obj, by: {"reason": "x"},
    },
    "user": {
        "link": lambda obj, by: {},
        "deactivate": lambda obj, by: {"reason": "x"},
        "reactivate": lambda obj, by: {"reason": "x"},
    },
    "standingassessment": {
        "confirm": lambda obj, by: {},
        "revoke": lambda obj, by: {"reason": "x"},
    },
    "delegationrule": {"confirm": lambda obj, by: {}},
}


def refusal(model: str, name: str, subject: Any, by: Any, taken: Taken) -> str:
    """Why the step is not taken, with the words above; empty where it is, and `taken`
    tells so. A complaint about the words themselves is none."""
    step = PAGES[model].steps[name]
    fresh = type(subject)._default_manager.get(pk=subject.pk)
    try:
        with transaction.atomic():
            step.act(fresh, by=by, **WORDS[model][name](fresh, by))
            transaction.set_rollback(True)
    except (PermissionDenied, WrongState) as error:
        return f"{type(error).__name__}: {error}"
    except (ValidationError, LookupError):
        return ""
    taken.add((model, name))
    return ""


def seen_by(person: Any) -> Iterator[tuple[str, Any]]:
    """Every row with steps that the person may open."""
    request = SimpleNamespace(user=person, GET={})
    for model, model_admin in PAGES.items():
        if model_admin.has_view_permission(request):
            for subject in model_admin.get_queryset(request):
                if model_admin.has_view_permission(request, subject):
                    yield model, subject


def buttons(model: str, subject: Any, person: Any) -> dict[str, bool]:
    """The steps offered on the page of the row, and whether each stands out."""
    request = SimpleNamespace(user=person, GET={})
    relation = permissions.relation_to(person, subject)
    return {
        button["url"].rstrip("/").rpartition("/do/")[2]: button["main"]
        for button in PAGES[model].buttons(request, subject, relation)
        if "/do/" in button["url"]
    }


def start_page(person: Any) -> list[Any]:
    return everything_for(person)


def opens(url: str, person: Any) -> bool:
    """Is the page theirs, where it is a form that no step makes? Steps are tried apart."""
    place = resolve(url.partition("?")[0])
    model, kind = (place.url_name or "").split("_")[-2:]
    page = admin.site.get_model_admin(apps.get_model("requests_app", model))
    request = SimpleNamespace(user=person, GET={})
    if kind == "add":
        return page.has_add_permission(request)
    subject = page.get_queryset(request).filter(pk=place.kwargs["object_id"]).first()
    return subject is not None and page.has_view_permission(request, subject)


def violations(people: Iterable[Any], taken: Taken) -> Iterator[str]:
    """What is offered and not taken, and what stands out and is not on the start page.
    `taken` is told of each step that somebody took."""
    for person in people:
        found = _of_person(person, taken)
        yield from (f"{person.username}: {trouble}" for trouble in found)


def _of_person(person: Any, taken: Taken) -> Iterator[str]:
    permissions.remember_roles(person)
    lines = {line.url: line for line in start_page(person) if line.step}
    for line in lines.values():
        if not opens(line.step_url, person):
            yield f"{line.step} leads to a page that is shut"
    for model, subject in seen_by(person):
        line = lines.pop(PAGES[model].page_url(subject), None)
        for trouble in _of_one(model, subject, person, line, taken):
            yield f"{model} {subject.pk} ({subject}): {trouble}"
    for line in lines.values():
        if "/do/" in line.step_url:
            yield f"{line.step_url} leads to nothing they see"


def _is_told_elsewhere(subject: Any, person: Any) -> bool:
    """Is it told with what an authority lacks before its first case, or in the line of
    the file that it came in?"""
    if isinstance(subject, FirstManagers):
        return subject.pk in {row.to_confirm for row in lacking(person)}
    if not isinstance(subject, RegisterChange) or not subject.came_with:
        return False
    in_turn = permissions.changes_in_turn(person)
    return in_turn.filter(came_with=subject.came_with).exists()


def _of_one(
    model: str, subject: Any, person: Any, line: Any, taken: Taken
) -> Iterator[str]:
    permissions.remember_roles(person)  # each step forgets them
    offers = buttons(model, subject, person)
    for name in offers:
        if why := refusal(model, name, subject, person, taken):
            yield f"{name} is offered and refused: {why}"
    names = [name for name, main in offers.items() if main]
    if line is None and names and not _is_told_elsewhere(subject, person):
        yield f"{names} stands out, and the start page is silent"
    if line is not None and "/do/" in line.step_url:
        wanted = line.step_url.rstrip("/").rpartition("/do/")[2]
        if wanted not in offers:
            yield f"the start page offers {wanted}, the page does not"

"""What is offered to whom: every button and every line of the start page, held against
the steps themselves, which are taken with usual words and rolled back."""

import random
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import resolve

from requests_app.core.pages.steps import StepsAdmin
from requests_app.core.people.rights import remember_roles
from requests_app.core.step import WrongState, relation_to
from requests_app.core.two_persons import RegisterChange, changes_in_turn
from requests_app.desk.go_live import lacking
from requests_app.desk.queue.everything import everything_for
from requests_app.disclosure.models import DisclosedDocument
from requests_app.organisation.models import FirstManagers
from tests.workbench.words import WORDS

PAGES = {
    model._meta.model_name: model_admin
    for model, model_admin in admin.site._registry.items()
    if isinstance(model_admin, StepsAdmin) and model_admin.steps
}

# Steps that have been taken, by model, row and name.
Taken = set[tuple[str, int, str]]


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
    taken.add((model, subject.pk, name))
    return ""


def seen_by(person: Any) -> Iterator[tuple[str, Any]]:
    """Every row with steps that the person may open."""
    request = SimpleNamespace(user=person, method="GET", GET={})
    for model, model_admin in PAGES.items():
        if model_admin.has_view_permission(request):
            for subject in model_admin.get_queryset(request):
                if model_admin.has_view_permission(request, subject):
                    yield model, subject


def buttons(model: str, subject: Any, person: Any) -> dict[str, bool]:
    """The steps offered on the page of the row, and whether each stands out."""
    request = SimpleNamespace(user=person, method="GET", GET={})
    relation = relation_to(person, subject)
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
    request = SimpleNamespace(user=person, method="GET", GET={})
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
    remember_roles(person)
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
    """Is it told with what an authority lacks before its first case, in the line of the
    file that it came in, or of the request for it?"""
    if isinstance(subject, DisclosedDocument):
        whole = PAGES["disclosurerequest"].page_url(subject.request)
        return whole in {line.url for line in start_page(person)}
    if isinstance(subject, FirstManagers):
        return subject.pk in {row.to_confirm for row in lacking(person)}
    if not isinstance(subject, RegisterChange) or not subject.came_with:
        return False
    in_turn = changes_in_turn(person)
    return in_turn.filter(came_with=subject.came_with).exists()


def _of_one(
    model: str, subject: Any, person: Any, line: Any, taken: Taken
) -> Iterator[str]:
    remember_roles(person)  # each step forgets them
    offers = buttons(model, subject, person)
    for name in offers:
        # By the first who takes it, and by one of three others.
        is_tried = (model, subject.pk, name) not in taken or random.random() < 1 / 3  # noqa: S311
        if not is_tried:
            continue
        if why := refusal(model, name, subject, person, taken):
            yield f"{name} is offered and refused: {why}"
    names = [name for name, main in offers.items() if main]
    if line is None and names and not _is_told_elsewhere(subject, person):
        yield f"{names} stands out, and the start page is silent"
    if line is not None and "/do/" in line.step_url:
        wanted = line.step_url.rstrip("/").rpartition("/do/")[2]
        if wanted not in offers:
            yield f"the start page offers {wanted}, the page does not"

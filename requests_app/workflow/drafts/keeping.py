"""What somebody typed and has not sent: kept for them, then gone.

Each form carries a ticket, signed by us: whose form it is, and where. A form that comes
back without a sign-in is kept for the one on the ticket, who gets it after signing in.
What is being typed is kept as a draft once it has been answered that no security
protection is concerned; nothing is kept of what it may cover.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from audit_app import clock
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import AccessRequest, Draft, SecrecyReview
from requests_app.permissions.classes import highest_class
from requests_app.permissions.conflict import STOPPED
from requests_app.permissions.visibility import visible_to

KEPT_FOR = Draft.retention.length
OF_REVIEW = re.compile(r"/requests_app/secrecyreview/(\d{1,9})/")
SALT = "draft form"
# What serves the form itself.
NOT_TYPED = {"csrfmiddlewaretoken", "ticket", "as_read", "do", "keep"}
# What a draft says of the case: as it was when the form was opened, and as it became by
# what its author did beside.
OF_THE_CASE = ("seen", "beside")
# Answers that stop a case: what is typed beside them is kept nowhere (1.3).
STOPPING = {"suspected", "yes"}
STOPPING_FIELDS = ("answer_N3", "level")


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


def _request_of(ticket: Ticket) -> int | None:
    """The request that the form is about, if it is about one."""
    if not ticket.model:
        return None
    model: Any = apps.get_model(ticket.model)
    path = _path_to_request(model)
    if path is None:
        return None
    rows = model._base_manager.filter(pk=ticket.key)
    return rows.values_list(path, flat=True).first()


def _path_to_request(model: Any) -> str | None:
    """The path from rows of a model to the key of the request that they are about, if
    they are about one."""
    if model is AccessRequest:
        return "pk"
    names = {field.name for field in model._meta.fields}
    if "access_request" in names:
        return "access_request"
    return "review__access_request" if "review" in names else None


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
    about = _request_of(ticket)
    people = get_user_model().objects.filter(pk=ticket.person, is_active=True)
    with transaction.atomic():
        # A stop waits for us or we for it: it leaves nothing behind.
        requests = AccessRequest.objects.select_for_update(of=("self",))
        list(requests.filter(pk__in=[about]))
        if not people.exists() or _must_not_be_kept(about, fields):
            return False
        old = Draft.objects.filter(person=ticket.person, path=ticket.path).first()
        if old and old.fields.get("seen") == fields.get("seen"):
            fields |= {"beside": old.fields.get("beside", [])}
        Draft.objects.update_or_create(
            person_id=ticket.person,
            path=ticket.path,
            defaults={"fields": fields, "saved_at": clock.now()},
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
    subject = _subject_of(ticket)
    if ticket.path.endswith("/do/assess/"):
        return typed.get("answer_N3") == [SecrecyReview.SecurityProtection.NO]
    return is_cleared_already(subject)


def is_cleared_already(subject: Any) -> bool:
    """The same, before anything is typed."""
    no = SecrecyReview.SecurityProtection.NO
    return not isinstance(subject, SecrecyReview) or subject.security_protection == no


def _must_not_be_kept(about: int | None, fields: Mapping[str, list[str]]) -> bool:
    if any(STOPPING.intersection(fields.get(name, ())) for name in STOPPING_FIELDS):
        return True
    reviews = SecrecyReview.objects.filter(access_request=about)
    return reviews.filter(STOPPED).exists() or any(
        highest_class(review) == MOST_SERIOUS for review in reviews
    )


def draft_of(person: Any, path: str) -> Draft | None:
    return Draft.objects.filter(person=person.pk, path=path).first()


def forget_draft(person: Any, path: str) -> None:
    Draft.objects.filter(person=person.pk, path=path).delete()


def forget_drafts_on(access_request: AccessRequest) -> None:
    """Inside a stop: everybody's, on every page that is about the request."""
    on_pages = Q()
    for page in _pages_about(access_request):
        on_pages |= Q(path__startswith=page)
    for key in access_request.reviews.values_list("pk", flat=True):
        # An auditor's checklist, in whichever audit.
        on_pages |= Q(path__startswith="/revision/", path__endswith=f"/case/{key}/")
    Draft.objects.filter(on_pages).delete()


def _pages_about(access_request: AccessRequest) -> Iterator[str]:
    """Where the pages begin of all whose form `_request_of` finds to be about it."""
    for model in apps.get_app_config("requests_app").get_models():
        path = _path_to_request(model)
        if path is None:
            continue
        name = f"admin:requests_app_{model._meta.model_name}_change"
        with suppress(NoReverseMatch):
            page = reverse(name, args=[0]).removesuffix("0/change/")
            rows = model._base_manager.filter(**{path: access_request.pk})
            keys = rows.values_list("pk", flat=True)
            yield from (f"{page}{key}/" for key in keys)


def forget_old_drafts() -> list[str]:
    """But for those of a case out of sight: they wait until it may be seen again, or
    their author throws them away."""
    for draft in Draft.objects.filter(saved_at__lt=clock.now() - KEPT_FOR):
        if not _is_out_of_sight(draft):
            draft.delete()
    return []


def _is_out_of_sight(draft: Draft) -> bool:
    review = OF_REVIEW.match(draft.path)
    if review is None:
        return False
    return not visible_to(draft.person).filter(pk=int(review[1])).exists()

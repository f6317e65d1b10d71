"""Locking, of the steps of secrecy review: drafts of cases."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import STOPPED, highest_class, visible_to
from requests_app.cases.review.law.rules import MOST_SERIOUS
from requests_app.core.drafts import Ticket
from requests_app.core.fields import is_in_matter
from requests_app.core.people.models import Draft

# Which drafts of forms about a case are kept, and which go with it.

OF_REVIEW = re.compile(r"/requests_app/secrecyreview/(\d{1,9})/")
# Answers that stop a case: what is typed beside them is kept nowhere (1.3).
STOPPING = {"suspected", "yes"}
STOPPING_FIELDS = ("answer_N3", "level")


class DraftsOfCases:
    """`keeping.Cases`; a case is the key of its request."""

    def locked(self, ticket: Ticket) -> int | None:
        about = _request_of(ticket)
        requests = AccessRequest.objects.select_for_update(of=("self",))
        list(requests.filter(pk__in=[about]))
        return about

    def must_not_be_kept(
        self, case: int | None, fields: Mapping[str, list[str]]
    ) -> bool:
        if any(STOPPING.intersection(fields.get(name, ())) for name in STOPPING_FIELDS):
            return True
        reviews = SecrecyReview.objects.filter(access_request=case)
        return reviews.filter(STOPPED).exists() or any(
            highest_class(review) == MOST_SERIOUS for review in reviews
        )

    def is_cleared(self, subject: Any) -> bool:
        no = SecrecyReview.SecurityProtection.NO
        of_review = isinstance(subject, SecrecyReview)
        return not of_review or subject.security_protection == no

    def is_cleared_by(self, path: str, typed: Mapping[str, list[str]]) -> bool | None:
        if not path.endswith("/do/assess/"):
            return None
        return typed.get("answer_N3") == [SecrecyReview.SecurityProtection.NO]

    def is_out_of_sight(self, draft: Draft) -> bool:
        review = OF_REVIEW.match(draft.path)
        if review is None:
            return False
        return not visible_to(draft.person).filter(pk=int(review[1])).exists()


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


# The row of the request is locked before what belongs to it.


def lock_request(subject: Any) -> dict[str, AccessRequest]:
    """The row of the request that the subject belongs to, if it belongs to one: as its
    `access_request`, where it has that."""
    if isinstance(subject, AccessRequest):
        key = subject.pk
    elif hasattr(subject, "access_request_id"):
        key = subject.access_request_id
    elif getattr(subject, "review_id", None) is not None:
        reviews = SecrecyReview.objects.filter(pk=subject.review_id)
        key = reviews.values_list("access_request", flat=True).get()
    else:
        key = None
    if key is None:
        return {}
    # What it extends and what extends it too: it is one access.
    whole = is_in_matter("pk", key)
    requests = AccessRequest.objects.select_for_update(of=("self",))
    rows = requests.select_related("connection__product").filter(whole)
    request = next(row for row in rows.order_by("pk") if row.pk == key)
    return {"access_request": request} if hasattr(subject, "access_request_id") else {}


def is_shared(subject: Any) -> bool:
    """Does it belong to a request that may be several authorities'? Who works for one
    of them is not told to the others, nor to the provider."""
    of_request = isinstance(subject, AccessRequest) or hasattr(
        subject, "access_request_id"
    )
    return of_request and not isinstance(subject, SecrecyReview)


def in_locking_order(reviews: Iterable[SecrecyReview]) -> list[SecrecyReview]:
    """By their requests, which steps lock."""
    return sorted(reviews, key=lambda row: (row.access_request_id, row.pk))

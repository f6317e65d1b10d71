"""A case as the auditor means it: a request, and of its reviews those of the
authorities that they audit; and every row that belongs to it, gone or not."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Q

from requests_app.models import (
    AccessRequest,
    Arrival,
    ArrivalHandled,
    LadderNotice,
    OutboxAttempt,
    SecrecyReview,
    SentNotice,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.auditing import reviews_audited
from requests_app.selectors.audit.sight import (
    UNKNOWN,
    Owner,
    Sight,
    request_sight,
    requests_with_sight,
    review_sight,
    with_sight,
)
from requests_app.selectors.audit.sought import Part

# A provider's: a diary number is shorter.
LONGEST_NUMBER = 200
# Nobody's number is had by more.
MOST = 20
OURS = ("requests_app", "lockbox_site", "audit_app")
# Of a row: the review and the request that it belongs to, as SQL over its columns.
OF_DECISION = (
    "(select o.review_id from requests_app_decision o where o.id = decision_id)"
)
OF_MESSAGE = (
    "(select o.access_request_id from requests_app_outboxmessage o"
    " where o.id = message_id)"
)
OF_ARRIVAL = (
    "(select o.access_request_id from requests_app_arrival o where o.id = arrival_id)"
)
# A mail says which page it was about.
OF_ITEM = "substring(item from '/{}/([0-9]+)/')::bigint"
NOTHING = "null::bigint"
# Notices, which name the page of a case.
BY_PAGE = (SentNotice, LadderNotice)


class Case(NamedTuple):
    """`seen`: how much of the request, and of each review, the auditor may see."""

    number: str
    request: AccessRequest
    reviews: list[SecrecyReview]
    whole: Sight
    seen: dict[int, Sight]

    @property
    def keys(self) -> list[int]:
        return [review.pk for review in self.reviews]

    def sight(self, owner: Owner) -> Sight:
        if owner.review:
            return self.seen.get(owner.review, UNKNOWN)
        return self.whole if owner.request == self.request.pk else UNKNOWN


def kinds() -> dict[str, type[models.Model]]:
    """Our tables and their models."""
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model._meta.proxy
    }


def table_read(model: type[models.Model]) -> str:
    """Where a row is found though it is gone: in its history, where it has one."""
    history = getattr(model, "history", None)
    return (history.model if history else model)._meta.db_table


def owners(model: type[models.Model]) -> tuple[str, str]:
    """The review and the request of a row of the model."""
    if model in BY_PAGE:
        return OF_ITEM.format("secrecyreview"), OF_ITEM.format("accessrequest")
    names = {field.name for field in model._meta.fields if field.is_relation}
    return _review(model, names), _request(model, names)


def _review(model: type[models.Model], names: set[str]) -> str:
    if model is SecrecyReview:
        return "id"
    if "review" in names:
        return "review_id"
    if "content_object" in names:
        return "content_object_id"
    return OF_DECISION if "decision" in names else NOTHING


def _request(model: type[models.Model], names: set[str]) -> str:
    if model is AccessRequest:
        return "id"
    if "access_request" in names:
        return "access_request_id"
    return {OutboxAttempt: OF_MESSAGE, ArrivalHandled: OF_ARRIVAL}.get(model, NOTHING)


def in_cases(cases: Sequence[Case]) -> Callable[[Owner], Sight]:
    """How much may be seen of what belongs to one of these."""

    def sight(owner: Owner) -> Sight:
        seen = (case.sight(owner) for case in cases)
        return next((one for one in seen if one is not UNKNOWN), UNKNOWN)

    return sight


def cases_numbered(user: Any, number: str) -> list[Case]:
    """Cases of this diary number or provider's number: several authorities can have
    the same. One query, and another for what is not routed."""
    theirs = reviews_audited(user).order_by("pk")
    requests = AccessRequest.objects.filter(external_id__iexact=number).values("pk")
    # Each way by an index of its own; and theirs both ways: another authority's number
    # leads to no case of this one.
    ways = [
        theirs.filter(way).order_by().values("access_request")
        for way in (
            Q(diary_number__iexact=number),
            key_in_array("access_request", requests),
        )
    ]
    meant = key_in_array("access_request", ways[0].union(ways[1])[:MOST])
    rows = with_sight(user, theirs.filter(meant))
    by_request: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("access_request", "authority"):
        by_request[row.access_request_id].append(row)
    if by_request:
        return [_case(number, rows) for rows in by_request.values()]
    loose = requests_with_sight(user).order_by("pk")
    loose = loose.filter(external_id__iexact=number)[:MOST]
    return [Case(number, row, [], request_sight(row), {}) for row in loose]


def _case(number: str, rows: list[Any]) -> Case:
    request = rows[0].access_request
    views, reads = rows[0].views_request, rows[0].reads_request
    whole = Sight(request.external_id, None, reads, views)
    seen = {row.pk: review_sight(row) for row in rows}
    return Case(number, request, rows, whole, seen)


def rows_of(cases: list[Case]) -> Part:
    """Every row that belongs to one of the cases, by table and key, as SQL."""
    pieces = [piece for case in cases for piece in _pieces(case)]
    values = [value for _sql, more in pieces for value in more]
    return Part(" union ".join(sql for sql, _more in pieces), values)


def _pieces(case: Case) -> Iterator[tuple[str, list[Any]]]:
    for table, model in kinds().items():
        review, request = owners(model)
        source = table_read(model)
        if model in BY_PAGE:
            yield _notices(table, case)
        elif model is AccessRequest:
            yield _piece(table, source, "id = %s", [case.request.pk])
        elif review != NOTHING and model is not Arrival:
            yield _piece(table, source, *_by_review(case, review, request))
        elif request == "access_request_id":
            yield _piece(table, source, "access_request_id = %s", [case.request.pk])
    yield _behind("outboxattempt", "message_id", "outboxmessage", case)
    yield _behind("historicalarrivalhandled", "arrival_id", "arrival", case)


def _by_review(case: Case, review: str, request: str) -> tuple[str, list[Any]]:
    if review == OF_DECISION:
        inner = "select o.id from requests_app_decision o where o.review_id = any(%s)"
        return f"decision_id in ({inner})", [case.keys]
    if review == "review_id" and request == "access_request_id":
        # Of no review: about the request as a whole.
        whole = "review_id is null and access_request_id = %s"
        return f"(review_id = any(%s) or {whole})", [case.keys, case.request.pk]
    return f"{review} = any(%s)", [case.keys]


def _piece(
    table: str, source: str, where: str, values: list[Any]
) -> tuple[str, list[Any]]:
    sql = f"select %s, id::text from {source} where {where}"  # noqa: S608 — ours
    return sql, [table, *values]


def _behind(name: str, column: str, parent: str, case: Case) -> tuple[str, list[Any]]:
    among = f"select o.id from requests_app_{parent} o where o.access_request_id = %s"  # noqa: S608 — ours
    table = f"requests_app_{name.removeprefix('historical')}"
    return _piece(
        table, f"requests_app_{name}", f"{column} in ({among})", [case.request.pk]
    )


def _notices(table: str, case: Case) -> tuple[str, list[Any]]:
    pages = [f"/requests_app/secrecyreview/{key}/%" for key in case.keys]
    pages.append(f"/requests_app/accessrequest/{case.request.pk}/%")
    any_of = " or ".join("item like %s" for _page in pages)
    return _piece(table, table, f"({any_of})", pages)

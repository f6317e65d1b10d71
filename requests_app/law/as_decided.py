"""What decisions were made on, as it was then: read from history, many at a time.

However many decisions a batch holds, it costs the same number of queries.
"""

from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from requests_app.law.versions import Versions
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    AssessmentAnswer,
    CloudObjectInformationSet,
    Condition,
    Consent,
    HarmTest,
    InformationSet,
    InformationSetProvision,
    Part,
    Proposal,
    ProviderProduct,
    Provision,
    RequestedObject,
    Reservation,
    SecrecyReview,
    SecurityClassification,
    StandingAssessment,
    StandingReliance,
)
from requests_app.models.outcome import GRANTS


@dataclass(frozen=True)
class AsDecided:
    """A decision that stands, or an open proposal, and what it was made on.

    `review` is a copy for reading, with the request as it was: it is never saved.
    """

    proposal: Proposal
    review: SecrecyReview
    answers: list[AssessmentAnswer]
    harm_tests: list[HarmTest]
    parts: list[Part]
    consents: list[Consent]
    sets: list[InformationSet]
    named: frozenset[int]  # provisions that the sets name
    level: int | None  # the highest class of the sets
    unmapped: list[str]  # addresses of objects that were not in the map
    relied_on: list[StandingAssessment]
    running_grant: int | None

    @property
    def grants(self) -> bool:
        return self.proposal.outcome in GRANTS


def replayable(
    since: date | None = None, authority: int | None = None
) -> QuerySet[Proposal]:
    """Decisions that stand and proposals that wait for one, the oldest first."""
    standing = Q(status=Proposal.Status.DECIDED, decision__superseded_by=None)
    rows = Proposal.objects.filter(standing | Q(status=Proposal.Status.OPEN))
    if since is not None:
        made = Q(decision__decided_at__date__gte=since)
        rows = rows.filter(made | Q(decision=None, proposed_at__date__gte=since))
    if authority is not None:
        rows = rows.filter(review__authority=authority)
    return rows.order_by("pk")


def read_batch(
    rows: QuerySet[Proposal], catalogue: dict[int, Provision]
) -> list[AsDecided]:
    """A slice of `replayable` as it was decided. A dozen queries."""
    proposals = list(_with_moment(rows))
    versions = Versions(proposals)
    reviews = [row.review_id for row in proposals]
    requests = [row.review.access_request_id for row in proposals]
    of_review = {"review_id__in": reviews}
    answers = versions.by(AssessmentAnswer, "review_id", **of_review)
    harm_tests = versions.by(HarmTest, "review_id", **of_review)
    parts = versions.by(Part, "review_id", **of_review, ended_at=None)
    consents = versions.by(Consent, "review_id", **of_review)
    access_requests = versions.by(AccessRequest, "id", id__in=requests)
    products = versions.by(
        ProviderProduct, "id", id__in={_product(row).pk for row in proposals}
    )
    sets_of = _sets_as_they_were(proposals, versions)
    relied_on = _relied_on(proposals)
    grants = AccessGrant.objects.running().filter(access_request__in=requests)
    running = dict(grants.values_list("access_request", "pk"))
    cases = []
    for row in proposals:
        sets, named, level, unmapped = sets_of[row.pk]
        tests = harm_tests(row, row.review_id)
        consented = consents(row, row.review_id)
        for test in (*tests, *consented):
            test.provision = catalogue[test.provision_id]
        cases.append(
            AsDecided(
                proposal=row,
                review=_as_it_was(row, access_requests, products),
                answers=answers(row, row.review_id),
                harm_tests=tests,
                consents=consented,
                sets=sets,
                named=named,
                level=level,
                unmapped=unmapped,
                relied_on=relied_on[row.pk],
                running_grant=_running(row, running),
                parts=parts(row, row.review_id),
            )
        )
    return cases


def _with_moment(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """`moment`: when it became what it is, by the clock that dates all history."""
    first = Proposal.history.model.objects.filter(
        id=OuterRef("pk"), status=OuterRef("status")
    ).order_by("history_id")
    return rows.select_related(
        "decision",
        "review__authority",
        "review__access_request__connection__product__provider",
    ).annotate(
        moment=Subquery(first.values("history_date")[:1]),
        condition_count=_count(Condition),
        reservation_count=_count(Reservation),
    )


def _count(model: type[Model]) -> Coalesce:
    rows = model._default_manager.filter(proposal=OuterRef("pk")).order_by()
    counted = rows.values("proposal").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def _product(row: Proposal) -> ProviderProduct:
    return row.review.access_request.connection.product


def _as_it_was(row: Proposal, access_requests: Any, products: Any) -> SecrecyReview:
    live = row.review.access_request
    (request,) = access_requests(row, live.pk) or [live]
    (product,) = products(row, _product(row).pk) or [_product(row)]
    review, connection = copy(row.review), copy(live.connection)
    product.provider = _product(row).provider
    connection.product = product
    request.connection = connection
    review.access_request = request
    if decision := getattr(row, "decision", None):
        review.security_protection = decision.security_protection
    return review


def _sets_as_they_were(
    proposals: list[Proposal], versions: Versions
) -> dict[int, tuple[list[InformationSet], frozenset[int], int | None, list[str]]]:
    """By proposal, what its objects held, the provisions that it named, how high it was
    classified; and what was not in the map."""
    numbers = {pk for row in proposals for pk in row.object_ids}
    rows = versions.by(RequestedObject, "id", id__in=numbers)
    objects = {
        row.pk: [named for pk in row.object_ids for named in rows(row, pk)]
        for row in proposals
    }
    places = {
        pk: {named.cloud_object_id for named in rows} for pk, rows in objects.items()
    }
    object_keys = {pk for pks in places.values() for pk in pks if pk}
    links = versions.by(
        CloudObjectInformationSet, "cloud_object_id", cloud_object_id__in=object_keys
    )
    linked = {
        row.pk: {
            link.information_set_id for pk in places[row.pk] for link in links(row, pk)
        }
        for row in proposals
    }
    keys = {pk for pks in linked.values() for pk in pks}
    sets = versions.by(InformationSet, "id", id__in=keys)
    naming = versions.by(
        InformationSetProvision, "information_set_id", information_set_id__in=keys
    )
    classes = versions.by(
        SecurityClassification, "information_set_id", information_set_id__in=keys
    )
    return {
        row.pk: (
            [one for pk in linked[row.pk] for one in sets(row, pk)],
            frozenset(
                link.provision_id for pk in linked[row.pk] for link in naming(row, pk)
            ),
            _highest(row, [classes(row, pk) for pk in linked[row.pk]]),
            [one.external_id for one in objects[row.pk] if not one.cloud_object_id],
        )
        for row in proposals
    }


def _highest(row: Any, classes: list[list[SecurityClassification]]) -> int | None:
    """The highest class that was in force that day, among the classifications of each
    set."""
    day = timezone.localdate(row.moment)
    levels = []
    for of_set in classes:
        begun = [one for one in of_set if one.valid_from <= day]
        if begun:
            latest = max(begun, key=lambda one: (one.valid_from, one.pk))
            levels.append(latest.confidentiality)
    return max(levels, default=None)


def _relied_on(proposals: list[Proposal]) -> dict[int, list[StandingAssessment]]:
    assessments: dict[int, list[StandingAssessment]] = defaultdict(list)
    rows = (
        StandingReliance.objects.filter(proposal__in=proposals)
        .select_related(
            "standing_assessment__information_set",
            "standing_assessment__authority",
            "standing_assessment__provider",
        )
        .prefetch_related("standing_assessment__recipients")
    )
    for row in rows.order_by("pk"):
        assessments[row.proposal_id].append(row.standing_assessment)
    return assessments


def _running(row: Proposal, running: dict[int, int]) -> int | None:
    """The access that it opened, as long as that runs."""
    if row.status == Proposal.Status.DECIDED and row.outcome in GRANTS:
        return running.get(row.review.access_request_id)
    return None


def catalogue() -> dict[int, Provision]:
    """Every version of every provision: some hundreds, read once a run."""
    return {row.pk: row for row in Provision.objects.all()}

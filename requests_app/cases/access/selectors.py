"""What pages read of access: portal comment, as decided, freeze and subsequent
review."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.file import Part
from requests_app.cases.intake.models.request import (
    AccessRequest,
    RequestedObject,
    deadline_path,
)
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import grants_visible_to, visible_to
from requests_app.cases.review.drafting.case import written_out
from requests_app.cases.review.law.rules import Versions
from requests_app.cases.review.models.afterwards import Lapse, SubsequentReview
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Consent,
    HarmTest,
)
from requests_app.cases.review.models.decision import (
    Condition,
    Decision,
    Proposal,
    Reservation,
)
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.papers.decision import document_of
from requests_app.cases.review.papers.document import Document, appeal
from requests_app.cases.review.papers.english import order_in_english
from requests_app.cases.review.rights.decision import (
    can_revoke_frozen,
    freezes_visible_to,
)
from requests_app.cases.review.rights.involvement import can_revoke
from requests_app.core.models import GRANTS, Meaning
from requests_app.core.queue import Clock, NoticeKind, clock_between
from requests_app.core.words.texts import day_in_words
from requests_app.registers.models.cloud import (
    CloudObjectInformationSet,
    ProviderProduct,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetProvision,
    SecurityClassification,
)
from requests_app.registers.models.provisions import Provision
from requests_app.registers.models.standing import StandingAssessment, StandingReliance

# What is said with the answer in the provider's portal: which decision it is, what it
# says, and how it is appealed; in Swedish, and in short in English.

NOT_ALL = "Alla berörda myndigheter har inte medgett åtkomst, och begäran nekas därför."
NOT_ALL_ENGLISH = "In English: Not every authority concerned has granted access."
REVOKED = "Medgivandet gäller inte längre. Åtkomsten ska upphöra genast."
REVOKED_ENGLISH = "In English: The grant no longer applies. Access must end at once."
APPEAL = (
    "Beslutet kan överklagas till {court}. Överklagandet ska vara skriftligt och ha"
    " kommit in till {authority}{contact} inom tre veckor från den dag då ni fick del"
    " av beslutet. Ange vilket beslut som överklagas och hur ni vill att det ska"
    " ändras."
)
APPEAL_ENGLISH = (
    " It may be appealed in writing to {court} within three weeks of the day you"
    " received it; send the appeal to {authority}{contact}."
)


def portal_comment(answer: str, decisions: Iterable[Decision]) -> str:
    """What the portal's comment says: for a Deny, what those say who deny; for an
    Approve, what all of them grant."""
    rows = list(decisions)
    if answer == Delivery.Answer.APPROVE:
        return "\n\n".join(map(_comment, rows))
    against = [row for row in rows if row.answer == Meaning.DENY]
    comments = [_comment(row) for row in against]
    if answer == Delivery.Answer.REVOKE:
        return "\n\n".join([REVOKED, *comments, REVOKED_ENGLISH])
    return "\n\n".join(comments or [NOT_ALL, NOT_ALL_ENGLISH])


def _comment(decision: Decision) -> str:
    document = document_of(decision, full=False)
    lines = (
        f"Beslut den {day_in_words(document.made_on)}, diarienummer"
        f" {document.diary_number}. {document.order}",
        "\n".join(f"{label}: {value}" for label, value in document.extent),
        _numbered("Villkor", document.conditions),
        _numbered(
            "Förbehåll",
            [f"{row.who}: {row.prohibition}" for row in document.reservations],
        ),
    )
    # The reasons word for word: they are the decision's own.
    parts = [written_out(_joined(lines)), document.reasons]
    return _joined([*parts, _appeal(document), _english(decision, document)])


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _numbered(heading: str, texts: Iterable[str]) -> str:
    lines = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
    return "\n".join([f"{heading}:", *lines]) if lines else ""


def _appeal(document: Document) -> str:
    if document.appeal is None:
        return ""
    return APPEAL.format(
        court=document.appeal.court,
        authority=document.authority,
        contact=_contact(document),
    )


def _english(decision: Decision, document: Document) -> str:
    text = (
        f"In English: Decision {document.diary_number}. {order_in_english(decision)}"
        " The Swedish text above is the one that applies."
    )
    if (notice := appeal(decision)) is None:
        return text
    return text + APPEAL_ENGLISH.format(
        court=notice.court, authority=document.authority, contact=_contact(document)
    )


def _contact(document: Document) -> str:
    return f" ({', '.join(document.contact)})" if document.contact else ""


# What decisions were made on, as it was then: read from history, many at a time.
#
# However many decisions a batch holds, it costs the same number of queries.


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


# What a freeze reaches: access that runs, and cases that wait. Reads only.

MOST = 200
# Official documents wait for no freeze (TF 2:2). The database's own rule.
_HANDS_OUT_DOCUMENTS = Func(
    F("pk"),
    function="lockbox_hands_out_documents",
    output_field=BooleanField(),
)


class RunningGrant(NamedTuple):
    """Access that a freeze did not come in time for, and whether it can be revoked."""

    grant: AccessGrant
    can_not: bool
    may_revoke: bool


def freezes_now(user: Any) -> QuerySet[Freeze]:
    """The freezes in force that the person may know of: no approval passes them."""
    rows = freezes_visible_to(user).filter(
        pk__in=Freeze.objects.in_force(acting.now()).values("pk")
    )
    related = ("authority", "provider", "product", "information_set", "lift_asked_by")
    return rows.select_related(*related).order_by("begins_at")


def requests_under(freeze: Freeze) -> QuerySet[AccessRequest]:
    """The requests whose approval the freeze stops. What is not known is taken for what
    is stopped: a country that nobody has told, an object on no map."""
    links = CloudObjectInformationSet.objects.filter(
        cloud_object__requested__access_request=OuterRef("pk"),
        cloud_object__requested__removed_in_revision=None,
        information_set=freeze.information_set_id,
    )
    unmapped = RequestedObject.objects.still_named().filter(
        access_request=OuterRef("pk"), cloud_object__information_links=None
    )
    concerned = SecrecyReview.objects.filter(
        access_request=OuterRef("pk"), authority=freeze.authority_id
    ).live()
    ours = Q(Exists(concerned))
    if freeze.covers_all:
        ours |= Q(connection__authority=freeze.authority_id)
    rows = AccessRequest.objects.filter(ours).exclude(_HANDS_OUT_DOCUMENTS)
    if freeze.provider_id:
        return rows.filter(connection__product__provider=freeze.provider_id)
    if freeze.product_id:
        return rows.filter(connection__product=freeze.product_id)
    if freeze.country:
        return rows.filter(engineer_country__in=["", freeze.country])
    return rows.filter(Exists(links) | Exists(unmapped))


def running_under(freeze: Freeze, user: Any) -> list[RunningGrant]:
    """Running access that the person may know of, the first to end first."""
    rows = (
        grants_visible_to(user)
        .filter(access_request__in=requests_under(freeze))
        .running()
        .select_related("access_request__connection__product")
        .order_by("ends_at")
    )
    return [
        RunningGrant(
            grant,
            grant.access_request.connection.product.revocation
            == ProviderProduct.Revocation.NO,
            can_revoke_frozen(user, freeze),
        )
        for grant in rows[:MOST]
    ]


def waiting_under(freeze: Freeze, user: Any) -> QuerySet[SecrecyReview]:
    """Reviews that the person sees and that can not end in a grant meanwhile."""
    return (
        visible_to(user)
        .filter(
            access_request__in=requests_under(freeze),
            access_request__status__in=AccessRequest.AWAITING,
        )
        .live()
        .select_related("authority", "access_request__connection__product")
        .order_by(deadline_path("access_request"))[:MOST]
    )


# A subsequent review as its page shows it, and the clocks of what comes after.


class SubsequentPage(NamedTuple):
    clock: Clock | None
    # The case, for whoever may see it.
    review: SecrecyReview | None
    # Access that runs and that the person may take back.
    grant: AccessGrant | None


def subsequent_page(user: Any, row: SubsequentReview) -> SubsequentPage:
    return SubsequentPage(
        clock_of_subsequent(row),
        visible_to(user).filter(pk=row.review_id).first(),
        running_grant(user, row.review),
    )


def running_grant(user: Any, review: SecrecyReview) -> AccessGrant | None:
    """Access of the review's request that runs, where the person may revoke it."""
    request = review.access_request
    if request.revoked_at is not None:
        return None
    grant = request.grants.running().first()
    return grant if grant is not None and can_revoke(user, grant) else None


def clock_of_subsequent(row: SubsequentReview) -> Clock | None:
    if row.conclusion:
        return None
    return clock_between(NoticeKind.SUBSEQUENT, row.decision.decided_at, row.due_at)


def clock_of_lapse(lapse: Lapse) -> Clock | None:
    """Of the cause that is to be given, or of the closing that is to be looked at."""
    if not lapse.cause:
        return clock_between(NoticeKind.LAPSE, lapse.lapsed_at, lapse.due_at)
    since = lapse.review.closed_at
    if lapse.closed_by_id is None or lapse.confirmed_by_id is not None or since is None:
        return None
    return clock_between(NoticeKind.SUBSEQUENT, since, lapse.due_at)

"""Request, of the steps of intake: arrival, entry, extending, intake, merging, moving,
narrowing, requested object and same terms."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from audit_app.history import add_many
from audit_app.queries import Prewritten, Texts
from requests_app.cases.access.models import OutsideAnswer
from requests_app.cases.access.steps import answer, outbox
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    ArrivalHandled,
    RequestedObject,
    deadline_of,
    first_deadline,
)
from requests_app.cases.intake.models.review import ConflictDeclaration, SecrecyReview
from requests_app.cases.review.models.assessment import AssessmentAnswer
from requests_app.cases.review.rights.involvement import (
    can_correct_entry,
    can_handle,
    can_merge,
    can_withdraw,
    connections_beside,
    narrowed_by,
)
from requests_app.cases.review.steps import gate
from requests_app.cases.review.steps import people as steps_people
from requests_app.cases.review.steps.people import end_all, name_people
from requests_app.core import content
from requests_app.core.content import keep, keep_file, refuse_outside
from requests_app.core.fields import is_one_of
from requests_app.core.models import Content
from requests_app.core.step import note, require, save, step
from requests_app.core.words.texts import in_record
from requests_app.providers.application import PLAIN, Application, plain_terms
from requests_app.registers.models.cloud import CloudObject, Connection
from requests_app.registers.models.information import InformationSet

# What could not be taken in, until a person has dealt with it.


def is_handled(_may: Any, arrival: Arrival) -> str:
    """Why it is not to be dealt with again."""
    if not ArrivalHandled.objects.filter(arrival=arrival).exists():
        return ""
    return _("Somebody has already dealt with it. Nothing more needs to be done.")


@step(may=can_handle, hindrance=is_handled, begins=False)
def handle_arrival(arrival: Arrival, *, by: Any, note_text: str) -> None:
    """A person has dealt with something that could not be taken in."""
    # An arrival itself can't be locked: its rows never change.
    Connection.objects.select_for_update(no_key=True).get(pk=arrival.connection_id)
    handle_arrival.ask(arrival, by)
    ArrivalHandled.objects.create(arrival=arrival, note=note_text)
    note("arrival.handled", on=arrival, by=by)


# More time, asked for as a request of its own: part of a step.


def extend(access_request: AccessRequest, number: str) -> None:
    """It asks for more of an access that we know: decided by itself, and judged with
    what it extends."""
    rows = AccessRequest.objects.numbered(access_request.connection, number)
    extended = rows.exclude(pk=access_request.pk).first()
    if extended is None:
        return
    access_request.extends = extended
    save(
        access_request, **access_request.clock.moved_to(access_request.clock.answer_by)
    )
    name_people(*gate.live_reviews(access_request))


# The objects that a request names, and the reviews that they lead to.

# Whom an object concerns: the authority that keeps it, and its branch.
Concern = tuple[int, int | None]


def name_objects(
    access_request: AccessRequest, names: tuple[str, ...], *, by: Any
) -> None:
    """Note the objects named now; those we know go to their custodian's review."""
    before = {row.external_id: row for row in access_request.requested_objects.all()}
    touched: dict[int, SecrecyReview] = {}
    again = [row for row in before.values() if _lost_its_review(row, names)]
    _find_reviews_again(again, access_request)
    for row in before.values():
        gone = access_request.revision if row.external_id not in names else None
        if (row.removed_in_revision is None) != (gone is None):
            save(row, removed_in_revision=gone)
            if row.review is not None:
                touched[row.review.pk] = row.review
    fresh = [name for name in names if name not in before]
    touched |= add_objects(access_request, fresh, concerns(access_request))
    keys = {row.review.pk for row in again if row.review is not None}
    steps_people.name_people(*(touched[pk] for pk in keys))
    for review in touched.values():
        drop_if_empty(review, by=by)


def _lost_its_review(row: RequestedObject, names: tuple[str, ...]) -> bool:
    """Is it named again, after its review was dropped and has no say any more?"""
    if row.removed_in_revision is None or row.external_id not in names:
        return False
    return row.review is not None and row.review.status in SecrecyReview.MOVED


def _find_reviews_again(
    rows: list[RequestedObject], access_request: AccessRequest
) -> None:
    """Let these objects go to the reviews of whoever keeps them now, or had them then;
    to be saved."""
    known = _known_to(access_request, [row.external_id for row in rows]) if rows else {}
    for row in rows:
        row.cloud_object = known[row.external_id] or row.cloud_object
        concern = _concern(known[row.external_id] or row.review)
        row.review = gate.review_for(access_request, *concern)


def add_objects(
    access_request: AccessRequest,
    names: Iterable[str],
    before: dict[Concern, SecrecyReview],
) -> dict[int, SecrecyReview]:
    """New objects of a request, however many in as many statements. Returns the reviews
    from before that got one, by id."""
    known = _known_to(access_request, list(dict.fromkeys(names)))
    reviews = dict(before)
    for cloud_object in filter(None, known.values()):
        concern = _concern(cloud_object)
        if concern not in reviews:
            reviews[concern] = SecrecyReview(
                access_request=access_request,
                authority_id=cloud_object.authority_id,
                branch_id=cloud_object.branch_id,
                is_like_stopped=cloud_object.is_like_stopped,
            )
    new_reviews = [review for review in reviews.values() if review.pk is None]
    add_many(new_reviews)
    rows = [
        RequestedObject(
            access_request=access_request,
            external_id=name,
            cloud_object=cloud_object,
            review=reviews[_concern(cloud_object)] if cloud_object else None,
            added_in_revision=access_request.revision,
        )
        for name, cloud_object in known.items()
    ]
    add_many(rows)
    reached = {row.review.pk: row.review for row in rows if row.review is not None}
    touched = {pk: reached[pk] for pk in reached if reached[pk] not in new_reviews}
    # Where nothing is from before, what was just looked up tells of every list.
    is_new = not before and access_request.revision == 1 and not access_request.extends
    if not is_new or any(row.is_on_list for row in filter(None, known.values())):
        steps_people.name_people(*reached.values())
    return touched


def _known_to(
    access_request: AccessRequest, names: list[str]
) -> dict[str, Any]:  # of CloudObject, with what is asked of each
    """What our map has under each name, or None."""
    rows = _mapped_to(
        access_request.pk,
        access_request.connection_id,
        access_request.support_case or None,
        Texts(names),
        _keys(names),
    )
    objects_by_name = {row.external_id.lower(): row for row in rows}
    return {name: objects_by_name.get(name.lower()) for name in names}


@Prewritten
def _mapped_to(
    access_request: int,
    connection: int,
    support_case: str | None,
    names: Texts,
    keys: Texts,
) -> QuerySet[CloudObject]:
    listed = InformationSet.objects.filter(
        object_links__cloud_object=OuterRef("pk"), is_named_list=True
    )
    stopped = gate.stopped_like(access_request, connection, support_case, names)
    return _mapped(connection, keys).annotate(
        is_like_stopped=Exists(stopped), is_on_list=Exists(listed)
    )


def _concern(row: Any) -> Concern:
    """Which authority an object of the map concerns, or a review."""
    return (row.authority_id, row.branch_id)


def concerns(access_request: AccessRequest) -> dict[Concern, SecrecyReview]:
    """The live reviews of a request by whom they are for."""
    reviews = gate.live_reviews(access_request)
    return {_concern(review): review for review in reviews}


def drop_if_empty(review: SecrecyReview, *, by: Any) -> None:
    """After a change of its objects. Without any it is no longer concerned."""
    if review.status in SecrecyReview.MOVED:
        return
    if gate.object_ids(review):
        if review.status != SecrecyReview.Status.NEW:
            gate.objects_changed(review, by=by)
    elif review.status in (*SecrecyReview.OPEN, SecrecyReview.Status.DECIDED):
        gate.overtake_proposals(review)
        save(review, status=SecrecyReview.Status.DROPPED)
        note("review.dropped", on=review, by=by)


def _mapped(connection: int, keys: Texts) -> QuerySet[CloudObject]:
    return CloudObject.objects.filter(
        is_one_of(Lower("external_id"), keys), system__connection=connection
    )


def _keys(names: Iterable[str]) -> Texts:
    return Texts(dict.fromkeys(name.lower() for name in names))


def known_names(connection: Connection, names: list[str]) -> set[str]:
    """In small letters, those of the names that the map of the connection has."""
    rows = _mapped(connection.pk, _keys(names)).filter(gone_on=None)
    return {name.lower() for name in rows.values_list("external_id", flat=True)}


# Whether a provider tells once more what it has told, or something else.


def tells_the_same(access_request: AccessRequest, application: Application) -> bool:
    """Is it on the terms that were last told? Of a door that a person typed, the
    provider says no more than whether it is open."""
    last = last_told(access_request)
    if last is None or access_request.is_typed_door:
        return last is not None
    whole = with_what_was_typed(access_request, application)
    return last.terms_digest == whole.terms_digest


def last_told(access_request: AccessRequest) -> Arrival | None:
    """The arrival by which its terms were last told."""
    return access_request.arrivals.exclude(terms_digest="").first()


def with_what_was_typed(
    access_request: AccessRequest, application: Application
) -> Application:
    """What people add to what comes incomplete stands where the provider is silent."""
    if not access_request.comes_incomplete:
        return application
    justification = access_request.justification
    named = access_request.requested_objects.still_named().order_by("pk")
    typed = {
        **{term.name: getattr(access_request, term.name) for term in PLAIN},
        "justification": justification.text if justification else "",
        "object_ids": tuple(named.values_list("external_id", flat=True)),
        "requested_at": access_request.requested_at,
    }
    silent = [name for name in typed if not getattr(application, name)]
    return replace(application, **{name: typed[name] for name in silent})


# How an application becomes a request: every way in ends here.

Result = Arrival.Result
PAYLOAD = "application/json"
CHANGED_AT_ITS_END = gettext_lazy(
    "The provider changed request %(number)s after it had ended."
)

EVENTS: dict[str, str] = {
    Result.REVISION: "request.revised",
    Result.CORRECTION: "request.corrected",
    Result.COMPLETION: "request.completed",
}


class Received(NamedTuple):
    """`result` is None when the same application had arrived already."""

    access_request: AccessRequest | None
    result: str | None
    trouble: str = ""


@step
def receive(
    connection: Connection,
    application: Application,
    *,
    by: Any,
    payload: bytes,
    received_by: str,
    received_at: datetime | None = None,
    recorded_afterwards: str = "",
    media_type: str = PAYLOAD,
    picture: UploadedFile | None = None,
) -> Received:
    """Take in an application: new, a revision, a new status, or known already.

    `payload` is kept byte for byte; `picture` is what it was typed from. `received_at`
    is when it reached the authority, now unless a person tells. Raises nothing for what
    the provider wrote: `trouble` tells what was not taken in, each time that it comes.
    """
    existing = gate.existing(connection, application.external_id)
    if existing is not None:
        return _again(existing, application, payload, by)
    body = content.sealed(payload, media_type)
    try:
        with transaction.atomic():
            access_request = _create(
                connection,
                application,
                received_by=received_by,
                received_at=received_at or acting.now(),
                recorded_afterwards=recorded_afterwards,
                body=body,
            )
    except IntegrityError:
        # Two tellings of one request at once: the second sees what the first has made.
        existing = gate.existing(connection, application.external_id)
        if existing is None:
            raise
        return _again(existing, application, payload, by)
    source = content.keep_file(picture)
    _keep_arrival(access_request, application, body, Result.NEW, by, source=source)
    add_objects(access_request, application.object_ids, before={})
    if application.extends:
        extend(access_request, application.extends)
    gate.provider_moved_on(access_request, application.concluded, by=by)
    note("request.received", on=access_request, by=by, received_by=received_by)
    return Received(access_request, Result.NEW)


@step
def set_aside(
    connection: Connection, *, by: Any, payload: bytes, trouble: str
) -> Arrival:
    """Keep something that could not be taken in, for a person to act on.

    The same thing with the same trouble is kept once: a poll brings it every minute.
    """
    earlier = Arrival.objects.filter(
        connection=connection, trouble=trouble, payload__size=len(payload)
    ).select_related("payload")
    for arrival in earlier:
        if arrival.payload.original == payload:
            return arrival
    arrival = Arrival.objects.create(
        connection=connection,
        payload=content.keep(payload, "application/octet-stream"),
        result=Result.NOT_TAKEN_IN,
        trouble=trouble,
        arrived_at=acting.now(),
        arrived_by=by,
    )
    note("arrival.not_taken_in", on=arrival, by=by)
    return arrival


def _create(
    connection: Connection,
    application: Application,
    *,
    received_by: str,
    received_at: datetime,
    recorded_afterwards: str,
    body: Content,
) -> AccessRequest:
    """With all that is said of it kept at once, its payload too."""
    justification = content.sealed_if(application.justification)
    afterwards = content.sealed_if(recorded_afterwards)
    content.keep_many([justification, afterwards, body])
    return AccessRequest.objects.create(
        connection=connection,
        external_id=application.external_id,
        received_by=received_by,
        justification=justification,
        received_at=received_at,
        recorded_at=acting.now(),
        recorded_afterwards=afterwards,
        requested_at=application.requested_at,
        **first_deadline(connection.product, application, received_at),
        provider_status=application.provider_status,
        **plain_terms(application),
    )


def _again(
    access_request: AccessRequest, application: Application, payload: bytes, by: Any
) -> Received:
    application = with_what_was_typed(access_request, application)
    last = last_told(access_request)
    same_terms = tells_the_same(access_request, application)
    if same_terms and access_request.provider_status == application.provider_status:
        return Received(access_request, None, last.trouble if last else "")
    body = content.sealed(payload, PAYLOAD)
    if last is not None and same_terms:
        digest = last.terms_digest
        save(access_request, provider_status=application.provider_status)
        _keep_arrival(
            access_request, application, body, Result.STATUS, by, terms_digest=digest
        )
        gate.provider_moved_on(access_request, application.concluded, by=by)
        return Received(access_request, Result.STATUS)
    if access_request.status not in AccessRequest.AWAITING:
        trouble = in_record(CHANGED_AT_ITS_END, number=access_request.external_id)
        _keep_arrival(
            access_request, application, body, Result.NOT_TAKEN_IN, by, trouble
        )
        return Received(access_request, Result.NOT_TAKEN_IN, trouble)
    return revise(access_request, application, payload=payload, by=by)


def revise(
    access_request: AccessRequest,
    application: Application,
    *,
    by: Any,
    payload: bytes,
    result: str = Result.REVISION,
    reason: str = "",
    source: Content | None = None,
    **corrected: Any,
) -> Received:
    """Inside a step: other terms, as a new revision. `corrected` are columns that no
    provider changes."""
    deadline = deadline_of(
        access_request.connection.product,
        application,
        corrected.get("received_at", access_request.received_at),
    )
    save(
        access_request,
        revision=access_request.revision + 1,
        justification=content.same_or_keep(
            access_request.justification, application.justification
        ),
        **access_request.clock.moved_to(deadline),
        provider_status=application.provider_status,
        **plain_terms(application),
        **corrected,
    )
    body = content.sealed(payload, PAYLOAD)
    _keep_arrival(
        access_request, application, body, result, by, reason=reason, source=source
    )
    name_objects(access_request, application.object_ids, by=by)
    gate.terms_changed(access_request, by=by)
    gate.provider_moved_on(access_request, application.concluded, by=by)
    note(EVENTS[result], on=access_request, by=by, revision=access_request.revision)
    return Received(access_request, result)


def _keep_arrival(
    access_request: AccessRequest,
    application: Application,
    payload: Content,
    result: str,
    by: Any,
    trouble: str = "",
    reason: str = "",
    terms_digest: str = "",
    source: Content | None = None,
) -> None:
    why = content.sealed_if(reason)
    content.keep_many([payload, why])
    Arrival.objects.create(
        connection=access_request.connection,
        access_request=access_request,
        revision=access_request.revision,
        payload=payload,
        terms_digest=terms_digest or application.terms_digest,
        provider_status=application.provider_status,
        result=result,
        trouble=trouble,
        reason=why,
        source=source,
        arrived_at=acting.now(),
        arrived_by=by,
    )


# Typed by hand: corrected, changed at the provider later, answered past us.

Status = AccessRequest.Status
# When the portal has taken the answer, or nobody knows of one, whoever gave it is told.
ANSWERABLE = (*AccessRequest.AWAITING, Status.LAPSED, Status.ELSEWHERE)


def _was_not_typed(_may: Any, access_request: AccessRequest) -> str:
    if access_request.received_by in AccessRequest.TYPED:
        return ""
    return _("Nobody typed it in: the provider's own system changes it.")


def _is_not_corrected(rights: Any, access_request: AccessRequest) -> str:
    if access_request.received_by == AccessRequest.ReceivedBy.MANUAL:
        return _is_decided(access_request)
    return _("Nobody typed it in: the provider's own system changes it.")


def _is_not_completed(rights: Any, access_request: AccessRequest) -> str:
    if access_request.comes_incomplete:
        return _is_decided(access_request)
    return _("It came whole: nothing has been left out.")


def _is_decided(access_request: AccessRequest) -> str:
    if SecrecyReview.objects.filter(
        access_request=access_request, decisions__isnull=False
    ).exists():
        return _("It has been decided: record what differs as a change.")
    return ""


@step(
    starts_from=AccessRequest.AWAITING,
    may=can_correct_entry,
    hindrance=_is_not_corrected,
    keeps_reason=True,
)
def correct_entry(
    access_request: AccessRequest,
    *,
    by: Any,
    application: Application,
    payload: bytes,
    reason: str,
) -> None:
    """What was typed wrong. What it was stays as a revision, with who and why.

    Until it is decided: what was proposed goes back to the assessment.
    """
    if application.requested_at == access_request.requested_at:
        _refuse_same(access_request, application)
    revise(
        access_request,
        application,
        by=by,
        payload=payload,
        result=Arrival.Result.CORRECTION,
        reason=reason,
        external_id=application.external_id,
        requested_at=application.requested_at,
        received_at=application.requested_at,
    )


@step(
    starts_from=AccessRequest.AWAITING,
    may=can_correct_entry,
    hindrance=_is_not_completed,
)
def complete_notice(
    access_request: AccessRequest,
    *,
    by: Any,
    application: Application,
    payload: bytes,
    picture: UploadedFile | None = None,
) -> None:
    """What a provider's notice lacks, as its portal shows it; until it is decided."""
    revise(
        access_request,
        application,
        by=by,
        payload=payload,
        result=Arrival.Result.COMPLETION,
        source=keep_file(picture),
    )


def _is_joined(_may: Any, access_request: AccessRequest) -> str:
    if not access_request.audit_id:
        return ""
    return _("It has been joined with %(id)s already.") % {
        "id": access_request.audit_id
    }


@step(may=can_correct_entry, hindrance=_is_joined)
def join_audit_id(
    access_request: AccessRequest, *, by: Any, audit_id: str, reason: str
) -> None:
    """The id by which the provider's audit log calls it, and how somebody knows. Raises
    ValidationError where another request has it."""
    others = AccessRequest.objects.filter(
        connection=access_request.connection_id, audit_id__iexact=audit_id
    )
    if others.exists():
        text = _("Another request of the connection is joined with it.")
        raise ValidationError({"audit_id": text})
    save(access_request, audit_id=audit_id)
    note("request.audit_id_joined", on=access_request, by=by, audit_id=audit_id)


@step(
    starts_from=AccessRequest.AWAITING,
    may=can_correct_entry,
    hindrance=_was_not_typed,
    keeps_reason=True,
)
def record_change(
    access_request: AccessRequest,
    *,
    by: Any,
    application: Application,
    payload: bytes,
    reason: str,
) -> None:
    """The provider has changed in its portal what was typed from there."""
    _refuse_same(access_request, application)
    revise(access_request, application, by=by, payload=payload, reason=reason)


def _refuse_same(access_request: AccessRequest, application: Application) -> None:
    last = access_request.arrivals.exclude(terms_digest="").first()
    if last is not None and last.terms_digest == application.terms_digest:
        raise ValidationError(_("Nothing differs from what stands there already."))


def _is_known(_may: Any, access_request: AccessRequest) -> str:
    if OutsideAnswer.objects.filter(access_request=access_request).exists():
        return _("What was answered has been recorded already.")
    return ""


@step(starts_from=ANSWERABLE, may=can_withdraw, hindrance=_is_known)
def record_outside_answer(
    access_request: AccessRequest,
    *,
    by: Any,
    answer: str,
    given_at: datetime,
    way: str,
    given_by: str,
    account: str,
    reference: str = "",
    proof: UploadedFile | None = None,
) -> OutsideAnswer:
    """Somebody answered past Lockbox: it does not lapse as unanswered. Raises
    WrongState while our own answer is being sent."""
    sent = access_request.requested_at or access_request.received_at
    since = min(sent, access_request.received_at)
    text = _("The time lies before the request was sent, or in the future.")
    refuse_outside("given_at", given_at, since, text)
    outbox.settle(access_request)
    row = OutsideAnswer.objects.create(
        access_request=access_request,
        answer=answer,
        given_at=given_at,
        way=way,
        given_by=given_by,
        account=keep(account),
        reference=reference,
        proof=keep_file(proof),
        recorded_by=by,
        recorded_at=acting.now(),
    )
    if access_request.status != Status.ELSEWHERE:
        gate.answered_elsewhere(access_request, by=by)
    note("request.outside_answer_recorded", on=access_request, by=by, answer=answer)
    return row


# Two requests that are one: the double is folded into the other.

RequestStatus = AccessRequest.Status


@step(starts_from=AccessRequest.AWAITING, may=can_merge, begins=False)
def merge(
    access_request: AccessRequest, *, by: Any, into: AccessRequest, reason: str
) -> None:
    """Fold a request that was entered twice into the right one; nothing is lost."""
    first, second = sorted([access_request.pk, into.pk])
    # Both rows, lowest first, whichever way round two people merge.
    list(
        AccessRequest.objects.select_for_update(of=("self",))
        .filter(pk__in=[first, second])
        .order_by("pk")
    )
    merge.begin(access_request, by)
    into.refresh_from_db()
    _refuse_merge(access_request, into)
    require(can_merge(by, into))
    doubles = gate.live_reviews(access_request)
    named = {review.pk: steps_people.people_on_list(review) for review in doubles}
    for review in doubles:
        gate.overtake_proposals(review)
        save(review, status=SecrecyReview.Status.MERGED)
        end_all(review, reason=reason)
    _take_over_objects(access_request, into, by=by)
    remaining = concerns(into)
    for review in doubles:
        right = remaining.get((review.authority_id, review.branch_id))
        if review.is_named_list and right is not None:
            steps_people.put_on_list(right, named[review.pk])
    # A conflict of interest declared in a double's double holds as well.
    for older in access_request.merged.all():
        save(older, merged_into=into)
    answer.cancel_waiting(access_request)
    access_request.merged_into = into
    gate.set_status(access_request, RequestStatus.MERGED)
    # Whoever has a conflict of interest in the one works no more on the other.
    declared = ConflictDeclaration.objects.conflicts_in(into.pk).select_related(
        "person"
    )
    for person in {row.person_id: row.person for row in declared}.values():
        steps_people.shut_out(person, into)
    note("request.merged", on=access_request, by=by, into=into.external_id)


def _take_over_objects(
    access_request: AccessRequest, into: AccessRequest, *, by: Any
) -> None:
    """Objects that only the double named are not lost: the other request gets them."""
    named = _names(into)
    extra = [name for name in _names(access_request) if name not in named]
    name_objects(into, (*named, *extra), by=by)
    if extra:
        answer.order_answer(into, by=by)


def _names(access_request: AccessRequest) -> list[str]:
    rows = access_request.requested_objects.still_named().order_by("pk")
    return list(rows.values_list("external_id", flat=True))


def _refuse_merge(access_request: AccessRequest, into: AccessRequest) -> None:
    if access_request.pk == into.pk or into.status not in AccessRequest.AWAITING:
        raise ValidationError(
            {"into": _("Choose another request, one that still waits for an answer.")}
        )
    if into.connection_id != access_request.connection_id:
        raise ValidationError(
            {
                "into": _(
                    "It came by another connection: choose a request of the same"
                    " connection."
                )
            }
        )
    if any(gate.current_decision(r) for r in gate.live_reviews(access_request)):
        raise ValidationError(
            _("A decision has been made on this request; merge the other one.")
        )


# A request that was typed on the wrong connection is moved to the right one.

SecrecyReviewStatus = SecrecyReview.Status


def _is_past_moving(_may: Any, access_request: AccessRequest) -> str:
    if access_request.received_by != AccessRequest.ReceivedBy.MANUAL:
        return _("The provider sent it on this connection: it is answered there.")
    reviews = access_request.reviews.values("pk")
    if AssessmentAnswer.objects.filter(review__in=reviews).exists():
        return _(
            "The assessment has begun: strike the case off, and record the request"
            " anew."
        )
    return ""


@step(
    starts_from=(AccessRequest.Status.IN_REVIEW,),
    may=can_correct_entry,
    hindrance=_is_past_moving,
)
def move_to_connection(
    access_request: AccessRequest, *, by: Any, connection: Connection, reason: str
) -> None:
    """Until it is assessed. Clock and objects follow the right product's register;
    what it was is in the history, with who and why."""
    _refuse_unsuitable(access_request, connection)
    before = access_request.connection
    typed = Application(
        external_id=access_request.external_id,
        requested_at=access_request.requested_at,
    )
    received_at = access_request.received_at
    deadline = deadline_of(connection.product, typed, received_at)
    save(
        access_request,
        connection=connection,
        **access_request.clock.moved_to(deadline),
    )
    _find_objects_anew(access_request, by=by)
    gate.terms_changed(access_request, by=by)
    details = {"before": str(before), "to": str(connection), "reason": reason}
    note("request.moved", on=access_request, by=by, **details)


def _refuse_unsuitable(access_request: AccessRequest, connection: Connection) -> None:
    others = connections_beside(access_request)
    if not others.filter(pk=connection.pk).exists():
        text = _("Choose another connection of the authority that runs this one.")
        raise ValidationError({"connection": text})
    number = access_request.external_id
    if AccessRequest.objects.numbered(connection, number).exists():
        text = _("A request with this number has been entered on that connection.")
        raise ValidationError({"connection": text})


def _find_objects_anew(access_request: AccessRequest, *, by: Any) -> None:
    """In the map of the right connection. What it does not know stays with the review
    that it has."""
    named = access_request.requested_objects.still_named()
    rows = list(named.select_related("review"))
    keys = [row.external_id.lower() for row in rows]
    known = CloudObject.objects.alias(name=Lower("external_id")).filter(
        system__connection=access_request.connection, name__in=keys
    )
    by_name = {row.external_id.lower(): row for row in known}
    for row in rows:
        left = row.review
        _place(row, by_name.get(row.external_id.lower()), access_request)
        if left is not None and left != row.review:
            left.refresh_from_db()
            left.access_request = access_request
            drop_if_empty(left, by=by)


def _place(
    row: RequestedObject,
    cloud_object: CloudObject | None,
    access_request: AccessRequest,
) -> None:
    review = left = row.review
    if cloud_object is not None:
        concern = (cloud_object.authority_id, cloud_object.branch_id)
        review = gate.review_for(access_request, *concern)
    save(row, cloud_object=cloud_object, review=review)
    if review is not None:
        review.access_request = access_request
        if left is not None and left.is_named_list and left != review:
            if left.authority_id == review.authority_id:
                people = steps_people.people_on_list(left)
            else:
                people = steps_people.receivers(review)
            steps_people.put_on_list(review, people)
        steps_people.name_people(review)


# A narrower request after another: linked when it has come, by a person.


def _is_linked(_may: Any, access_request: AccessRequest) -> str:
    if access_request.narrows_id is None:
        return ""
    return _("It is linked to an earlier request already.")


@step(starts_from=AccessRequest.AWAITING, may=can_withdraw, hindrance=_is_linked)
def link_narrower(
    access_request: AccessRequest, *, by: Any, earlier: AccessRequest, reason: str
) -> None:
    """Say that this is the narrower request that the provider was invited to make.
    Nothing follows from it by itself: it is reviewed like any other."""
    if not narrowed_by(by, access_request).filter(pk=earlier.pk).exists():
        text = _("Choose an earlier request of the same connection that you may read.")
        raise ValidationError({"earlier": text})
    save(access_request, narrows=earlier)
    note("request.narrows", on=access_request, by=by, number=earlier.external_id)

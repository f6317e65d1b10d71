"""A decision in English, from the same facts as the Swedish one: what is drafted for
whoever translates it, and the paper that becomes of it (FL 13 §)."""

from collections.abc import Iterator

from django.utils import timezone, translation
from django.utils.translation import gettext

from requests_app.documents import as_decided
from requests_app.documents.appeal import appeal, is_shorter, is_tf
from requests_app.documents.decision import contact_of, numbers_of
from requests_app.documents.document import Document, Signature
from requests_app.documents.drafting import from_review
from requests_app.documents.drafting.words import text
from requests_app.documents.extent import named_objects
from requests_app.documents.in_english import (
    ACT,
    ALL_MUST_GRANT,
    CONDITIONS,
    GROUNDS,
    TRANSLATED,
    TRIED,
)
from requests_app.documents.notes import WITHOUT_TESTS, marking
from requests_app.documents.order import (
    has_others,
    is_refused_as_a_whole,
    opens_access,
    provider,
    takes_effect,
)
from requests_app.documents.rules import names_of_parts
from requests_app.documents.terms import conditions_of, reservations
from requests_app.models import (
    CloudObject,
    Condition,
    Decision,
    Outcome,
    Translation,
)
from requests_app.words.cited import in_english


def draft(decision: Decision) -> str:
    """The decision in English as far as its facts say; what somebody has typed in
    Swedish stands between brackets, to be translated."""
    with translation.override("en"):
        parts = [order_in_english(decision), "\n".join(_extent(decision))]
        parts += _terms(decision)
        parts += ["Reasons", " ".join(_reasons(decision))]
        return text(parts)


def document_of_translation(row: Translation) -> Document:
    decision = row.decision
    review = decision.review
    with translation.override("en"):
        made_on = timezone.localdate(decision.decided_at)
        return Document(
            authority=review.authority.name,
            diary_number=review.diary_number,
            made_on=made_on,
            subject=review.open_subject,
            numbers=numbers_of(review.access_request, ("Request", "Support case")),
            heading="Decision, translated into English",
            order=TRANSLATED.format(
                day=f"{made_on:%-d %B %Y}", number=review.diary_number
            ),
            decided_by=Signature(decision.decided_by_name),
            party=provider(decision),
            reasons=row.text.text,
            reservations=reservations(decision),
            marking="" if decision.left_out_for else marking(decision),
            appeal=appeal(decision),
            contact=contact_of(review.authority),
            language="en",
        )


def order_in_english(decision: Decision) -> str:
    """The operative part, as `order.order` says it in Swedish."""
    authority, party = decision.review.authority.name, provider(decision)
    request = "for official documents" if is_tf(decision) else "for access"
    made = f"the request {request} made by {party}"
    sentences = {
        Outcome.GRANTED: [f"{_grants(decision)}."],
        Outcome.GRANTED_WITH_RESERVATION: [f"{_grants(decision)}, with a reservation."],
        Outcome.PARTIALLY_GRANTED: [
            f"{_grants(decision)}.",
            "The request is refused in other respects.",
        ],
        Outcome.REFUSED: [f"{authority} refuses {made}."],
        Outcome.DISMISSED: [
            f"{authority} dismisses, without examining its merits, the request"
            f" {request} received in the name of {party}."
        ],
        Outcome.STRUCK_OFF: [f"{authority} strikes out the case."],
    }[Outcome(decision.outcome)]
    if is_refused_as_a_whole(decision):
        sentences = [
            f"{authority} refuses {made}.",
            "A new request, limited to the following, can be examined.",
        ]
    elif decision.grants and is_shorter(decision):
        sentences.append("The request is refused in so far as it exceeds that time.")
    if opens_access(decision) and has_others(decision):
        sentences.append(ALL_MUST_GRANT)
    return " ".join(sentences)


def _grants(decision: Decision) -> str:
    authority, party = decision.review.authority.name, provider(decision)
    if is_tf(decision):
        return (
            f"{authority} discloses to {party} the official documents requested, to the"
            " extent stated"
        )
    on_conditions = " and on the conditions stated" if conditions_of(decision) else ""
    return f"{authority} grants {party} access to the extent{on_conditions} stated"


def _extent(decision: Decision) -> Iterator[str]:
    if decision.outcome in WITHOUT_TESTS:
        return
    if not is_refused_as_a_whole(decision):
        objects = [_object(row.cloud_object, n) for n, row in named_objects(decision)]
        yield f"Objects: {', '.join(objects)}"
    if decision.granted_minutes and not is_tf(decision):
        yield f"Time: at most {_span(decision.granted_minutes)}"
    if decision.granted_scope:
        yield f"Scope: [{decision.granted_scope}]"


def _object(cloud_object: CloudObject | None, number: int) -> str:
    if cloud_object is None or not cloud_object.designation:
        return f"object {number} of the request"
    kind = gettext(cloud_object.get_kind_display()).lower()
    return f"{cloud_object.designation} ({kind})"


def _span(minutes: int) -> str:
    """90 becomes 1 hour and 30 minutes."""
    counted = zip(divmod(minutes, 60), ("hour", "minute"), strict=True)
    parts = [f"{n} {unit}{'s' * (n != 1)}" for n, unit in counted if n]
    return " and ".join(parts)


def _terms(decision: Decision) -> Iterator[str]:
    rows = conditions_of(decision) if takes_effect(decision) else []
    if rows:
        yield "Conditions"
        lines = (f"{n}. {_condition(row, decision)}" for n, row in enumerate(rows, 1))
        yield "\n".join(lines)
    if bound := reservations(decision):
        yield "Reservation"
        yield "\n".join(f"{row.who}: [{row.prohibition}]" for row in bound)


def _condition(row: Condition, decision: Decision) -> str:
    """In English where it is the standard text; else as it was typed, to translate."""
    authority, minutes = decision.review.authority, decision.granted_minutes
    is_standard = row.kind != Condition.Kind.OTHER and (
        row.text.text == from_review.condition(row.kind, minutes, authority).text
    )
    if not is_standard:
        return f"[{row.text.text}]"
    if row.kind == Condition.Kind.DURATION:
        return f"The access may last no longer than {_span(minutes or 0)}."
    return CONDITIONS[row.kind]


def _reasons(decision: Decision) -> Iterator[str]:
    """What may be told in English of the provisions and the ground; the reasons in
    Swedish say more, and are for a person to translate."""
    if decision.outcome not in WITHOUT_TESTS:
        parts = as_decided.parts_of_tests(decision)
        for row in as_decided.harm_tests(decision):
            may_be_named = not decision.left_out_for or (
                row.hinders and row.provision.code in decision.named_codes
            )
            if may_be_named and row.outcome in TRIED:
                named = f"{in_english(str(row.provision))} of {ACT}"
                names = names_of_parts(parts, row)
                where = f" as regards [{names}]" if names else ""
                yield TRIED[row.outcome].format(provision=named, where=where)
        # That somebody has consented tells of them.
        if decision.grants and not decision.left_out_for:
            yield _ground(decision)
    yield "[The rest of the reasons]"


def _ground(decision: Decision) -> str:
    """The sentence on the ground for what is granted; it begins otherwise where only a
    part is, as the secrecy of the rest stands before it."""
    text = GROUNDS.get(decision.ground, "")
    if text and decision.part_ids:
        return f"In other respects, {text[0].lower()}{text[1:]}"
    return text

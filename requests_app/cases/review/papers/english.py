"""English, of the documents of secrecy review: in english."""

from collections.abc import Iterator

from django.utils import timezone, translation
from django.utils.translation import gettext

from requests_app.cases.review.drafting import texts
from requests_app.cases.review.law.rules import WITHOUT_TESTS
from requests_app.cases.review.models.assessment import Ground, HarmTest
from requests_app.cases.review.models.decision import Condition, Decision, Translation
from requests_app.cases.review.papers import document
from requests_app.cases.review.papers.decision import (
    contact_of,
    marking,
    names_of_parts,
    numbers_of,
)
from requests_app.cases.review.papers.document import (
    Document,
    Signature,
    appeal,
    conditions_of,
    has_others,
    is_refused_as_a_whole,
    is_shorter,
    is_tf,
    named_objects,
    opens_access,
    provider,
    reservations,
    takes_effect,
)
from requests_app.core.models import Outcome
from requests_app.core.words.texts import citations_in_english, text
from requests_app.registers.models.cloud import CloudObject

# What a decision's draft in English says of each outcome, ground and condition.

ACT = "the Public Access to Information and Secrecy Act (2009:400)"
TRANSLATED = (
    "This is a translation of the decision made in Swedish on {day}, reference number"
    " {number}. The decision in Swedish is the one that applies."
)
ALL_MUST_GRANT = (
    "The decision applies on condition that the other authorities concerned grant the"
    " request."
)
TRIED: dict[str, str] = {
    HarmTest.Outcome.APPLIES: "Secrecy applies under {provision}{where}.",
    HarmTest.Outcome.UNLESS_RESERVED: (
        "Secrecy applies under {provision}{where}, unless a reservation is made."
    ),
    HarmTest.Outcome.DOES_NOT_APPLY: (
        "Secrecy does not apply under {provision}{where}."
    ),
}
GROUNDS: dict[str, str] = {
    Ground.NOT_SECRET: "No secrecy prevents the disclosure.",
    Ground.TECHNICAL: (
        "Secrecy does not prevent disclosure to a party that only processes or stores"
        " the information by technical means on the authority's behalf, where the"
        " disclosure is not inappropriate (Chapter 10, Section 2 a)."
    ),
    Ground.NECESSARY: (
        "Secrecy does not prevent a disclosure that is necessary for the authority to"
        " perform its functions (Chapter 10, Section 2)."
    ),
    Ground.FOREIGN: (
        "The information may be disclosed to a foreign authority (Chapter 8,"
        " Section 3)."
    ),
    Ground.STATISTICS: (
        "It is clear that the information can be disclosed without harm or detriment"
        " (Chapter 24, Section 8, third paragraph)."
    ),
    Ground.RESERVATION: (
        "The risk of harm is removed by a reservation (Chapter 10, Section 14)."
    ),
}
CONDITIONS: dict[str, str] = {
    Condition.Kind.NAMED_OBJECT: (
        "The access covers only the objects stated in the decision."
    ),
    Condition.Kind.NAMED_ENGINEER: (
        "The provider shall tell the authority before the access which engineer does"
        " the work."
    ),
    Condition.Kind.INSIDE_EEA: (
        "The provider shall have the work done from a place within the EEA."
    ),
    Condition.Kind.SCREEN_SHARE: (
        "The provider shall do the work only by screen sharing with the authority's"
        " staff."
    ),
    Condition.Kind.NO_COPYING: (
        "The provider may not copy, export or read any content beyond what the work"
        " unavoidably requires."
    ),
    Condition.Kind.ACCOUNT: (
        "The provider shall give a written account of the work within five working"
        " days of the end of the access."
    ),
}


# A decision in English, from the same facts as the Swedish one: what is drafted for
# whoever translates it, and the paper that becomes of it (FL 13 §).


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
        row.text.text == texts.condition(row.kind, minutes, authority).text
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
        parts = document.parts_of_tests(decision)
        for row in document.harm_tests(decision):
            may_be_named = not decision.left_out_for or (
                row.hinders and row.provision.code in decision.named_codes
            )
            if may_be_named and row.outcome in TRIED:
                named = f"{citations_in_english(str(row.provision))} of {ACT}"
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

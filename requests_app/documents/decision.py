"""The one place that reads a decision for a document: who may read what of it."""

from dataclasses import replace

from django.utils import timezone, translation

from requests_app.documents import as_decided
from requests_app.documents.appeal import appeal, is_tf, remark
from requests_app.documents.document import Document, Signature
from requests_app.documents.drafting.words import day_in_words
from requests_app.documents.extent import Lines, extent
from requests_app.documents.invitation import invitation
from requests_app.documents.notes import (
    MADE_DIGITALLY,
    is_under_fl,
    left_out,
    marking,
    notes,
)
from requests_app.documents.order import (
    is_refused_as_a_whole,
    order,
    provider,
    takes_effect,
)
from requests_app.documents.rules import rules
from requests_app.documents.terms import conditions, reservations, reserved_by
from requests_app.documents.wording import (
    HEADING,
    HEADING_OF_DOCUMENTS,
    HEADINGS,
    with_title,
)
from requests_app.law.reasons import WITHOUT_TESTS
from requests_app.models import (
    AccessRequest,
    Authority,
    Content,
    Correction,
    Decision,
    DiaryEntry,
    Outcome,
    Revocation,
    SecrecyReview,
)
from requests_app.models.assignment import Assignment
from requests_app.words.addresses import printable


def document_of(decision: Decision, *, full: bool) -> Document:
    """One decision: the recipient's copy says the same as the full one. Where it has
    been tried that reasons are left out, it says so, on what ground, and what else."""
    with translation.override("sv"):
        common = _in_both(decision)
        if full:
            return _in_full(decision, common)
        return _for_recipient(decision, common)


def copies_of(decision: Decision) -> tuple[Document, Document]:
    """The recipient's copy and the full one; what stands in both is read once."""
    with translation.override("sv"):
        common = _in_both(decision)
        return _for_recipient(decision, common), _in_full(decision, common)


def _for_recipient(decision: Decision, common: Document) -> Document:
    """All that the full copy says of the reasons, where nothing is left out of them."""
    if decision.left_out_for:
        return replace(common, left_out=left_out(decision))
    return replace(common, marking=marking(decision), rules=rules(decision))


def _in_full(decision: Decision, common: Document) -> Document:
    return replace(
        common,
        closer_reasons=_closer_reasons(decision),
        marking=marking(decision),
        rules=rules(decision),
        remark=remark(decision),
        is_full=True,
    )


def _in_both(decision: Decision) -> Document:
    review = decision.review
    return Document(
        authority=review.authority.name,
        diary_number=review.diary_number,
        made_on=timezone.localdate(decision.decided_at),
        subject=review.open_subject,
        numbers=(*numbers_of(review.access_request), *diary_number_of(review)),
        heading=_heading(decision),
        order=order(decision),
        decided_by=signature_of(decision),
        party=provider(decision),
        extent=_extent(decision),
        conditions=conditions(decision) if takes_effect(decision) else (),
        reservations=reservations(decision),
        reserved_by=reserved_by(decision),
        supersedes=_supersedes(decision),
        notes=notes(decision),
        reasons=decision.motivation_for_recipient.text,
        rapporteur=Signature(decision.rapporteur_name),
        others=_others(decision),
        invitation=invitation(decision),
        appeal=appeal(decision),
        sent_to=addressee(decision),
        contact=contact_of(review.authority),
        made_digitally=MADE_DIGITALLY,
    )


def document_of_correction(correction: Correction) -> Document:
    """In full only: nobody has said of its text that the recipient may read it."""
    decision = correction.decision
    review = decision.review
    day = timezone.localdate(decision.decided_at)
    by_law = " enligt 36 § förvaltningslagen (2017:900)"
    return Document(
        authority=review.authority.name,
        diary_number=review.diary_number,
        made_on=timezone.localdate(correction.corrected_at),
        subject=review.open_subject,
        numbers=numbers_of(review.access_request),
        heading="Rättelse",
        order=f"Beslutet den {day_in_words(day)} rättas"
        f"{by_law if is_under_fl(decision) else ''} på följande sätt.",
        extent=(("Rättelse", correction.text.text),),
        decided_by=Signature(with_title(correction.corrected_by)),
        is_full=True,
    )


def numbers_of(
    access_request: AccessRequest,
    labels: tuple[str, str] = ("Begäran", "Supportärende"),
) -> Lines:
    """The provider's own, as far as it has given them and nobody is in them."""
    numbers = (access_request.external_id, access_request.support_case)
    rows = zip(labels, map(printable, numbers), strict=True)
    return tuple(row for row in rows if row[1])


def diary_number_of(review: SecrecyReview) -> Lines:
    """The number in the authority's own diary system, where it has given one."""
    entry = DiaryEntry.objects.filter(review=review).exclude(number="").first()
    return ((entry.system, entry.number),) if entry else ()


def signature_of(decision: Decision | Revocation) -> Signature:
    rule = decision.delegation_snapshot
    if decision.review.authority.kind == Authority.Kind.COMPANY:
        basis = f"För bolaget, enligt dess beslutsordning punkt {rule['item_no']}"
        given = "beslutad"
    elif rule.get("is_urgent") == "True":
        basis = "På nämndens vägnar enligt 6 kap. 39 § kommunallagen (2017:725)"
        given = "uppdrag"
    else:
        basis = f"Enligt delegationsordningen punkt {rule['item_no']}"
        given = "delegerat"
    if board_decision := rule.get("board_decision"):
        basis += f", {given} {board_decision}"
    return Signature(decision.decided_by_name, basis)


def _heading(decision: Decision) -> str:
    heading = HEADING_OF_DOCUMENTS if is_tf(decision) else HEADING
    return HEADINGS.get(Outcome(decision.outcome), heading)


def _closer_reasons(decision: Decision) -> str:
    return closer_than(decision.motivation_for_recipient, decision.motivation_internal)


def closer_than(for_recipient: Content, internal: Content) -> str:
    """The closer reasons; empty where they say no more than what everybody reads."""
    return "" if internal.text == for_recipient.text else internal.text


def _extent(decision: Decision) -> Lines:
    """What is granted, or what was asked for; nothing of a case that is struck off, and
    none of our designations to somebody who may not be the provider."""
    if decision.outcome in WITHOUT_TESTS or is_refused_as_a_whole(decision):
        return ()
    return extent(decision)


def addressee(decision: Decision) -> str:
    request = decision.review.access_request
    contact = request.connection.product.provider.contact.strip().rstrip(".")
    where = f", {contact}" if contact else ""
    return f"{provider(decision)}{where}"


def contact_of(authority: Authority) -> tuple[str, ...]:
    lines = (authority.postal_address, authority.email, authority.phone)
    return tuple(line for line in lines if line)


def _supersedes(decision: Decision) -> str:
    old = decision.supersedes
    if old is None:
        return ""
    day = timezone.localdate(old.decided_at)
    return f"Beslutet ersätter beslutet den {day_in_words(day)} i samma ärende."


def _others(decision: Decision) -> tuple[str, ...]:
    """Who took part in the end without deciding (FL 31): who still worked the case, the
    co-reviewers and who answered."""
    working = decision.review.assignments.filter(assigned_at__lte=decision.decided_at)
    working = working.exclude(ended_at__lt=decision.decided_at)
    answerers = as_decided.answerers(decision)
    people = [
        row.person
        for row in working.select_related("person")
        if row.kind == Assignment.Kind.CO_REVIEWER or row.person_id in answerers
    ]
    beside = {decision.decided_by_id, decision.rapporteur_id}
    named = {person.pk: str(person) for person in people if person.pk not in beside}
    return tuple(sorted(named.values()))

"""Request, of the steps of disclosure: board report, disclosure, handing out, appeal,
data subject, decision, delivery, reservation, text mask and transparency report."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import readable_by
from requests_app.cases.intake.steps.file import lock_series, next_in_series
from requests_app.cases.review.law.facts import names_a_person
from requests_app.cases.review.models.afterwards import IncomingAppeal, Revocation
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.models.masks import MaskedText, RecipientNotice, TextMask
from requests_app.cases.review.papers.case import CaseDocument, documents_of
from requests_app.cases.review.papers.render import NotDrawn
from requests_app.cases.review.rights.involvement import can_read
from requests_app.cases.review.steps.afterwards import (
    OpenMatter,
    end_in_court,
    enter_appeal,
    known_timeliness,
    send_to_court,
    settle_time,
)
from requests_app.core.content import (
    keep,
    keep_if,
    refuse_future,
    refuse_numbers,
    refuse_outside,
)
from requests_app.core.models import Content, as_text
from requests_app.core.people.models import Authority
from requests_app.core.people.rights import can_report_to_board
from requests_app.core.step import (
    ChangedSince,
    WrongState,
    lock,
    note,
    require,
    save,
    step,
)
from requests_app.core.words import texts as words_texts
from requests_app.disclosure.data_subjects import WITHOUT as WITHOUT_DATA_SUBJECT
from requests_app.disclosure.models import (
    BoardReport,
    DataSubjectRequest,
    DisclosedDocument,
    Disclosure,
    DisclosureDecision,
    DisclosureRequest,
    ReportedDecision,
    TransparencyReport,
    fee_of,
)
from requests_app.disclosure.papers.answers import (
    CaseText,
    HandedOut,
    answer_to,
    handed_out,
    last_day_of,
    paper_of,
    texts_of,
)
from requests_app.disclosure.papers.reports import (
    description_of_reports,
    file_name,
    fingerprint_of_open_data,
    fingerprint_of_report,
    line_of,
    numbers_csv,
    pdf_of_year,
    to_report,
    year_of,
)
from requests_app.disclosure.rights import (
    can_decide_hand_out,
    can_gather_documents,
    can_hand_out,
    can_handle_request,
    can_lift,
    can_record_hand_out,
    can_serve_decision,
    can_tell_recipients,
    can_try_hand_out_appeal,
    hand_out_rule_for,
)
from requests_app.disclosure.steps.document import PDF, draw_all
from requests_app.registers.models.provisions import Provision
from requests_app.registers.rights import can_publish

# Reporting delegated decisions to a board, as a document that is kept.


@step
def report(
    *, by: Any, authority: Authority, meeting_on: date, shown: str
) -> BoardReport:
    """Draw up the list for a meeting (KL 6:40, 7:8); `shown` is the fingerprint of
    what was looked at. Raises WrongState if nothing, or something else, is left."""
    authority = Authority.objects.select_for_update().get(pk=authority.pk)
    require(can_report_to_board(by, authority.pk))
    decisions = to_report(authority, meeting_on)
    if not decisions:
        raise WrongState(_("No decision is left to report up to that day."))
    if fingerprint_of_report(decisions) != shown:
        raise ChangedSince(_("The list has changed since you looked at it."))
    document = _document(by, authority, meeting_on, decisions)
    board_report = BoardReport.objects.create(
        authority=authority,
        meeting_on=meeting_on,
        content=keep(document, "text/html; charset=utf-8", _name(meeting_on)),
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        made_by=by,
        made_at=acting.now(),
    )
    for decision in decisions:
        kind = "revocation" if isinstance(decision, Revocation) else "decision"
        ReportedDecision.objects.create(report=board_report, **{kind: decision})
    note("board_report.made", on=board_report, by=by, decisions=len(decisions))
    return board_report


def _name(meeting_on: date) -> str:
    return f"delegationsbeslut-{meeting_on:%Y-%m-%d}.html"


def _document(by: Any, authority: Authority, meeting_on: date, decisions: list) -> str:
    """In Swedish, whatever the language of its author: it goes to the board."""
    with translation.override("sv"):
        return render_to_string(
            "lockbox/board_report/document.html",
            {
                "authority": authority,
                "meeting_on": meeting_on,
                "lines": [line_of(decision) for decision in decisions],
                "made_by": by,
                "made_at": acting.now(),
            },
        )


def report_left_open(
    _review: SecrecyReview, decision: Decision | None
) -> Iterator[OpenMatter]:
    """The next report takes it up, closed or not: it is told, and stops nothing."""
    is_due = decision is not None and decision.delegation_rule.report_to_board
    if is_due and not ReportedDecision.objects.filter(decision=decision).exists():
        text = _("It is not reported to the board yet: the next report takes it up.")
        yield OpenMatter(text, needs_reason=False)


# What a data subject is given of each case: tested by somebody who reads it.


def can_be_tested(_may: Any, row: DataSubjectRequest) -> str:
    if row.kind != DataSubjectRequest.Kind.ACCESS:
        return _("Only who asks for access is given an extract.")
    if not row.identity:
        return _("First say how it is known who asks: nothing is given before.")
    return ""


@step(
    starts_from=(DataSubjectRequest.Status.OPEN,),
    may=can_handle_request,
    hindrance=can_be_tested,
)
def disclose(
    row: DataSubjectRequest,
    *,
    by: Any,
    review: Any = None,
    given: str,
    provision: Any = None,
    why: str,
) -> Disclosure:
    """Once of each case; `review` is None of what belongs to none. Raises
    ValidationError at the field that is wrong."""
    if review is not None:
        require(can_read(by, review) and review.authority_id == row.authority_id)
    if row.disclosures.filter(review=review).exists():
        raise ValidationError({"review": _("This has been tested already.")})
    _refuse_half(given, provision, why)
    disclosure = Disclosure(
        request=row,
        review=review,
        given=keep_if(given),
        provision=provision,
        why=keep(why) if provision else None,
        tested_by=by,
        tested_at=acting.now(),
    )
    save(disclosure)
    save(row)
    note("data_subject_request.tested", on=row, by=by)
    return disclosure


def _refuse_half(given: str, provision: Any, why: str) -> None:
    """Something is given, or it is kept back by a provision, with why; or both."""
    if not given.strip() and provision is None:
        text = _("Write what is given, or by which provision it is kept back.")
        raise ValidationError({"given": text})
    if (provision is None) != (not why.strip()):
        text = _("What is kept back needs both a provision and why.")
        raise ValidationError({"why": text})
    refuse_numbers(WITHOUT_DATA_SUBJECT, given=given)


# A decision on a hand-out is appealed: in the case that it is about, or on the page of
# the request where it is about none.

IncomingAppealStatus = IncomingAppeal.Status
# From when something can have been decided.
APPEALABLE = (
    DisclosureRequest.Status.READY,
    *DisclosureRequest.LEFT,
)


def _is_not_appealable(_may: Any, row: DisclosureRequest) -> str:
    decisions = list(row.decisions.all())
    if not decisions:
        return _("There is no decision to appeal.")
    if not any(made.goes_against for made in decisions):
        return _("Everything is handed out: there is nothing to appeal.")
    return ""


@step(
    starts_from=APPEALABLE,
    may=can_serve_decision,
    hindrance=_is_not_appealable,
)
def register_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    received_at: datetime,
    appellant: str,
    made: DisclosureDecision,
    text: str = "",
) -> IncomingAppeal:
    """From here it is dealt with as every other of the case that it is about: tried for
    its time, and handed over to the court (FL 45-46 §§)."""
    text_of_error = _("The time lies before the decision, or in the future.")
    refuse_outside("received_at", received_at, made.decided_at, text_of_error)
    last_day = last_day_of(made)
    first = row.documents.order_by("pk").first()
    appeal = enter_appeal(
        first.review if first else None,
        by,
        hand_out=made,
        received_at=received_at,
        appellant=appellant,
        text=keep_if(text),
        last_day=last_day,
        timeliness=known_timeliness(last_day, received_at),
    )
    save(row)
    note("appeal.registered", on=appeal.review or row, by=by)
    return appeal


def _none_to_try(_may: Any, row: DisclosureRequest) -> str:
    return _waits_for(row, IncomingAppealStatus.TO_TRY)


def _none_to_hand_over(_may: Any, row: DisclosureRequest) -> str:
    return _waits_for(row, IncomingAppealStatus.TO_HAND_OVER)


def _none_at_court(_may: Any, row: DisclosureRequest) -> str:
    return _waits_for(row, IncomingAppealStatus.AT_COURT)


def _waits_for(row: DisclosureRequest, status: str) -> str:
    waits = row.appeals.filter(status=status).exists()
    return "" if waits else _("No appeal waits for that.")


@step(
    starts_from=APPEALABLE,
    may=can_try_hand_out_appeal,
    hindrance=_none_to_try,
    keeps_reason=True,
)
def try_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    appeal: IncomingAppeal,
    timeliness: str,
    reason: str = "",
) -> None:
    """Has it come in time (FL 45 §)?"""
    settle_time(row, appeal, timeliness, reason)
    save(row)
    note("appeal.tried", on=row, by=by, timeliness=timeliness)


@step(starts_from=APPEALABLE, may=can_serve_decision, hindrance=_none_to_hand_over)
def hand_over_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    appeal: IncomingAppeal,
    court: str,
    handed_over_at: datetime,
    court_number: str = "",
) -> None:
    """The appeal and the file have gone to the court (FL 46 §)."""
    send_to_court(row, appeal, court, handed_over_at, court_number)
    save(row)
    note("appeal.handed_over", on=row, by=by)


@step(starts_from=APPEALABLE, may=can_serve_decision, hindrance=_none_at_court)
def end_hand_out_appeal(
    row: DisclosureRequest,
    *,
    by: Any,
    appeal: IncomingAppeal,
    outcome: str,
    decided_on: date,
    outcome_note: str = "",
    court_number: str = "",
) -> None:
    """What the court has decided."""
    end_in_court(row, appeal, outcome, decided_on, outcome_note, court_number)
    save(row)
    note("appeal.ended", on=row, by=by, outcome=outcome)


# Requests for documents: recorded with the next number, and with cases.

Status = DisclosureRequest.Status
# Nobody has to say who they are.
WITHOUT = gettext_lazy("A personal number stands here. Write it without.")


@step
def record_disclosure_request(
    authority: Authority,
    *,
    by: Any,
    channel: str,
    received_at: datetime,
    wording: str,
    reply_to: str = "",
    is_party: bool = False,
    case: SecrecyReview | None = None,
) -> DisclosureRequest:
    """Nobody says who asks or why (TF 2:18). Raises ValidationError for a time to come,
    and for a personal number."""
    require(can_record_hand_out(by, authority.pk))
    refuse_future("received_at", received_at)
    refuse_numbers(WITHOUT, wording=wording, reply_to=reply_to)
    row = enter_request(
        authority,
        by,
        channel=channel,
        received_at=received_at,
        wording=keep(wording),
        reply_to=keep_if(reply_to),
        is_party=is_party,
    )
    if case is not None:
        take(row, case, by)
    return row


def enter_request(authority: Authority, by: Any, **values: Any) -> DisclosureRequest:
    lock_series(authority.pk)
    at = acting.now()
    number = next_in_series(DisclosureRequest.objects.all(), authority.pk, at, "U")
    row = DisclosureRequest(
        authority=authority,
        number=number.text,
        year=number.year,
        sequence=number.sequence,
        recorded_by=by,
        recorded_at=at,
        **values,
    )
    save(row)
    note("disclosure_request.recorded", on=row, by=by)
    return row


@step(starts_from=(Status.OPEN,), may=can_hand_out)
def take_in(
    row: DisclosureRequest,
    *,
    by: Any,
    case: SecrecyReview,
    places: set[str] | None = None,
) -> None:
    """The documents of one more case, or those that have come since. Raises
    ValidationError where there are none."""
    if not take(row, case, by, places):
        text = _("All documents of that case are here already.")
        raise ValidationError({"case": text})
    save(row)


def take(
    row: DisclosureRequest, case: SecrecyReview, by: Any, places: set[str] | None = None
) -> int:
    """`places`: keys or kinds of the documents that are taken; None for all."""
    require(case.authority_id == row.authority_id and can_read(by, case))
    here = set(row.documents.filter(review=case).values_list("key", flat=True))
    new = [
        one
        for one in documents_of(case)
        if one.key not in here and (places is None or {one.key, one.kind} & places)
    ]
    for one in new:
        save(_request_document(row, case, one))
    note("disclosure_request.case_taken_in", on=row, by=by, documents=len(new))
    return len(new)


def _request_document(
    row: DisclosureRequest, case: SecrecyReview, one: CaseDocument
) -> DisclosedDocument:
    why_not = "" if one.is_official else one.why_not or _("not drawn up yet (TF 2:10)")
    return DisclosedDocument(
        request=row,
        review=case,
        key=one.key,
        name=keep(one.name),
        outcome=DisclosedDocument.Outcome.NONE if why_not else "",
        reasons=keep_if(why_not),
    )


# Somebody asks for their own data (GDPR 15): the documents in which they stand, tested
# and handed out as all others.


def _is_gathered(may: Any, row: DataSubjectRequest) -> str:
    if row.hand_outs.exists():
        return _("Its documents have been gathered: add cases there.")
    return can_be_tested(may, row)


@step(
    starts_from=(DataSubjectRequest.Status.OPEN,),
    may=can_gather_documents,
    hindrance=_is_gathered,
)
def gather_documents(
    row: DataSubjectRequest,
    *,
    by: Any,
    channel: str,
    words: list[str],
    places: Mapping[int, set[str]],
) -> DisclosureRequest:
    """`places`: in which documents of which cases the person was found, of which those
    are taken that `by` reads; who reads others adds them. Raises ValidationError where
    there are none."""
    refuse_numbers(WITHOUT, words="\n".join(words))
    hand_out = enter_request(
        row.authority,
        by,
        channel=channel,
        received_at=row.received_at,
        wording=row.wording,
        reply_to=row.who,
        of_data_subject=row,
        sought=keep("\n".join(words)),
    )
    cases = readable_by(by).filter(pk__in=list(places), authority=row.authority_id)
    number = sum(
        take(hand_out, case, by, places[case.pk]) for case in cases.order_by("pk")
    )
    if not number:
        text = _("No document of a case that you read has any of this.")
        raise ValidationError({"words": text})
    save(row)
    note("data_subject_request.documents_gathered", on=row, by=by, documents=number)
    return hand_out


def draw_gathered(row: DataSubjectRequest, *, by: Any) -> None:
    for hand_out in row.hand_outs.all():
        draw_all(hand_out, by=by)


# The authority decides on a hand-out, and the decision is served.


@step(starts_from=(Status.ASKED,), may=can_decide_hand_out)
def decide_hand_out(
    row: DisclosureRequest, *, by: Any, outcome: str, reasons: str
) -> DisclosureDecision:
    """Signed by whom an item of delegation lets decide on hand-outs, who tested and
    masked nothing in it. Raises WrongState where no paper can be drawn up."""
    refuse_numbers(WITHOUT, reasons=reasons)
    made = sign(row, by, outcome, reasons)
    save(row, status=Status.DECIDED)
    note("disclosure_request.decided", on=row, by=by, outcome=outcome)
    return made


def sign(
    row: DisclosureRequest,
    by: Any,
    outcome: str,
    reasons: str,
    prohibition: Content | None = None,
) -> DisclosureDecision:
    rule = hand_out_rule_for(by, row.authority_id)
    require(rule is not None)
    assert rule is not None  # noqa: S101 — the line above
    made = DisclosureDecision(
        request=row,
        outcome=outcome,
        prohibition=prohibition,
        reasons=keep(reasons),
        delegation_rule=rule,
        delegation_snapshot=rule.snapshot(),
        decided_by=by,
        decided_at=acting.now(),
    )
    try:
        paper = paper_of(made)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        raise WrongState(text) from error
    made.paper = keep(paper, PDF, f"{row.number}-beslut.pdf")
    made.sha256 = hashlib.sha256(paper).hexdigest()
    made.save()
    return made


def _is_served(_may: Any, row: DisclosureRequest) -> str:
    if not row.decisions.exists():
        return _("Nothing has been decided yet.")
    is_served = not row.decisions.filter(served_at=None).exists()
    return _("The decision has been served already.") if is_served else ""


@step(
    starts_from=(Status.READY, Status.DECIDED),
    may=can_serve_decision,
    hindrance=_is_served,
)
def serve_hand_out_decision(
    row: DisclosureRequest, *, by: Any, served_at: datetime
) -> None:
    """From then on three weeks run (FL 44 §), and a reservation binds."""
    made = row.decisions.get(served_at=None)
    text = _("The time lies before the decision, or in the future.")
    refuse_outside("served_at", served_at, made.decided_at, text)
    save(made, served_at=max(served_at, made.decided_at), served_by=by)
    save(row)
    note("disclosure_request.decision_served", on=row, by=by)


# What is handed out leaves, with an answer; a decision is asked for.

Way = DisclosureRequest.Way


def _is_not_ready(_may: Any, row: DisclosureRequest) -> str:
    served = row.decisions.exclude(served_at=None)
    if row.documents.reserved().exists() and not served.exists():
        return _("It waits for the reservation to be decided on and served.")
    if row.of_data_subject and row.of_data_subject.settled_at is None:
        return _("It waits for the answer to the data subject.")
    return ""


@step(starts_from=(Status.READY,), may=can_hand_out, hindrance=_is_not_ready)
def deliver(
    row: DisclosureRequest, *, by: Any, how: str, to: str = "", words: str = ""
) -> None:
    """The file and the answer leave as they are; both are kept. Raises ValidationError
    where it is sent to nowhere."""
    if how in (Way.MAIL, Way.LETTER) and not to.strip():
        raise ValidationError({"to": _("Say to what address it is sent.")})
    refuse_numbers(WITHOUT, to=to, words=words)
    fee = fee_of(row, how)
    save(
        row,
        status=Status.ANSWERED,
        fee=fee,
        answer=keep(answer_to(row, words, fee)),
        delivered_how=how,
        delivered_to=keep_if(to),
        delivered_by=by,
        delivered_at=acting.now(),
    )
    note("disclosure_request.delivered", on=row, by=by, sha256=row.file_sha256)


def _is_not_refused(_may: Any, row: DisclosureRequest) -> str:
    if row.of_data_subject_id is not None:
        return _("It was decided on in the answer to the data subject.")
    documents = row.documents.all()
    if documents.exists() and not documents.exclude(outcome="whole").exists():
        return _("Everything was handed out: there is nothing to decide.")
    return ""


@step(starts_from=(Status.ANSWERED,), may=can_hand_out, hindrance=_is_not_refused)
def ask_for_decision(row: DisclosureRequest, *, by: Any) -> None:
    """Whoever was refused something wants it decided by the authority (OSL 6:3)."""
    save(row, status=Status.ASKED, asked_at=acting.now())
    note("disclosure_request.decision_asked", on=row, by=by)


# What is handed out only with a reservation: whom it binds, and what is decided.


def _gives_nothing(_may: Any, row: DisclosureRequest) -> str:
    if row.of_data_subject_id is not None:
        return _("What is kept about somebody is given to them without a reservation.")
    if not row.documents.given().exists():
        return _("Nothing is to be handed out yet.")
    return ""


@step(starts_from=(Status.OPEN,), may=can_hand_out, hindrance=_gives_nothing)
def reserve(
    row: DisclosureRequest,
    *,
    by: Any,
    documents: Sequence[DisclosedDocument],
    provision: Provision | None = None,
    bound: str = "",
) -> None:
    """These are given only with a reservation, the others without. Raises
    ValidationError where nobody is bound, or no reservation helps (OSL 10:14)."""
    if documents:
        _refuse_in_vain(provision, bound)
        refuse_numbers(WITHOUT, bound=bound)
    for document in row.documents.given():
        reserved_by = provision if document in documents else None
        if document.reserved_by != reserved_by:
            require(can_read(by, document.review))
            lock(document)
            save(document, reserved_by=reserved_by)
    save(row, bound=keep_if(bound.strip()) if documents else None)
    note("disclosure_request.reserved", on=row, by=by, documents=len(documents))


def _refuse_in_vain(provision: Provision | None, bound: str) -> None:
    if not bound.strip():
        text = _(
            "A reservation binds somebody who is known. Ask who they are; whoever does"
            " not say gets what can be given without (OSL 10:14)."
        )
        raise ValidationError({"bound": text})
    if not names_a_person(bound.strip()):
        text = _("Write the first name and surname of a person: “%(odd)s” names none.")
        raise ValidationError({"bound": text % {"odd": bound.strip()}})
    if provision is None:
        text = _("Say by which provision it would be kept back otherwise.")
        raise ValidationError({"provision": text})
    if provision.harm_test == Provision.HarmTest.ABSOLUTE:
        text = _("This secrecy is absolute: a reservation takes no risk away.")
        raise ValidationError({"provision": text})


def _is_not_to_be_reserved(_may: Any, row: DisclosureRequest) -> str:
    if not row.documents.reserved().exists():
        return _("Nothing of it is to be handed out with a reservation.")
    if row.decisions.exists():
        return _("The reservation has been decided on.")
    return ""


@step(
    starts_from=(Status.READY,),
    may=can_decide_hand_out,
    hindrance=_is_not_to_be_reserved,
)
def decide_reservation(
    row: DisclosureRequest, *, by: Any, prohibition: str, reasons: str
) -> DisclosureDecision:
    """By whom an item of delegation lets decide on hand-outs; it binds from when it is
    served. Raises WrongState where no paper can be drawn up."""
    refuse_numbers(WITHOUT, prohibition=prohibition, reasons=reasons)
    outcome = DisclosureDecision.Outcome.RESERVED
    made = sign(row, by, outcome, reasons, keep(prohibition))
    save(row)
    note("disclosure_request.reservation_decided", on=row, by=by)
    return made


# Personal data in texts of a case: corrected, restricted, lifted, and told of.

Kind = TextMask.Kind


@step(may="masks")
def correct_personal_data(
    review: SecrecyReview,
    *,
    by: Any,
    texts: list[str],
    words: str,
    right: str,
    ground: str,
    request: Any = None,
    is_known: bool = False,
) -> TextMask:
    """From now on the texts, by digest, read with the right words (GDPR article 16);
    what was kept stays. Raises ValidationError at the field that is wrong."""
    chosen = _chosen(review, texts)
    _refuse_without(chosen, words)
    for name, text in (("right", right), ("ground", ground)):
        if words_texts.holds(text, "", words):
            raise ValidationError({name: _("The wrong words stand here again.")})

    def holds(content: Content | None) -> bool:
        return content is not None and words_texts.holds(
            content.text, content.media_type, words
        )

    gone = handed_out(review, holds)
    _refuse_unknowing(gone, is_known)

    def reads(content: Content) -> str:
        kind = content.media_type
        return words_texts.corrected(content.text, kind, words, right, acting.today())

    mask = _new(review, Kind.CORRECTION, by, ground, request)
    _put_on(mask, chosen, reads, gone)
    note("text_mask.corrected", on=review, by=by, texts=len(chosen))
    return mask


@step(may="masks")
def restrict_texts(
    review: SecrecyReview,
    *,
    by: Any,
    texts: list[str],
    ground: str,
    request: Any = None,
    is_known: bool = False,
) -> TextMask:
    """From now on the texts are read with a basis alone (GDPR article 18)."""
    chosen = _chosen(review, texts)
    digests = {row.content.digest for row in chosen}
    gone = handed_out(review, lambda text: text is not None and text.digest in digests)
    _refuse_unknowing(gone, is_known)
    mask = _new(review, Kind.RESTRICTION, by, ground, request)
    _put_on(
        mask,
        chosen,
        lambda content: words_texts.restricted(content.media_type, acting.today()),
        gone,
    )
    note("text_mask.restricted", on=review, by=by, texts=len(chosen))
    return mask


def _is_restriction(_may: Any, mask: TextMask) -> str:
    if mask.kind != Kind.RESTRICTION:
        return _("What was corrected stays so: correct it anew.")
    if not mask.stands:
        return _("It has been lifted.")
    return ""


@step(may=can_lift, hindrance=_is_restriction, keeps_reason=True)
def lift_restriction(
    mask: TextMask, *, by: Any, reason: str, subject_told_on: date
) -> None:
    """The texts are read as before: after the data subject was told (GDPR 18.3)."""
    if not timezone.localdate(mask.made_at) <= subject_told_on <= acting.today():
        text = _("Tell the data subject first, after the texts were restricted.")
        raise ValidationError({"subject_told_on": text})
    save(
        mask,
        lifted_at=acting.now(),
        lifted_by=by,
        lifted_because=keep(reason),
        subject_told_on=subject_told_on,
    )
    for row in mask.texts.select_related("original"):
        standing = MaskedText.objects.filter(
            original=row.original, mask__lifted_at=None
        ).order_by("-pk")
        last = standing.select_related("reads").first()
        save(row.original, reads_as=last.reads if last else None)
    note("text_mask.lifted", on=mask.review, by=by)


def _has_untold(_may: Any, mask: TextMask) -> str:
    return "" if mask.notices.waiting().exists() else _("Everybody has been told.")


@step(may=can_tell_recipients, hindrance=_has_untold)
def tell_recipient(
    mask: TextMask, *, by: Any, notice: RecipientNotice, how: str
) -> None:
    """Told that what they were given is corrected or restricted, or why that can't be
    done (GDPR article 19)."""
    save(notice, told_at=acting.now(), told_by=by, how=keep(how))
    save(mask)
    note("text_mask.recipient_told", on=mask.review, by=by, notice=notice.pk)


def _chosen(review: SecrecyReview, digests: list[str]) -> list[CaseText]:
    by_digest = {row.content.digest: row for row in texts_of(review)}
    if not digests or not set(digests) <= set(by_digest):
        raise ValidationError({"texts": _("Choose among the texts of this case.")})
    restricted = MaskedText.objects.filter(
        original__in=digests, mask__kind=Kind.RESTRICTION, mask__lifted_at=None
    )
    if restricted.exists():
        text = _("A text that you chose is restricted: lift that first.")
        raise ValidationError({"texts": text})
    return [by_digest[digest] for digest in digests]


def _refuse_without(chosen: list[CaseText], words: str) -> None:
    lacking = [
        row.label
        for row in chosen
        if not words_texts.holds(row.content.text, row.content.media_type, words)
    ]
    if lacking:
        text = _("The words do not stand in: %(texts)s.")
        raise ValidationError({"words": text % {"texts": "; ".join(lacking)}})


def _refuse_unknowing(gone: list[HandedOut], is_known: bool) -> None:
    if gone and not is_known:
        text = _("It has been handed out. %(to)s. They are to be told: tick that here.")
        to = "; ".join(map(str, gone))
        raise ValidationError({"is_known": text % {"to": to}})


def _new(review: Any, kind: str, by: Any, ground: str, request: Any) -> TextMask:
    mask = TextMask(
        kind=kind,
        review=review,
        request=request,
        ground=keep(ground),
        made_by=by,
        made_at=acting.now(),
    )
    save(mask)
    save(review)
    return mask


def _put_on(
    mask: TextMask,
    chosen: list[CaseText],
    reads: Callable[[Content], str],
    gone: list[HandedOut],
) -> None:
    for row in chosen:
        content = row.content
        masked = keep(reads(content), content.media_type, content.file_name)
        MaskedText.objects.create(
            mask=mask, original=content, reads=masked, label=row.label[:200]
        )
        save(content, reads_as=masked)
    for one in gone:
        RecipientNotice.objects.create(
            mask=mask, way=one.way, recipient=one.recipient, handed_out_at=one.at
        )


def original_of(row: MaskedText) -> str:
    return as_text(row.original.original)


# Drawing up a year of access by providers for everybody: a paper and open data.


@step
def draw_up(
    *, by: Any, authority: Authority, year: int, place: str, shown: str
) -> TransparencyReport:
    """`shown` is the fingerprint of what was looked at. Raises WrongState where it says
    something else by now, or no paper can be drawn up here."""
    require(can_publish(by, authority))
    counted = year_of(authority, year)
    if fingerprint_of_open_data(counted) != shown:
        raise ChangedSince(_("The numbers have changed since you looked at them."))
    try:
        paper = pdf_of_year(counted)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        raise WrongState(text) from error
    report = TransparencyReport.objects.create(
        authority=authority,
        year=year,
        document=keep(paper, "application/pdf", file_name(counted, "pdf")),
        numbers=keep(
            numbers_csv(counted), "text/csv; charset=utf-8", file_name(counted, "csv")
        ),
        description=keep(
            description_of_reports(counted, place),
            "application/ld+json",
            file_name(counted, "jsonld"),
        ),
        sha256=hashlib.sha256(paper).hexdigest(),
        made_by=by,
        made_at=acting.now(),
    )
    note("transparency_report.made", on=report, by=by, year=year)
    return report

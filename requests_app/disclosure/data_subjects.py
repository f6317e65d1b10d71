"""Data subjects: data subject answer and data subject request."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from requests_app.cases.review.law.rules import MONTHS_EXTENDED, answer_by
from requests_app.core.catalogue import administrative_court
from requests_app.core.content import keep, refuse_future, refuse_numbers
from requests_app.core.people.models import Authority
from requests_app.core.step import note, require, save, step
from requests_app.core.words.texts import day_in_words
from requests_app.disclosure.models import DataSubjectRequest, DisclosureRequest
from requests_app.disclosure.papers.answers import documents_told
from requests_app.disclosure.rights import (
    can_handle_request,
    can_record_request,
    can_settle_request,
)

# The answer to a data subject, with how to complain and appeal where it is against
# them. Written in Swedish, as other papers are.

Status = DataSubjectRequest.Status
Kind = DataSubjectRequest.Kind

ASKED: dict[str, str] = {
    Kind.ACCESS: "tillgång till dina personuppgifter",
    Kind.RECTIFICATION: "rättelse av dina personuppgifter",
    Kind.ERASURE: "radering av dina personuppgifter",
    Kind.RESTRICTION: "begränsning av behandlingen av dina personuppgifter",
    Kind.OBJECTION: "att behandlingen av dina personuppgifter upphör (invändning)",
}
DECIDED: dict[str, str] = {
    Status.GRANTED: "bifaller din begäran",
    Status.PARTLY: "bifaller din begäran delvis",
    Status.REFUSED: "avslår din begäran",
}
COMPLAINT = (
    "Klagomål. Du kan lämna in ett klagomål till Integritetsskyddsmyndigheten (IMY),"
    " imy.se, enligt artikel 77 i dataskyddsförordningen."
)
APPEAL = (
    "Så överklagar du. Beslutet får överklagas till {court} (7 kap. 2 § lagen"
    " (2018:218) med kompletterande bestämmelser till EU:s dataskyddsförordning)."
    " Skriv vilket beslut du överklagar och hur du vill att det ska ändras. Skrivelsen"
    " ställs till {court} men lämnas till {authority}, som ska ha fått den inom tre"
    " veckor från den dag då du fick del av beslutet (43 och 44 §§ förvaltningslagen"
    " (2017:900))."
)


def answer_to(row: DataSubjectRequest, status: str, reasons: str) -> str:
    """What is sent; what goes against the person says what they can do about it (GDPR
    12.4)."""
    came = day_in_words(timezone.localdate(row.received_at))
    parts = [
        f"{row.authority}: svar enligt artikel {row.article} i dataskyddsförordningen,"
        " (EU) 2016/679",
        f"Du har begärt {ASKED[row.kind]}. Din begäran kom in den {came}.",
        f"{row.authority} {DECIDED[status]}.",
        f"Skäl. {reasons}",
        *_extract(row, status),
    ]
    if status in DataSubjectRequest.AGAINST:
        parts += [COMPLAINT, *_appeal(row.authority)]
    return "\n\n".join(parts)


def _extract(row: DataSubjectRequest, status: str) -> list[str]:
    """What has been tested: in words where given, by provision where not."""
    parts = []
    for one in row.disclosures.select_related(
        "review__authority", "given", "provision"
    ):
        if one.given and status != Status.REFUSED:
            place = f"Ur ärende {one.review}" if one.review else "Utanför ärenden"
            parts.append(f"{place}. {one.given.text}")
        if one.provision:
            # Not of which case: that there is one may be what is secret.
            parts.append(
                f"Uppgifter lämnas inte ut enligt {one.provision} (5 kap. 1 § lagen"
                " (2018:218))."
            )
    for hand_out in row.hand_outs.all():
        parts += documents_told(hand_out)
    return parts


def _appeal(authority: Authority) -> list[str]:
    """What an authority decides is appealed; a company decides nothing so."""
    if authority.kind == Authority.Kind.COMPANY:
        return []
    place = authority.administrative_court
    court = administrative_court(place) if place else "förvaltningsrätten"
    return [APPEAL.format(court=court, authority=authority)]


# Requests of data subjects: recorded, made sure whose they are, extended, answered.

WITHOUT = gettext_lazy("A personal number stands here. Write who it is without it.")


@step
def record_data_subject_request(
    authority: Authority,
    *,
    by: Any,
    kind: str,
    received_at: datetime,
    account: Any = None,
    who: str,
    wording: str,
) -> DataSubjectRequest:
    """The month runs from when it came, whoever records it and when (GDPR 12.3).
    Raises ValidationError for a time to come, and for a personal number."""
    require(can_record_request(by, authority.pk))
    refuse_future("received_at", received_at)
    refuse_numbers(WITHOUT, who=who, wording=wording)
    row = DataSubjectRequest(
        authority=authority,
        kind=kind,
        received_at=received_at,
        due_at=answer_by(received_at),
        account=account,
        who=keep(who),
        wording=keep(wording),
        recorded_by=by,
        recorded_at=acting.now(),
    )
    save(row)
    note("data_subject_request.recorded", on=row, by=by, right=kind)
    return row


@step(starts_from=(Status.OPEN,), may=can_handle_request)
def identify(row: DataSubjectRequest, *, by: Any, identity: str) -> None:
    """It is known who asks, and how (GDPR 12.6)."""
    save(row, identity=identity)
    note("data_subject_request.identified", on=row, by=by, identity=identity)


def _is_extensible(_may: Any, row: DataSubjectRequest) -> str:
    if row.extended_at is not None:
        return _("It has been extended already, and that can be done once.")
    if acting.now() > row.due_at:
        return _("The month is over: only within it can more time be taken.")
    return ""


@step(
    starts_from=(Status.OPEN,),
    may=can_handle_request,
    hindrance=_is_extensible,
    keeps_reason=True,
)
def extend(row: DataSubjectRequest, *, by: Any, reason: str) -> None:
    """Two months more, for many or difficult requests; the person is told why within
    the first (GDPR 12.3)."""
    refuse_numbers(WITHOUT, reason=reason)
    save(
        row,
        due_at=answer_by(row.received_at, MONTHS_EXTENDED),
        extended_at=acting.now(),
        extension_reason=keep(reason),
    )
    note("data_subject_request.extended", on=row, by=by)


def _is_being_tested(_may: Any, row: DataSubjectRequest) -> str:
    ready = DisclosureRequest.Status.READY
    if tested := row.hand_outs.exclude(status=ready).first():
        text = _("Its documents are being tested: %(number)s.")
        return text % {"number": tested}
    return ""


@step(starts_from=(Status.OPEN,), may=can_settle_request, hindrance=_is_being_tested)
def settle(row: DataSubjectRequest, *, by: Any, status: str, reasons: str) -> None:
    """Answered, in words that are kept as they are sent. Raises ValidationError where
    something is given and it is not known to whom."""
    refuse_numbers(WITHOUT, reasons=reasons)
    if status != Status.REFUSED and not row.identity:
        text = _("First say how it is known who asks: nothing is given before.")
        raise ValidationError({"status": text})
    if status == Status.REFUSED and row.hand_outs.exclude(file=None).exists():
        text = _("Documents are given: grant it in part, or send them back first.")
        raise ValidationError({"status": text})
    save(
        row,
        status=status,
        reasons=keep(reasons),
        answer=keep(answer_to(row, status, reasons)),
        settled_by=by,
        settled_at=acting.now(),
    )
    note("data_subject_request.settled", on=row, by=by, status=status)

"""Afterwards, of the documents of secrecy review: appealed, dismissed appeal, paper,
reasons afterwards and revocation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone, translation

from requests_app.cases.review.law.rules import is_by_fl_37
from requests_app.cases.review.models.afterwards import (
    IncomingAppeal,
    RequestForReasons,
    Revocation,
)
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.papers import document
from requests_app.cases.review.papers.decision import (
    MADE_DIGITALLY,
    addressee,
    closer_than,
    contact_of,
    is_under_fl,
    numbers_of,
    signature_of,
)
from requests_app.cases.review.papers.document import (
    BY_DECISION,
    Appeal,
    Document,
    Signature,
    is_open_to_members,
    provider,
    remark_of_legality,
    three_weeks_after,
    with_title,
)
from requests_app.cases.review.papers.render import pdf_of
from requests_app.core import catalogue
from requests_app.core.people.models import Authority
from requests_app.core.words.texts import day_in_words

# A revocation on paper: that the grant no longer applies, why, and who decided it.

BY_LAW = {
    Revocation.Ground.PROVISO: "37 § andra stycket 1",
    Revocation.Ground.SECURITY: "37 § andra stycket 2",
    Revocation.Ground.UNTRUE: "37 § andra stycket 3",
}
EXTENSIONS = "Återkallelsen omfattar också förlängningar av samma åtkomst."
AT_ONCE = "Åtkomsten ska upphöra genast"
# Whose interest it is that was weighed.
INTERESTS: dict[str, str] = {
    Revocation.AtOnce.PUBLIC: "ett väsentligt allmänt intresse",
    Revocation.AtOnce.INDIVIDUAL: "ett väsentligt enskilt intresse",
}
AT_ONCE_BY_FL = (
    f"{AT_ONCE}, eftersom {{interest}} kräver det (35 § tredje stycket"
    " förvaltningslagen)."
)
UNHEARD = {
    Revocation.Hearing.AT_ONCE: (
        "Ni har inte fått yttra er före beslutet, eftersom {interest} kräver att det"
        " meddelas omedelbart (25 § andra stycket 3 förvaltningslagen)."
    ),
    Revocation.Hearing.HARDER: (
        "Ni har inte fått yttra er före beslutet, eftersom det kan befaras att det"
        " annars skulle bli avsevärt svårare att genomföra (25 § andra stycket 2"
        " förvaltningslagen)."
    ),
}
# What may do harm is ended at once, and its reasons can be asked for afterwards.
LEFT_OUT_BY_FL = (
    "I detta exemplar har en del av skälen utelämnats, eftersom {interest} kräver att"
    " beslutet meddelas omedelbart (32 § andra stycket 2 förvaltningslagen (2017:900))."
    " Behöver ni skälen för att kunna ta till vara er rätt kan ni begära en motivering"
    " i efterhand (32 § tredje stycket samma lag)."
)
# Whether they are secret is tried when somebody asks for them.
LEFT_OUT = (
    "I detta exemplar har en del av skälen utelämnats. Ni kan begära att få ta del av"
    " dem. Vi prövar det då i ett särskilt beslut."
)


def document_of_revocation(revocation: Revocation, *, full: bool) -> Document:
    """The recipient's copy has the reason that may be shown, the full one both."""
    with translation.override("sv"):
        decision, review = revocation.decision, revocation.review
        closer = closer_than(revocation.reason_for_recipient, revocation.reason)
        return Document(
            authority=review.authority.name,
            diary_number=review.diary_number,
            made_on=timezone.localdate(revocation.decided_at),
            subject=review.open_subject,
            numbers=numbers_of(review.access_request),
            heading="Beslut om återkallelse",
            order=order_of_revocation(revocation),
            decided_by=signature_of(revocation),
            party=provider(decision),
            reasons=revocation.reason_for_recipient.text,
            closer_reasons=closer if full else "",
            left_out=_left_out(revocation) if closer and not full else "",
            appeal=appeal(revocation),
            remark=_remark(revocation) if full else "",
            sent_to=addressee(decision),
            contact=contact_of(review.authority),
            made_digitally=MADE_DIGITALLY,
            is_full=full,
        )


def _is_by_fl(revocation: Revocation) -> bool:
    return is_by_fl_37(revocation.regime, revocation.review.authority)


def _left_out(revocation: Revocation) -> str:
    if not _is_by_fl(revocation):
        return LEFT_OUT
    return LEFT_OUT_BY_FL.format(interest=INTERESTS[revocation.at_once_for])


def _remark(revocation: Revocation) -> str:
    return remark_of_legality(revocation) if is_open_to_members(revocation) else ""


def order_of_revocation(revocation: Revocation) -> str:
    decision = revocation.decision
    day = day_in_words(timezone.localdate(decision.decided_at))
    authority = revocation.review.authority
    by_law, at_once = "", [f"{AT_ONCE}."]
    if _is_by_fl(revocation):
        ground = BY_LAW[Revocation.Ground(revocation.ground)]
        by_law = f", med stöd av {ground} förvaltningslagen (2017:900)"
        unheard = UNHEARD.get(Revocation.Hearing(revocation.hearing), "")
        interest = INTERESTS[revocation.at_once_for]
        at_once = [
            text.format(interest=interest) for text in (AT_ONCE_BY_FL, unheard) if text
        ]
    sentences = [
        f"{authority.name} återkallar sitt beslut den {day} att medge"
        f" {provider(decision)} åtkomst{by_law}.",
        *at_once,
    ]
    request = revocation.review.access_request
    if request.extends_id or request.extensions.exists():
        sentences.append(EXTENSIONS)
    return " ".join(sentences)


def portal_text(revocation: Revocation) -> str:
    """What the provider reads where the answer is given."""
    day = day_in_words(timezone.localdate(revocation.decided_at))
    number = revocation.review.diary_number
    return (
        f"Beslut den {day}, diarienummer {number}. {order_of_revocation(revocation)}"
        f"\n\n{revocation.reason_for_recipient.text}"
        "\n\nIn English: The grant is revoked. Access must end at once."
    )


def is_in_law(revocation: Revocation) -> bool:
    return revocation.regime == Authority.Regime.FL_FULL


def last_day(revocation: Revocation) -> date | None:
    """The last day to appeal it, once it is known when it was served."""
    if revocation.served_at is None or appeal(revocation) is None:
        return None
    return three_weeks_after(revocation.served_at)


def appeal(revocation: Revocation) -> Appeal | None:
    """It takes back what its recipient had: that goes against them (FL 41–42 §§)."""
    authority = revocation.review.authority
    if not is_in_law(revocation) or authority.kind == Authority.Kind.COMPANY:
        return None
    court = catalogue.administrative_court(authority.administrative_court)
    return Appeal(court, BY_DECISION)


# What an appeal is against: a decision, the revocation of a grant, or a decision on a
# hand-out.

Appealed = Decision | Revocation | Any


class HowAppealed(NamedTuple):
    """Of a decision of another kind: the notice on appeal that comes with it, and the
    last day to appeal it, None until it is served."""

    notice_of: Callable[[Any], Appeal]
    last_day_of: Callable[[Any], date | None]


# By model (requests_app/hooks.py).
OTHERS: dict[type, HowAppealed] = {}


def notice_of(appealed: Appealed) -> Appeal | None:
    """How it is appealed by its recipient; None where they have no right to it."""
    if other := OTHERS.get(type(appealed)):
        return other.notice_of(appealed)
    if isinstance(appealed, Revocation):
        return appeal(appealed)
    return document.appeal(appealed)


def last_day_of(appealed: Appealed) -> date | None:
    """The last day to appeal it, for the last whom it was served on, once it has been
    served on all."""
    if other := OTHERS.get(type(appealed)):
        return other.last_day_of(appealed)
    if isinstance(appealed, Revocation):
        return last_day(appealed)
    return document.last_day(appealed)


def last_days_of(appealed: Appealed) -> list[tuple[str, date]]:
    """Whom it has been served on, and each one's last day to appeal it: the earliest
    first, by which what has come is in time whoever it came from."""
    if isinstance(appealed, Decision):
        return document.last_days(appealed)
    day = last_day_of(appealed)
    whom = appealed.served_on if isinstance(appealed, Revocation) else ""
    return [(whom, day)] if day else []


def is_tried_for_legality(appealed: Appealed) -> bool:
    """Is it tried at the wish of members of the municipality only (KL 13 ch.)?"""
    if type(appealed) in OTHERS:
        return False
    if isinstance(appealed, Revocation):
        return document.is_open_to_members(appealed)
    return document.is_tried_for_legality(appealed)


def court_of(appealed: Appealed) -> str:
    """Which court tries it; empty where that can't be said."""
    if is_tried_for_legality(appealed):
        place = appealed.review.authority.administrative_court
        return catalogue.administrative_court(place)
    notice = notice_of(appealed)
    return notice.court if notice else ""


# The decision that dismisses an appeal which came in too late (FL 45 §), to be signed
# and sent to whoever appealed. What only a person can say is a gap between brackets.

TEXT = """\
{authority}, diarienummer {number}
Beslut den {today}

Beslut
{authority} avvisar det överklagande som {appellant} har lämnat in.

Skäl
Ett överklagande ska ha kommit in till myndigheten inom tre veckor från den dag då \
den som överklagar fick del av beslutet (44 § förvaltningslagen (2017:900){by_osl}). \
{times} \
Det som sägs i 45 § andra stycket förvaltningslagen gäller inte här. {reason} \
Överklagandet har alltså kommit in för sent och ska avvisas (45 § första stycket \
förvaltningslagen{by_osl}).

Hur man överklagar
Det här beslutet kan överklagas till {court}. Överklagandet ställs dit och lämnas till \
{authority}. Det ska ha kommit in hit inom tre veckor från den dag då ni fick del av \
beslutet. Bestämmelser om överklagande finns i {law}.

{decider}"""
KNOWN = (
    "Beslutet den {decided} kunde överklagas till och med den {last_day}. Överklagandet"
    " kom in den {received}."
)
UNKNOWN = (
    "Beslutet är från den {decided}. [Ange när den som överklagar fick del av det.]"
    " Överklagandet kom in den {received}."
)
# What makes the Administrative Procedure Act's rules a company's.
BY_OSL = " och 6 kap. 11 § offentlighets- och sekretesslagen (2009:400)"


def decision_to_dismiss(appeal: IncomingAppeal) -> str:
    """Empty where the appeal was not dismissed. Who tried it, and when, the history
    says."""
    if appeal.status != IncomingAppeal.Status.DISMISSED:
        return ""
    tried = appeal.history.first()
    notice = notice_of(appeal.appealed)
    of = appeal.review or appeal.hand_out
    assert of is not None  # noqa: S101 — by a constraint
    assert notice is not None  # noqa: S101 — steps.afterwards.settle_time
    authority = of.authority
    is_company = authority.kind == Authority.Kind.COMPANY
    return TEXT.format(
        authority=authority,
        number=appeal.review.diary_number if appeal.review else of,
        today=day_in_words(timezone.localdate(tried.history_date)),
        appellant=appeal.appellant,
        times=_times(appeal),
        reason=appeal.timeliness_reason.text if appeal.timeliness_reason else "",
        by_osl=BY_OSL if is_company else "",
        court=notice.court,
        law=notice.by_law,
        decider=tried.history_user_name,
    )


def _times(appeal: IncomingAppeal) -> str:
    days = {
        "decided": day_in_words(timezone.localdate(appeal.appealed.decided_at)),
        "received": day_in_words(timezone.localdate(appeal.received_at)),
    }
    if appeal.last_day is None:
        return UNKNOWN.format(**days)
    return KNOWN.format(last_day=day_in_words(appeal.last_day), **days)


# A paper that is no decision on access: a heading, its sections, and in the foot of
# each page which paper it is. In Swedish.


@dataclass(frozen=True)
class Paper:
    """What stands on it beside its sections, by the names that templates read.
    `whose`: after the heading, in the foot and in the title of the file."""

    heading: str
    whose: Any
    authority: Any
    subject: str
    made_on: date
    diary_number: str = ""
    appeal: Appeal | None = None

    language: ClassVar[str] = "sv"

    @property
    def foot(self) -> str:
        return f"{self.heading}, {self.whose}"

    title = foot


def pdf_of_paper(
    paper: Paper,
    sections: Iterable[Any],
    at: datetime,
    template: str = "lockbox/document/paper.html",
    **context: Any,
) -> bytes:
    """The paper with these sections as PDF/A, drawn up at the moment `at`. Raises
    NotDrawn."""
    html = render_to_string(
        template,
        {
            "document": paper,
            "sections": list(sections),
            # PDF/A wants the same instant in both of its descriptions.
            "made_at": timezone.localtime(at).replace(microsecond=0),
            **context,
        },
    )
    return pdf_of(html)


# Reasons that were left out of a decision, given afterwards on a paper of their own;
# or why they are not.

REASONS_AFTERWARDS_BY_LAW = " (32 § tredje stycket förvaltningslagen (2017:900))"
GIVEN = "{authority} lämnar i efterhand en motivering till beslutet den {day}{by_law}."
DECLINED = (
    "{authority} lämnar inte någon motivering i efterhand till beslutet den"
    " {day}{by_law}."
)
Status = RequestForReasons.Status


def document_of_reasons(row: RequestForReasons) -> Document:
    """For whoever asked, once it has been answered."""
    with translation.override("sv"):
        review, made = row.review, row.made
        is_given = row.status == Status.GIVEN
        order = GIVEN if is_given else DECLINED
        return Document(
            authority=review.authority.name,
            diary_number=review.diary_number,
            made_on=timezone.localdate(row.answered_at),
            subject=review.open_subject,
            numbers=numbers_of(review.access_request),
            heading="Motivering i efterhand" if is_given else "Besked om motivering",
            order=order.format(
                authority=review.authority.name,
                day=day_in_words(timezone.localdate(made.decided_at)),
                by_law=REASONS_AFTERWARDS_BY_LAW if left_out_by_fl(made) else "",
            ),
            party=provider(row.decision),
            extent=(("Begärd av", row.applicant),),
            reasons=row.text.text if row.text else "",
            decided_by=Signature(with_title(row.answered_by)),
            contact=contact_of(review.authority),
            made_digitally=MADE_DIGITALLY,
        )


def left_out_by_fl(made: Decision | Revocation) -> bool:
    """Was it by the Administrative Procedure Act that reasons were left out?"""
    if isinstance(made, Revocation):
        return _is_by_fl(made)
    return is_under_fl(made)

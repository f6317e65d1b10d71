"""The decision that dismisses an appeal which came in too late (FL 45 §), to be signed
and sent to whoever appealed. What only a person can say is a gap between brackets."""

from django.utils import timezone

from requests_app.documents.appealed import notice_of
from requests_app.documents.drafting.words import day_in_words
from requests_app.models import Authority, IncomingAppeal

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
NO_COURT = "[ange domstol]"
NO_LAW = "[ange lagrum]"
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
        court=notice.court if notice else NO_COURT,
        law=notice.by_law if notice else NO_LAW,
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

"""Sentences of which not both can be true: looked for in the reasons of a decision, as
they are drafted and as somebody has changed them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

# A paragraph that begins so is of some parts of what was asked for, and of no others.
OF_PARTS = "I fråga om "


class Pair(NamedTuple):
    """Two patterns that are not both found in what is written of the same matter."""

    one: re.Pattern[str]
    other: re.Pattern[str]
    why: object


def _pair(one: str, other: str, why: object) -> Pair:
    return Pair(re.compile(one), re.compile(other), why)


APPLIES = r"Uppgifterna är därför sekretessbelagda"
FREE = r"Sekretess gäller inte för uppgifterna\."
BARS = r"hindrar därför att uppgifterna lämnas ut\."
BARS_NOT = r"hindrar därför inte att uppgifterna lämnas ut\."
DEMAND = r"krav från en utländsk myndighet eller domstol\."
OFFICIAL = r"Rätten att ta del av allmänna handlingar"
TECHNICAL = r"10 kap\. 2 a §"
NECESSARY = r"10 kap\. 2 § OSL"
ANEW = r"Ni kan göra en ny, avgränsad begäran"
MET = r"(?:Hinder|Dataskydds)[^.]*(?:finns inte|hindrar därför inte)[^.]*\."

PAIRS = (
    _pair(APPLIES, FREE, _("Secrecy both applies and does not.")),
    _pair(BARS, BARS_NOT, _("Secrecy both bars the disclosure and does not.")),
    _pair(FREE, BARS, _("What is not secret is barred by secrecy.")),
    _pair(
        MET,
        r"21 kap\. 7 § [^.]*\.[^§]*sekretessbelagda",
        _("Data protection hinders nothing, and the processing would breach it."),
    ),
    _pair(
        r"kan inte föras över till tredje land|stöd för överföringen saknas",
        r"någon överföring dit sker inte",
        _("There both is a transfer to a third country and none."),
    ),
    _pair(
        r"inte kan samtycka",
        r"förfogar vårdnadshavaren ensam",
        _("A guardian who can't consent disposes of the secrecy."),
    ),
    _pair(
        r"är det inte olämpligt att uppgifterna lämnas ut",
        r"(?:bedömning|fall) är det olämpligt att uppgifterna lämnas ut",
        _("The disclosure is both unsuitable and not."),
    ),
    _pair(
        r"Åtgärden är endast teknisk",
        r"Åtgärden är inte endast teknisk",
        _("The measure both is only technical and is not."),
    ),
    _pair(
        r"har ett sådant uppdrag",
        r"har inte ett sådant uppdrag",
        _("The recipient both has the assignment and has not."),
    ),
    _pair(
        r"Risken undanröjs genom det förbehåll",
        r"Risken kan inte undanröjas med ett förbehåll",
        _("A reservation both takes the risk away and can't."),
    ),
    _pair(
        r"Åtkomsten begränsas så att den inte går längre",
        r"mindre ingripande sätt att nå syftet[^.]*, och det ska väljas",
        _("Access is limited as far as it can be, and another way is to be chosen."),
    ),
    # What can't apply to the kind of case.
    _pair(
        OFFICIAL,
        rf"Det har inte kommit fram[^.]*{TECHNICAL}",
        _("Whoever asks for official documents does not serve the authority (10:2 a)."),
    ),
    _pair(
        OFFICIAL,
        rf"Det har inte kommit fram[^.]*{NECESSARY}",
        _("What the authority's activity needs is no ground for official documents."),
    ),
    _pair(
        DEMAND,
        rf"Det har inte kommit fram (?:att förutsättningarna i {TECHNICAL}|att utläm)",
        _("OSL 8:3 alone lets a foreign authority have it."),
    ),
    # An invitation that makes no sense.
    *(
        _pair(
            for_good,
            ANEW,
            _("Another request is invited, and nothing in it could help."),
        )
        for for_good in (
            DEMAND,
            OFFICIAL,
            r"avtalet har upphört",
            r"21 kap\. 7 § [^.]*\.[^§]*sekretessbelagda",
        )
    ),
)


def contradictions(text: str) -> list[str]:
    """Why not all of it can be true, each reason once."""
    reasons = [str(pair.why) for scope in _scopes(text) for pair in _pairs_in(scope)]
    return list(dict.fromkeys(reasons))


def _pairs_in(text: str) -> Iterator[Pair]:
    for pair in PAIRS:
        if pair.one.search(text) and pair.other.search(text):
            yield pair


def _scopes(text: str) -> Iterator[str]:
    """What is of all that was asked for, and each paragraph that is of some parts."""
    paragraphs = text.split("\n\n")
    of_parts = [row for row in paragraphs if OF_PARTS in row]
    yield "\n\n".join(row for row in paragraphs if row not in of_parts)
    yield from of_parts

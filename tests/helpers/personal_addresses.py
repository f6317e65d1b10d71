"""Addresses as providers write them, each with somebody in it: a name, a personal number
or a street. The same every time."""

import random
from typing import Any, NamedTuple
from urllib.parse import quote

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import case, people
from requests_app.providers.application import TERMS, Kind
from tests.cast import MAILBOX
from tests.helpers.worlds import reused

FIRST = [
    "Anna",
    "Erik",
    "Åsa",
    "Björn",
    "Fatima",
    "Ali",
    "Märta",
    "Göran",
    "Zeynep",
    "Olof",
    "Ingrid",
    "Nils",
]
LAST = [
    "Svensson",
    "Öberg",
    "Lindqvist",
    "Hassan",
    "Åkesson",
    "Nyström",
    "Björklund",
    "Yılmaz",
    "Ek-Larsson",
    "Sandström",
    "Wahlgren",
    "Möller",
]
STREETS = [
    "Storgatan",
    "Kungsvägen",
    "Linnégränden",
    "Åttvägen",
    "Torggatan",
    "Slottsbacken",
]
FILES = ("docx", "pdf", "xlsx", "msg")
HOST = "https://exempelstad.sharepoint.com"


class PersonalAddress(NamedTuple):
    """An address, and what nobody may read of it."""

    address: str
    needles: tuple[str, ...]


def personal_addresses(count: int = 200) -> list[PersonalAddress]:
    dice = random.Random(20261130)  # noqa: S311 — the same every time
    made: dict[str, PersonalAddress] = {}
    while len(made) < count:
        one = _one(dice)
        made.setdefault(one.address.casefold(), one)
    return list(made.values())


def _one(dice: random.Random) -> PersonalAddress:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    street = f"{dice.choice(STREETS)} {dice.randrange(1, 99)}"
    number, ending = _number(dice), dice.choice(FILES)
    site = dice.choice(("soc", "skola", "hr", "akter", "vård"))
    low = f"{first}.{last}".lower()
    by_name = (f"{first} {last}", low, low.replace(".", "_"), last)
    folder = f"{HOST}/sites/{site}/Delade dokument"
    return dice.choice(
        [
            PersonalAddress(f"{low}@exempelstad.example.se", by_name),
            PersonalAddress(f"{first}.{last}@elev.exempelstad.example.se", by_name),
            PersonalAddress(
                f"{HOST.replace('.share', '-my.share')}/personal/"
                f"{low.replace('.', '_')}_exempelstad_se/Documents",
                by_name,
            ),
            PersonalAddress(f"{folder}/{first} {last}.{ending}", by_name),
            PersonalAddress(
                quote(f"{folder}/{first} {last} {street}.{ending}", ":/"), by_name
            ),
            PersonalAddress(
                f"{folder}/Orosanmälan {first} {last} {number}.{ending}", by_name
            ),
            PersonalAddress(f"{folder}/{number}/akt.{ending}", (number,)),
            PersonalAddress(f"{folder}/Flytt till {street}.{ending}", (street,)),
            PersonalAddress(
                f"{folder}/{first}_{last}_{street.replace(' ', '_')}.pdf", by_name
            ),
            PersonalAddress(
                f"{folder}/{first}{last.replace('-', '')}.{ending}", (last,)
            ),
        ]
    )


def _number(dice: random.Random) -> str:
    year, month, day = dice.randrange(1940, 2020), dice.randrange(1, 13), 15
    return f"{year}{month:02d}{day}-{dice.randrange(1000, 9999)}"


PERSONAL = personal_addresses()


def people_in(text: str) -> set[str]:
    """Who is named in a text, of all whose addresses stand here."""
    folded = text.casefold()
    needles = {one for row in PERSONAL for one in (row.address, *row.needles)}
    return {needle for needle in needles if needle.casefold() in folded}


def in_every_term() -> dict[str, str]:
    """Each term of a request that is a text, with an address that is short enough."""
    texts = [term for term in TERMS if term.kind in (Kind.LINE, Kind.TEXT)]
    terms = {}
    for place, term in enumerate(texts):
        short = [row for row in PERSONAL if len(row.address) <= (term.longest or 1000)]
        terms[term.name] = short[place % len(short)].address
    return terms


@reused
def asked_for_all(cast: Any, **terms: Any) -> SecrecyReview:
    """A mailbox of the map and two hundred addresses that are on none, in one review
    that a lawyer works on."""
    objects = (MAILBOX, *(row.address for row in PERSONAL))
    subject = cast.assigned(objects=objects, **terms)
    request = subject.access_request
    loose = list(request.requested_objects.unrouted())
    case.route(request, by=cast.nils, authority=cast.gsn, objects=loose)
    return SecrecyReview.objects.get(pk=subject.pk)


@reused
def unmapped_alone(cast: Any, address: str) -> SecrecyReview:
    """One object that is on no map, in a review that a lawyer works on."""
    request = cast.request(objects=(address,))
    loose = list(request.requested_objects.unrouted())
    subject = case.route(request, by=cast.nils, authority=cast.gsn, objects=loose)
    case.register(subject, by=cast.lena, public_subject="Access")
    people.assign(subject, by=cast.per, person=cast.karin)
    return SecrecyReview.objects.get(pk=subject.pk)

"""The provisions that a review is to be tested for, before the lawyer begins: by what
its objects hold, and where nobody has said that, by what their addresses tell."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import unquote

from django.db.models import Exists, Q, QuerySet

from audit_app.prewritten import Prewritten, Texts
from requests_app.catalogue.address_words import WORDS
from requests_app.law.proposed_answers import sets_of
from requests_app.models import Provision, SecrecyReview
from requests_app.models.key_in_array import is_one_of
from requests_app.permissions.roles import today
from requests_app.words.addresses import is_personal

# OSL 21:3 on addresses under threat, 21:3 a on protected population registration.
PROTECTED_IDENTITIES = ("OSL-21-3-st1", "OSL-21-3a")
# Of objects that are not in the map: 21:3 where an address is personal, and 21:7 of
# whatever personal data there are. Both hold in every authority.
OF_PERSONS = "OSL-21-3-st1"
OF_PERSONAL_DATA = "OSL-21-7"
WORD = re.compile(r"[^\W\d_]+")


def proposed_provisions(review: SecrecyReview) -> QuerySet[Provision]:
    """What the information sets of the objects propose: versions in force today; and of
    objects that are not in the map, what their addresses and the request tell.

    Where persons with protected identity may occur, the provisions on them as well.
    What holds against one person only gives way to what holds against a provider.
    """
    unmapped = review.requested_objects.still_named().filter(cloud_object=None)
    addresses = list(unmapped.values_list("external_id", flat=True))
    return _proposed(review.pk, today(), codes_for_unmapped(review, addresses))


def read_proposed(review: SecrecyReview, unmapped: list[str]) -> list[Provision]:
    """The provisions proposed for a review, with their paragraphs, in their order.
    `unmapped`: addresses of its objects that are not in the map."""
    return _read_proposed(review.pk, today(), codes_for_unmapped(review, unmapped))


def codes_for_unmapped(review: SecrecyReview, unmapped: list[str]) -> Texts:
    """Codes of what addresses that are not in the map, and the request, tell."""
    if not unmapped:
        return Texts()
    reason = review.access_request.justification
    return Texts(suggest_provisions(unmapped, reason.text if reason else ""))


def _proposed(review: int, day: date, codes: Any) -> QuerySet[Provision]:
    sets = sets_of(review)
    named = Provision.objects.filter(pk__in=sets.values("provision_links__provision"))
    general = Q(works_against=Provision.WorksAgainst.EVERYONE)
    by_name = Q(code__in=named.values("code")) & general
    instead = Q(
        code__in=named.exclude(general).exclude(tested_as="").values("tested_as")
    )
    protected = Q(Exists(sets.filter(protected_identities_possible=True)))
    return Provision.objects.in_force(day).filter(
        by_name
        | instead
        | (protected & Q(code__in=PROTECTED_IDENTITIES))
        | (Q(is_one_of("code", codes)) & general)
    )


def proposes(named: Provision, other: Provision) -> bool:
    """Does a set that names the one propose the other? For whoever has both at hand:
    `proposed_provisions` asks the database the same."""
    if other.code == named.code:
        return other.holds_against_provider
    return not named.holds_against_provider and other.code == named.tested_as


def suggest_provisions(addresses: Iterable[str], text: str = "") -> set[str]:
    """Codes of what addresses and a text call for; of no address nothing."""
    addresses = list(addresses)
    if not addresses:
        return set()
    codes = {OF_PERSONAL_DATA}
    if any(map(is_personal, addresses)):
        codes.add(OF_PERSONS)
    words = WORD.findall(" ".join([*map(unquote, addresses), text]).casefold())
    for word in set(words):
        for stems, called_for in WORDS:
            if re.match(stems, word):
                codes.update(called_for)
    return codes


_read_proposed = Prewritten(
    lambda review, day, codes: _proposed(review, day, codes).select_related(
        "statute_paragraph"
    )
)

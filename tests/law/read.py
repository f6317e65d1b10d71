"""A case whose expectation is read from the statute, and lawful ones to begin with."""

from typing import NamedTuple

from tests.law.cases import (
    CONSENT_CASE,
    NO_TERMS,
    changed,
    lawful,
    test_of,
)

OFFICIAL = {"N0.tf": "yes"}
REFUSED = {"outcome": "refused", **NO_TERMS}
DISMISSED = {"outcome": "dismissed", **NO_TERMS}
STATISTICS = lawful(test_of("OSL-24-8", "applies", "osl-24-8"))
FAMILY = lawful(test_of("OSL-26-3", "applies", "osl-10-2a"))
TENDER = changed(
    lawful(test_of("OSL-19-3-st2", "applies", "osl-10-2a")),
    {"settled": ("tender_secrecy_yields",)},
)
HEALTH = lawful(test_of("OSL-25-1", "applies", "osl-10-2a"))
MINOR = changed(
    CONSENT_CASE,
    {
        "N7.12-2.minor": "guardians",
        "N7.12-2.detriment": "no",
        "N7.12-2.together": "not_needed",
    },
)


class Read(NamedTuple):
    """`words` stand in the paragraph; `hinders` is the rule that answers, if any."""

    name: str
    paragraph: str
    words: str
    base: dict
    changes: dict
    hinders: str = ""

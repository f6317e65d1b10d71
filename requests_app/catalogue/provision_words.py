"""Each secrecy provision in the words of the statute: what it protects, where it
applies and on what condition."""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

PERSONS = re.compile(r"närstående|personlig|personuppgift")
FILE = Path(__file__).parent / "provision_words.json"


@dataclass(frozen=True)
class ProvisionWords:
    """`about` follows "för", `scope` "gäller sekretess" and `also` "och"; `harm` is
    what follows if the information is revealed.

    `condition`, `met` and `unmet` are given where the test is not one of harm, and
    `rule` where the paragraph does not say that secrecy applies. `show` is what whoever
    applies it must account for, and `against` the only one it works against.
    `told_because` says why a recipient may be told that it applies; nobody is told of
    a provision without it. `not_waived`: no consent breaks it.
    """

    about: str
    harm: str = ""
    scope: str = ""
    scope_from: Mapping[str, str] = field(default_factory=dict)
    degree: str = ""
    only: bool = False
    condition: str = ""
    met: str = ""
    unmet: str = ""
    also: str = ""
    rule: str = ""
    show: str = ""
    against: str = ""
    not_waived: bool = False

    def scope_in(self, valid_from: date | None) -> str:
        """Where it applies, by the version that began on that day."""
        day = valid_from.isoformat() if valid_from else ""
        return self.scope_from.get(day, self.scope)


@functools.cache
def provision_words() -> dict[str, ProvisionWords]:
    """By the code of the provision."""
    entries = json.loads(FILE.read_text(encoding="utf-8"))
    return {code: ProvisionWords(**entry) for code, entry in entries.items()}


def may_be_waived(code: str) -> bool:
    """Is it the secrecy of a person, who may consent to disclosure (OSL 12:2)?"""
    return is_of_persons(code) and not provision_words()[code].not_waived


def is_of_persons(code: str) -> bool:
    """Does it protect natural persons? Only they have relatives and a personal life."""
    words = provision_words()[code]
    return bool(PERSONS.search(f"{words.about} {words.harm}"))

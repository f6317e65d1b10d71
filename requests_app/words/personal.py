"""What tells of one person where nobody is to be named: numbers, addresses, and perhaps
names."""

import re
from collections.abc import Iterable, Iterator

from audit_app.personal_numbers import numbers_in

# Words one after the other, and what stands between the names of one person.
WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?: [^\W\d_]+(?:-[^\W\d_]+)*)+")
BETWEEN_NAMES = ("von", "af", "de", "van", "al")
# Where somebody lives: a street with its number, as streets are called.
STREET = re.compile(
    r"\b[^\W\d_]{2,}(?:gatan|gata|vägen|väg|gränden|gränd|torget|torg|allén|stigen"
    r"|backen|platsen)\s+\d{1,3}(?!\d)\s?[A-Ha-h]?\b",
    re.IGNORECASE,
)

# An e-mail address, an address of the web, or a path to a file.
ADDRESS = re.compile(r"\S@\S|://|\w[/\\]\w+[/\\.]|\b\w+\.(?:se|com|net|org|eu)\b")


def is_address(text: str) -> bool:
    """Does it hold an address, as of a mailbox, a page or a file?"""
    return ADDRESS.search(text) is not None


def identifiers_in(text: str, known: Iterable[str] = ()) -> list[str]:
    """What tells of somebody whoever reads it: personal numbers, and where somebody
    lives. Names are for a person to judge (`names_in`)."""
    text = _without(text, known)
    return [*numbers_in(text), *(row[0] for row in STREET.finditer(text))]


def names_in(text: str, known: Iterable[str] = ()) -> list[str]:
    """What looks like a name of somebody, and is none of what is known: two words or
    more with capitals, one after the other."""
    runs = WORDS.findall(_without(text, known))
    return [name for run in runs for name in _names_among(run.split(" "))]


def _names_among(words: list[str]) -> Iterator[str]:
    name: list[str] = []
    for word in [*words, ""]:
        if word.istitle() or (name and word in BETWEEN_NAMES):
            name.append(word)
            continue
        while name and name[-1] in BETWEEN_NAMES:
            name.pop()
        if len(name) > 1:
            yield " ".join(name)
        name = []


def _without(text: str, known: Iterable[str]) -> str:
    """The longest first: a name may stand in another."""
    for words in sorted(filter(None, known), key=len, reverse=True):
        text = text.replace(words, "·")
    return text

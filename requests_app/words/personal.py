"""What tells of one person where nobody is to be named: numbers, addresses, and perhaps
names."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

# As a keyboard has it, and as word processors write it for that.
DASH = "[-+\u00ad\u2010-\u2015\u2212\ufe63\uff0d]"
# A personal or co-ordination number: the day of the latter has 60 added.
NUMBER = re.compile(
    rf"(?<!\d)(?:(19|20)(?:{DASH}|\s)?)?(\d{{2}})(\d{{2}})(\d{{2}})"
    rf"(\s?{DASH}\s?|\s?)(\d{{3}})(\d)(?!\d)"
)
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
    numbers = [row[0] for row in NUMBER.finditer(text) if _is_number(*row.groups(""))]
    return [*numbers, *(row[0] for row in STREET.finditer(text))]


def _is_number(
    century: str, year: str, month: str, day: str, sign: str, serial: str, last: str
) -> bool:
    """A day that there is, and the right last digit, or written with its hyphen."""
    number = int(day)
    try:
        date(2000 + int(year), int(month), number - 60 if number > 60 else number)
    except ValueError:
        return False
    if sign.strip():
        return True
    return _luhn(year + month + day + serial) == int(last)


def _luhn(digits: str) -> int:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return -sum(sum(divmod(number, 10)) for number in doubled) % 10


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

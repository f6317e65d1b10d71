"""What tells of one person where nobody is to be named: numbers, and perhaps names."""

import re
from collections.abc import Iterable
from datetime import date

# As a keyboard has it, and as word processors write it for that.
DASH = "[-+\u00ad\u2010-\u2015\u2212\ufe63\uff0d]"
# A personal or co-ordination number: the day of the latter has 60 added.
NUMBER = re.compile(
    rf"(?<!\d)(?:(19|20)(?:{DASH}|\s)?)?(\d{{2}})(\d{{2}})(\d{{2}})"
    rf"(\s?{DASH}\s?|\s?)(\d{{3}})(\d)(?!\d)"
)
# Two words or more with capitals, one after the other, as names are written.
NAME = re.compile(
    r"\b[A-ZÅÄÖÉÜ][a-zåäöéü]+(?:-[A-ZÅÄÖÉÜ][a-zåäöéü]+)?"
    r"(?: (?:von|af|de|[A-ZÅÄÖÉÜ][a-zåäöéü]+(?:-[A-ZÅÄÖÉÜ][a-zåäöéü]+)?))+"
)

# An e-mail address, an address of the web, or a path to a file.
ADDRESS = re.compile(r"\S@\S|://|\w[/\\]\w+[/\\.]|\b\w+\.(?:se|com|net|org|eu)\b")


def is_address(text: str) -> bool:
    """Does it hold an address, as of a mailbox, a page or a file?"""
    return ADDRESS.search(text) is not None


def has_personal_number(text: str) -> bool:
    """A day that there is, and the right last digit, or written with its hyphen."""
    return any(_is_number(*match.groups("")) for match in NUMBER.finditer(text))


def _is_number(
    century: str, year: str, month: str, day: str, sign: str, serial: str, last: str
) -> bool:
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


def names_in(text: str, known: Iterable[str]) -> list[str]:
    """What looks like a name of somebody, and is none of what is known."""
    for name in known:
        text = text.replace(name, "·")
    return NAME.findall(text)

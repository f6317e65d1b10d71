"""Swedish personal and co-ordination numbers in texts: found, and masked where they are
not to be kept."""

import re
from datetime import date
from typing import Any

# As a keyboard has it, and as word processors write it for that.
DASH = "[-+\u00ad\u2010-\u2015\u2212\ufe63\uff0d]"
# A personal or co-ordination number: the day of the latter has 60 added.
NUMBER = re.compile(
    rf"(?<!\d)(?:(19|20)(?:{DASH}|\s)?)?(\d{{2}})(\d{{2}})(\d{{2}})"
    rf"(\s?{DASH}\s?|\s?)(\d{{3}})(\d)(?!\d)"
)
# As long whatever was there.
MASK = "••••••-••••"


def numbers_in(text: str) -> list[str]:
    return [row[0] for row in NUMBER.finditer(text) if _is_number(*row.groups(""))]


def masked(value: Any) -> Any:
    """The value, with a mask for each number in its texts and in the texts of what it
    holds."""
    if isinstance(value, dict):
        return {masked(name): masked(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return NUMBER.sub(_mask, value) if isinstance(value, str) else value


def _mask(match: re.Match[str]) -> str:
    return MASK if _is_number(*match.groups("")) else match[0]


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
    return check_digit(year + month + day + serial) == int(last)


def check_digit(digits: str) -> int:
    """The last digit of a number that begins so."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return -sum(sum(divmod(number, 10)) for number in doubled) % 10

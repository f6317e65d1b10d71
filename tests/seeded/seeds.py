"""What is typed: a secret and a personal number of its own for each field, so that what
is found says where it came from."""

import re
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

SECRET = r"qz(\d{5})korrekt"
NUMBER = r"(\d{6})-123\d"
FOUND = re.compile(f"{SECRET}|{NUMBER}", re.IGNORECASE)
# The same as bytes in hexadecimal, as PostgreSQL writes them.
IN_BYTES = r"717a(3\d){5}[46]b6f7272656b74|(3\d){6}2d313233(3\d)"
FIRST_DAY = date(1940, 1, 1)


class Box(Enum):
    """What a field is for."""

    SECRET = "a secret: nothing of it is kept"
    NAME = "who somebody says that they are: may be a password in the wrong box"
    SOUGHT = "a search: kept, with personal numbers masked"
    TEXT = "words about a matter: kept where that has its place"


class Field(NamedTuple):
    place: str
    name: str
    box: Box


class Seeds:
    """Each field that something was typed in, by the number that its seed bears."""

    def __init__(self) -> None:
        self.fields: list[Field] = []

    def typed(self, place: str, name: str, box: Box) -> str:
        key = len(self.fields)
        self.fields.append(Field(place, name, box))
        return f"qz{key:05}Korrekt {_number(key)}"

    def met_in(self, text: str) -> set[tuple[Field, bool]]:
        """The fields whose seeds stand in a text; is it the personal number?"""
        return {
            (self.fields[int(row[1]) if row[1] else _key(row[2])], bool(row[2]))
            for row in FOUND.finditer(text)
            if row[1] or 0 <= _key(row[2]) < len(self.fields)
        }


def _number(key: int) -> str:
    """A day of its own for each: valid, as no hyphen is needed to see."""
    digits = f"{FIRST_DAY + timedelta(days=key):%y%m%d}123"
    doubled = (int(one) * (2 - place % 2) for place, one in enumerate(digits))
    last = -sum(sum(divmod(one, 10)) for one in doubled) % 10
    return f"{digits[:6]}-123{last}"


def _key(six: str) -> int:
    try:
        day = date(1900 + int(six[:2]), int(six[2:4]), int(six[4:]))
    except ValueError:
        return -1
    return (day - FIRST_DAY).days

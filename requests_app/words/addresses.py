"""A provider's address of an object, and whether it is personal: it may hold a name, a
personal number or a street, in a mailbox or in the name of a file."""

import re
from urllib.parse import unquote, urlsplit

from requests_app.words.personal import identifiers_in, names_in

# Two words as the name of a mailbox has them, and as a user name or a file has them.
OF_MAILBOX = re.compile(r"[^\W\d_]{2,}[._\-][^\W\d_]{2,}")
JOINED = re.compile(r"[^\W\d_]{2,}[._][^\W\d_]{2,}")
# A file called AnnaSvensson.
CAMEL = re.compile(r"(?:[A-ZÅÄÖÉÜ][a-zåäöéü]{2,}){2,}")
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# A site of one person's own, as providers call it.
OF_ONE_PERSON = ("personal", "users", "mysite", "onedrive")
# Words with capitals beside each other that are nobody's: what providers call folders.
FOLDERS = ("Shared Documents", "Site Assets", "Site Pages", "Delade Dokument")

# In running text: the way to a file, with spaces in it; where no ending says how far it
# goes, as far as the clause. And a word that may be an address.
WAY = re.compile(
    r"(?:https?://|\\\\|\b[A-Za-z]:\\|(?<!\S)/)"
    r"(?:[^\n;\"]*?\.[a-z]{3,4}(?![\w./\\])|[^\n;,\"]*)",
    re.IGNORECASE,
)
PART_OF_ADDRESS = re.compile(r"[@/\\]")
BETWEEN_WORDS = re.compile(r"[._+\-\s]+")
# Shorter than this a part, or a whole address, is met by chance.
SHORTEST_PART, SHORTEST_ADDRESS = 4, 8


def is_personal(address: str) -> bool:
    return bool(personal_parts(address))


def personal_parts(address: str) -> list[str]:
    """The parts of an address that may name somebody: a mailbox of two words, a file
    called by a name, a number or a street, a site of one's own."""
    plain = unquote(address.strip())
    mailbox, at, _host = plain.rpartition("@")
    if at and "/" not in mailbox:
        named = OF_MAILBOX.search(mailbox) or identifiers_in(mailbox)
        return [mailbox] if named else []
    steps = _steps(plain)
    personal = [step for step in steps if _is_personal(step)]
    return [*personal, *_owners(steps), *filter(CAMEL.fullmatch, steps[-1:])]


def _steps(plain: str) -> list[str]:
    """Of the way to a file, each without its ending."""
    path = urlsplit(plain).path if "://" in plain else plain
    return [EXTENSION.sub("", step) for step in re.split(r"[/\\?&=#:]+", path) if step]


def _is_personal(step: str) -> bool:
    spaced = step.replace("_", " ").replace("+", " ")
    joined = "_" in step and JOINED.search(step)
    return bool(joined or names_in(spaced, FOLDERS) or identifiers_in(spaced))


def _owners(steps: list[str]) -> list[str]:
    """Whose site it is: what stands after its kind, whatever it looks like."""
    pairs = zip(steps, steps[1:], strict=False)
    return [owner for kind, owner in pairs if kind.casefold() in OF_ONE_PERSON]


def names_somebody(designation: str) -> bool:
    """Is what is meant to reveal nothing called after somebody?"""
    return bool(
        "@" in designation
        or JOINED.search(designation)
        or names_in(designation)
        or identifiers_in(designation)
    )


def mentions(address: str, text: str) -> bool:
    """Does a text name the object by its address, or by what is personal in it, however
    the words are joined?"""
    words, whole = _words(text), _words(address)
    parts = [_words(part) for part in personal_parts(address)]
    return (len(whole) >= SHORTEST_ADDRESS and whole in words) or any(
        part in words for part in parts if len(part) >= SHORTEST_PART
    )


def _words(text: str) -> str:
    words = BETWEEN_WORDS.split(unquote(text).casefold())
    return " ".join(word for word in words if word)


def redact(text: str, put: str = "…") -> str:
    """A text for a paper, a list or a file, without what is personal in it: mailboxes,
    ways to files, personal numbers and streets."""
    text = WAY.sub(lambda way: put if is_personal(way[0]) else way[0], text)
    words = [put if _is_personal_word(word) else word for word in text.split(" ")]
    line = " ".join(words)
    for identifier in identifiers_in(line):
        line = line.replace(identifier, put)
    return line


def _is_personal_word(word: str) -> bool:
    return PART_OF_ADDRESS.search(word) is not None and is_personal(word)


def printable(text: str) -> str:
    """What a provider typed in a line of its own, as papers print it: not at all where
    it is personal."""
    return text if redact(text) == text else ""

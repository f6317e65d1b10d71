"""Tree, of the rules of law for secrecy review: provision words and premise."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.core.catalogue import NAMES

# Each secrecy provision in the words of the statute: what it protects, where it
# applies and on what condition.

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


# The law's own questions as data (legal.md 1.2).
#
# A version never changes once it is in use: a change of law is a new file beside the
# old,
# and a review keeps the version that it began with.

TREES = Path(__file__).parent / "trees"


class Kind(StrEnum):
    """How a question is answered."""

    ASKED = "asked"  # by the lawyer, in the assessment
    FOUND = "found"  # by the system, and recorded with the assessment
    TESTS = "tests"  # by the harm tests
    GROUNDS = "grounds"  # by the ground chosen for each provision that applies
    WEIGHED = "weighed"  # by the factors that speak one way, with words for them all
    RECORDED = "recorded"  # by the records of other steps


class AskedWhen(StrEnum):
    """When a question is put; until then it is no obstacle.

    Beside these, "N7.12-2.minor=child" asks where that question is so answered.
    """

    ALWAYS = "always"
    SECRECY = "secrecy"  # when secrecy applies
    TECHNICAL = "osl-10-2a"  # when OSL 10:2 a is the ground, and so on
    NECESSARY = "osl-10-2"
    CONSENT = "osl-12-2"
    RESERVED = "osl-10-14"
    RESERVATION = "reservation"  # when a reservation would take the risk away
    SPEAKS_FOR = "speaks-for"  # when a factor speaks for disclosure, or against it
    SPEAKS_AGAINST = "speaks-against"
    # Of access, and not of official documents; the former where there is such data.
    PERSONAL_DATA = "personal_data"
    ACCESS = "access"


@dataclass(frozen=True)
class Node:
    """One question: what is asked, why, and which answers let a grant pass.

    `answers` are {"value", "sv", "en"} in the order they are shown, and `closed` those
    that are not available here, with why. `passes` is empty where the answer alone
    forbids nothing. `paragraphs` name statute text, as in
    "OSL 10:2 a". `needs_reasons`: the outcome turns on the answer, so that it is given
    with reasons, whatever was proposed (FL 32 §). `tests` are provisions that an answer
    says are tested. `reasoned_below`: answers whose reasons the questions after it ask
    for.
    """

    code: str
    kind: Kind
    question_sv: str
    question_en: str
    help_sv: str
    help_en: str
    legal_basis: str
    paragraphs: tuple[str, ...]
    answers: tuple[Mapping[str, str], ...]
    passes: tuple[str, ...]
    closed: tuple[Mapping[str, str], ...]
    asked: str
    is_hard_stop: bool
    needs_reasons: bool = False
    reasoned_below: tuple[str, ...] = ()
    tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def question(self) -> str:
        return self.question_sv if _swedish() else self.question_en

    @property
    def help(self) -> str:
        return self.help_sv if _swedish() else self.help_en

    @property
    def choices(self) -> list[tuple[str, str]]:
        language = "sv" if _swedish() else "en"
        return [(answer["value"], answer[language]) for answer in self.answers]

    @property
    def not_available(self) -> list[str]:
        """Answers that can't be chosen here, each with the reason."""
        return [answer["sv" if _swedish() else "en"] for answer in self.closed]

    def label(self, value: str) -> str:
        return dict(self.choices).get(value, value)

    @property
    def major(self) -> str:
        """The number it stands under: N9 for N9.country."""
        return self.code.partition(".")[0]

    def demands_reasons(self, answer: str) -> bool:
        """Does the outcome turn on it, where nothing after it asks why?"""
        return self.needs_reasons and answer not in self.reasoned_below

    @property
    def is_factor(self) -> bool:
        """One of the circumstances weighed for suitability under OSL 10:2 a."""
        values = {answer["value"] for answer in self.answers}
        return values == {"for", "neutral", "against"}


@dataclass(frozen=True)
class Tree:
    version: str
    valid_from: date
    note: str
    nodes: tuple[Node, ...]

    def node(self, code: str) -> Node:
        """Raises KeyError for a code that this version does not have."""
        return self._by_code[code]

    @functools.cached_property
    def _by_code(self) -> dict[str, Node]:
        return {node.code: node for node in self.nodes}

    @property
    def assessment_nodes(self) -> list[Node]:
        """The questions whose answers are kept with the assessment."""
        kinds = (Kind.ASKED, Kind.FOUND, Kind.GROUNDS, Kind.WEIGHED)
        return [node for node in self.nodes if node.kind in kinds]

    def needs_reasons(self, code: str, answer: str) -> bool:
        node = self._by_code.get(code)
        return node is not None and node.demands_reasons(answer)

    @property
    def asks_once(self) -> bool:
        """One ground for all provisions, as the first version asked it."""
        return all(node.kind != Kind.GROUNDS for node in self.nodes)


@functools.cache
def tree(version: str) -> Tree:
    """Raises FileNotFoundError for a version that there is not."""
    text = (TREES / f"{version}.json").read_text(encoding="utf-8")
    return _read(json.loads(text))


def version_now() -> str:
    """The newest version that has begun."""
    today = acting.today()
    begun = [version for version in _versions() if version.valid_from <= today]
    return max(begun, key=lambda version: version.valid_from).version


def versions() -> list[str]:
    """Every version that there is, the oldest first, begun or not."""
    return [version.version for version in _versions()]


@functools.cache
def _versions() -> tuple[Tree, ...]:
    return tuple(tree(path.stem) for path in sorted(TREES.glob("*.json")))


def _read(content: dict[str, Any]) -> Tree:
    nodes = [
        Node(
            **{
                **entry,
                "kind": Kind(entry["kind"]),
                "paragraphs": tuple(entry["paragraphs"]),
                "answers": tuple(entry["answers"]),
                "passes": tuple(entry["passes"]),
                "closed": tuple(entry.get("closed", ())),
                "reasoned_below": tuple(entry.get("reasoned_below", ())),
            }
        )
        for entry in content["nodes"]
    ]
    began = date.fromisoformat(content["valid_from"])
    return Tree(content["version"], began, content["note"], tuple(nodes))


def _swedish() -> bool:
    return get_language() == "sv"


# What is supposed when earlier decisions are tried anew, as a small language.
#
# tree=2026-2, provisions=2026-01-01, revoked=17, country=US, employer="Åsa & Co, Inc."

PART = re.compile(r'\s*([^=,"]+?)\s*=\s*(?:"([^"]*)"|([^,"]*?))\s*(?:,|$)')
# What keyboards and word processors write for a straight one.
QUOTES = str.maketrans(dict.fromkeys("“”„", '"'))
KINDS = ("tree", "provisions", "revoked", "country", "employer")


@dataclass(frozen=True)
class Premise:
    """Empty values suppose nothing."""

    tree: str = ""
    provisions: date | None = None
    revoked: frozenset[int] = frozenset()
    country: str = ""
    employer: str = ""

    def __bool__(self) -> bool:
        return self != NOTHING

    def __str__(self) -> str:
        """The premise as it is written: `parse` reads the same from it."""
        parts = [
            self.tree and f"tree={self.tree}",
            self.provisions and f"provisions={self.provisions.isoformat()}",
            *(f"revoked={number}" for number in sorted(self.revoked)),
            self.country and f"country={self.country}",
            self.employer and f'employer="{self.employer}"',
        ]
        return ", ".join(part for part in parts if part)


NOTHING = Premise()


def parse(text: str) -> Premise:
    """Raises ValidationError that says what can't be read, and what can be written."""
    values: dict[str, str] = {}
    revoked: set[int] = set()
    for kind, value in _parts(text):
        if kind not in KINDS:
            words = {"kind": kind, "kinds": ", ".join(f"{name}=" for name in KINDS)}
            raise ValidationError(
                _("“%(kind)s” is no premise. Write one of: %(kinds)s") % words
            )
        if not value:
            raise ValidationError(_("Write what %(kind)s= is to be.") % {"kind": kind})
        if kind == "revoked":
            revoked.add(_number(value))
        elif kind in values:
            raise ValidationError(_("%(kind)s= stands twice.") % {"kind": kind})
        else:
            values[kind] = value
    return Premise(
        tree=_version(values.get("tree", "")),
        provisions=_day(values.get("provisions", "")),
        revoked=frozenset(revoked),
        country=_country(values.get("country", "")),
        employer=" ".join(values.get("employer", "").split()),
    )


def _parts(text: str) -> Iterator[tuple[str, str]]:
    text = text.translate(QUOTES).strip().rstrip(",").rstrip()
    start = 0
    while start < len(text):
        part = PART.match(text, start)
        if part is None:
            rest = text[start:].strip(" ,")
            raise ValidationError(
                _(
                    "“%(rest)s” can't be read. Write as in: tree=2026-2, country=US,"
                    " employer=“The name”"
                )
                % {"rest": rest}
            )
        kind, quoted, plain = part.groups()
        yield kind.lower(), (plain if quoted is None else quoted).strip()
        start = part.end()


def _version(value: str) -> str:
    known = versions()
    if value and value not in known:
        words = {"version": value, "known": ", ".join(known)}
        raise ValidationError(
            _("There is no tree “%(version)s”. There are: %(known)s") % words
        )
    return value


def _day(value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        text = _("“%(day)s” is no date. Write as in: provisions=2026-01-31")
        raise ValidationError(text % {"day": value}) from None


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 18):
        text = _("“%(number)s” is no number of a standing assessment.")
        raise ValidationError(text % {"number": value})
    return int(value)


def _country(value: str) -> str:
    if value and value.upper() not in NAMES:
        text = _("“%(country)s” is no country. Write its two letters, as in: US")
        raise ValidationError(text % {"country": value})
    return value.upper()

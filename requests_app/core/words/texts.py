"""Texts: address words, words, addresses, citation, cited, diary pattern, in record,
masking, of django, personal, phone numbers, phrases, swedish order, times and
unseen."""

import itertools
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Func, Model, OrderBy, QuerySet
from django.db.models.functions import Collate
from django.utils import timezone, translation
from django.utils.formats import date_format, get_format, time_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.personal_numbers import numbers_in

# Words in an address, or in why access is asked for, by which something may be secret:
# where nobody has said what an object holds. They propose what is to be tested; each
# may
# be struck.

# How a word begins, or what it is ($), and the provisions that it calls for.
WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("förskol|forskol", ("OSL-23-1",)),
    ("elevhäls|elevhals|kurator|skolpsyk", ("OSL-23-2-st1",)),
    ("elev|skol|klasslist|rektor", ("OSL-23-2-st1", "OSL-23-2-st3")),
    ("fritids", ("OSL-23-3-st1",)),
    ("komvux|vuxenutb|sfi$", ("OSL-23-5-st1", "OSL-23-5-st2")),
    ("social|soc$|bistånd|bistand|placering|lss|hemtjänst|hemtjanst", ("OSL-26-1",)),
    ("familjerådg|familjeradg", ("OSL-26-3",)),
    ("orosanm", ("OSL-26-1", "OSL-26-5", "OSL-40-7g")),
    ("patient|journal|hemsjukv|skolsköt|skolskot|vårdplan|vardplan", ("OSL-25-1",)),
    ("sjukfrånv|sjukfranv|rehab|sjukskr", ("OSL-39-2",)),
    (
        "personal(?!isering|ized)|hr$|lön|lone|anställ|anstall",
        ("OSL-39-2", "OSL-39-3-st3"),
    ),
    ("rekryter", ("OSL-39-5a",)),
    ("upphandl|anbud", ("OSL-19-3-st1", "OSL-19-3-st2", "OSL-31-16")),
    ("tvist|stämning|stamning", ("OSL-19-9",)),
    ("facklig|mbl$", ("OSL-19-6",)),
    (
        "säkerhet|sakerhet|larm|lås$|bevakn|backup|brandvägg|brandvagg|vpn",
        ("OSL-18-8",),
    ),
    ("krypt|nyckelhant|certifikat", ("OSL-18-9",)),
    ("kris|beredsk|kontinuitet|rsa$", ("OSL-18-13",)),
    ("polis|förundersök|forundersok", ("OSL-18-1",)),
    (
        "visselbl|vissla",
        ("OSL-17-3b", "OSL-32-3b-st2p1", "OSL-32-3b-st2p2"),
    ),
    ("överförm|overform|godman|gode$", ("OSL-32-4",)),
    ("hyres|lägenhet|lagenhet", ("OSL-26-11-st2",)),
    ("bostadskö|bostadsko|förtur|fortur", ("OSL-26-11-st1",)),
    ("kamera|bevakningsfilm", ("OSL-32-3",)),
    ("bibliotek", ("OSL-40-3",)),
    ("färdtj|fardtj", ("OSL-29-6",)),
    ("tillsyn|livsmedel", ("OSL-30-27-st1p1", "OSL-30-27-st1p2")),
    ("servering|alkohol", ("OSL-30-20",)),
    ("asyl|flykting|ensamkom", ("OSL-21-5", "OSL-37-3")),
    ("skyddad|sekretessm", ("OSL-21-3-st1", "OSL-21-3a")),
)


# Swedish as statutes and decisions write it.

COUNTED = (
    *("noll", "en", "två", "tre", "fyra", "fem", "sex"),
    *("sju", "åtta", "nio", "tio", "elva", "tolv"),
)
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli"),
    *("augusti", "september", "oktober", "november", "december"),
)
NAMES = ("Nato",)
ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
# What the person drafting must fill in stands between brackets.
PLACEHOLDER = re.compile(r"\[[^\[\]]*\]")


def minutes_in_swedish(minutes: int) -> str:
    """90 becomes en timme och 30 minuter."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append("en timme" if hours == 1 else f"{in_letters(hours)} timmar")
    if rest or not hours:
        parts.append("en minut" if rest == 1 else f"{in_letters(rest)} minuter")
    return " och ".join(parts)


def in_letters(number: int) -> str:
    """Up to twelve; figures from there."""
    return COUNTED[number] if number < len(COUNTED) else str(number)


def day_in_words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def dated(text: str) -> str:
    """Avtal 2025-01-15 becomes avtal den 15 januari 2025, inside a sentence."""
    return lowered(ISO_DAY.sub(_day, text.strip().rstrip(".")))


def _day(match: re.Match[str]) -> str:
    year, month, day = map(int, match.groups())
    try:
        return f"den {day_in_words(date(year, month, day))}"
    except ValueError:
        return match[0]


def lowered(text: str) -> str:
    """A title within a sentence; abbreviations and names keep their capitals."""
    if text[:2].isupper() or text.startswith(NAMES):
        return text
    return text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """What somebody typed, as a sentence of its own; empty stays empty."""
    text = " ".join(text.split())
    if not text:
        return ""
    ended = text if text[-1] in ".!?…]" else f"{text}."
    return ended[:1].upper() + ended[1:]


def paragraph(parts: Iterable[str]) -> str:
    """Sentences after each other; the empty ones left out."""
    return " ".join(part for part in parts if part)


def text(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(part for part in paragraphs if part)


def placeholders(text: str) -> list[str]:
    return PLACEHOLDER.findall(text)


# What tells of one person where nobody is to be named: numbers, addresses, and perhaps
# names.

# Words one after the other, and what stands between the names of one person.
PERSONAL_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?: [^\W\d_]+(?:-[^\W\d_]+)*)+")
BETWEEN_NAMES = ("von", "af", "de", "van", "al")
# Where somebody lives: a street with its number, as streets are called.
STREET = re.compile(
    r"\b[^\W\d_]{2,}(?:gatan|gata|vägen|väg|gränden|gränd|torget|torg|allén|stigen"
    r"|backen|platsen)\s+\d{1,3}(?!\d)\s?[A-Ha-h]?\b",
    re.IGNORECASE,
)

# From the beginning of a word alone: a word of 30,000 letters is read once.
MAIL_ADDRESS = re.compile(r"(?<![^\s@<>()])[^\s@<>()]+@[^\s@<>()]+\.\w+")
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
    runs = PERSONAL_WORDS.findall(_without(text, known))
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


# A provider's address of an object, and whether it is personal: it may hold a name, a
# personal number or a street, in a mailbox or in the name of a file.

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


# Small parts of sentences: names of values, several things in a row, numbers.


def label_of(choices: Any, value: Any) -> Any:
    """The value itself where there is no such choice: whoever had the application's
    login may have written one, and what tells of it does not break by it."""
    return dict(choices.choices).get(value, value)


def listed(names: Iterable[str], last: str = "och") -> str:
    """A, B och C."""
    parts = list(names)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def number_in_words(number: int) -> str:
    """Up to twelve in words, as Swedish style has it; figures after that."""
    words = (
        _("none"),
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
        _("eleven"),
        _("twelve"),
    )
    return words[number] if number < len(words) else str(number)


# How Swedish statutes are cited.

ORDINALS = {"1": "första", "2": "andra", "3": "tredje", "4": "fjärde"}


def citation(reference: str) -> str:
    """23 kap. 2 § st 1 p 2 OSL becomes 23 kap. 2 § första stycket 2 OSL."""
    with_ordinals = re.sub(
        r"\bst (\d)", lambda match: f"{ORDINALS[match[1]]} stycket", reference
    )
    return re.sub(r"\bp (\d)", r"\1", with_ordinals)


TOKEN = re.compile(
    r"(?:(OSL|TF|KL|säkerhetsskyddslagen) )?(\d+)"
    r"(?::([\d–]+(?: [a-z])?)( \w+ stycket)?| kap\.)"
)
ARTICLE = re.compile(r"(?:dataskyddsförordningen art\. )?(\d[\d.–]*(?: [a-z])?)")
REGULATION = "dataskyddsförordningen"
# The number comes with the name.
NUMBERED = {"säkerhetsskyddslagen": "säkerhetsskyddslagen (2018:585)"}


class Cited(NamedTuple):
    """What is cited of one statute: a chapter and what of it, or an article; what can't
    be read has no statute."""

    statute: str
    chapter: str
    of_it: str
    paragraph: str = ""


def in_full(basis: str) -> str:
    """OSL 10:2 a, 19:3 becomes 10 kap. 2 a § och 19 kap. 3 § OSL; what is not written
    so stays as it is."""
    return "; ".join(_part_in_full(part) for part in basis.split("; "))


def _part_in_full(part: str) -> str:
    part = re.sub(r"^lag (\(\d+:\d+\)) (\d+ §)$", r"\2 lagen \1", part)
    known, _and, rest = part.partition(" och ")
    if rest and TOKEN.fullmatch(known):
        return f"{_part_in_full(known)} och {rest}"
    cited: list[Cited] = []
    for token in part.split(", "):
        cited.append(_read(token, cited[-1].statute if cited else ""))
    groups = itertools.groupby(cited, key=lambda row: row.statute)
    return ", ".join(_group_in_full(statute, list(rows)) for statute, rows in groups)


def _read(token: str, before: str) -> Cited:
    match = TOKEN.fullmatch(token)
    if match and (statute := match[1] or before) not in ("", REGULATION):
        return Cited(statute, match[2], match[3] or "", match[4] or "")
    if (match := ARTICLE.fullmatch(token)) and REGULATION in (before, token.split()[0]):
        return Cited(REGULATION, "", match[1])
    return Cited("", "", token)


def _group_in_full(statute: str, rows: list[Cited]) -> str:
    if not statute:
        return ", ".join(row.of_it for row in rows)
    if statute == REGULATION:
        return f"artikel {listed([row.of_it for row in rows])} i {REGULATION}"
    chapters = itertools.groupby(rows, key=lambda row: (row.chapter, row.paragraph))
    texts = [
        _chapter_in_full(chapter, [row.of_it for row in cited], paragraph)
        for (chapter, paragraph), cited in chapters
    ]
    last_word = "samt" if any(" och " in text for text in texts) else "och"
    return f"{listed(texts, last_word)} {NUMBERED.get(statute, statute)}"


def _chapter_in_full(chapter: str, sections: list[str], paragraph: str) -> str:
    if not any(sections):
        return f"{chapter} kap."
    each = [one for section in sections for one in _apart(section)]
    sign = "§§" if len(each) > 1 or "–" in each[0] else "§"
    return f"{chapter} kap. {listed(each)} {sign}{paragraph}"


def _apart(section: str) -> list[str]:
    """Two that follow on each other are no range."""
    first, _dash, last = section.partition("–")
    follow = last and int(last) == int(first) + 1
    return [first, last] if follow else [section]


# In this order: what is longer goes before what it holds.
IN_ENGLISH = (
    (
        "i ärenden enligt kommunallagen myndighetens egen rutin",
        "in matters under the Local Government Act the authority's own routine",
    ),
    (
        "i ärenden enligt kommunallagen gäller de inte (FL 2 §) men följs här",
        "in matters under the Local Government Act they do not apply (FL section 2)"
        " but are followed here",
    ),
    (
        "i ärenden enligt kommunallagen gäller den inte (FL 2 §) men följs här",
        "in matters under the Local Government Act it does not apply (FL section 2)"
        " but is followed here",
    ),
    (
        "Myndighetens egen riktlinje; för 10 kap. 2 a § OSL och artikel 28 i"
        " dataskyddsförordningen underlaget",
        "The authority's own guideline; for OSL 10:2 a and GDPR art. 28 the basis",
    ),
    ("OSL 7:3 och bestämmelsen själv", "OSL 7:3 and the provision itself"),
    ("dataskyddsförordningen", "GDPR"),
    ("säkerhetsskyddslagen", "Protective Security Act"),
    ("patientdatalagen (2008:355)", "Patient Data Act (2008:355)"),
    ("beslut (EU)", "decision (EU)"),
    ("lagen (", "Act ("),
    ("lag (", "Act ("),
    (" andra stycket", " second paragraph"),
)


def in_english(basis: str) -> str:
    """OSL 10 och 12 kap. becomes OSL chs. 10 and 12; FL 31–32 §§ FL sections 31–32."""
    for swedish, english in IN_ENGLISH:
        basis = basis.replace(swedish, english)
    basis = re.sub(r"(\d+) och (\d+) kap\.", r"chs. \1 and \2", basis)
    basis = re.sub(r"(\d+) kap\.", r"ch. \1", basis)
    basis = re.sub(r"(\d+–\d+) §§", r"sections \1", basis)
    return re.sub(r"(\d+) §", r"section \1", basis)


# Which paragraphs of the Public Access to Information and Secrecy Act a text cites.

PARTS = "första|andra|tredje|fjärde"
SECTIONS = r"\d+(?: [a-z](?![a-zåäö]))?"
IN_FULL = re.compile(
    rf"\b(\d+) kap\. ({SECTIONS}(?:(?:, | och |–|-){SECTIONS})*) §§?"
    rf"(?: ((?:{PARTS})(?:(?:, | och )(?:{PARTS}))*) styck)?"
)
CITED_IN_ENGLISH = re.compile(
    rf"\bchapter (\d+),? sections? ({SECTIONS}(?:(?:, | and |–|-){SECTIONS})*)"
    r"(?:,? (first|second|third|fourth) paragraph)?",
    re.IGNORECASE,
)
IN_SHORT = re.compile(rf"\b(\d+):({SECTIONS})(?: st\.? ?(\d))?(?![\d:])")
CITED_ORDINALS = dict(zip("1234", PARTS.split("|"), strict=True))
ORDINALS_IN_ENGLISH = dict(
    zip(["first", "second", "third", "fourth"], PARTS.split("|"), strict=True)
)


class Place(NamedTuple):
    """A paragraph, and which part of it; all of it, where none is named."""

    chapter: str
    paragraph: str
    part: str = ""

    def covers(self, other: "Place") -> bool:
        same = (self.chapter, self.paragraph) == (other.chapter, other.paragraph)
        return same and (not self.part or not other.part or self.part == other.part)


def places_in(text: str) -> Iterator[Place]:
    """Every paragraph that is cited: 21 kap. 3 och 3 a §§, 23 kap. 2 § första stycket,
    26:1, Chapter 26, Section 1."""
    plain = " ".join(text.split())
    for match in IN_FULL.finditer(plain):
        parts = re.findall(PARTS, match[3] or "") or [""]
        for paragraph in re.findall(SECTIONS, match[2]):
            yield from (Place(match[1], paragraph, part) for part in parts)
    for match in CITED_IN_ENGLISH.finditer(plain):
        part = ORDINALS_IN_ENGLISH.get((match[3] or "").lower(), "")
        for paragraph in re.findall(SECTIONS, match[2]):
            yield Place(match[1], paragraph, part)
    for match in IN_SHORT.finditer(plain):
        yield Place(match[1], match[2], CITED_ORDINALS.get(match[3] or "", ""))


def citations_in_english(citation: str) -> str:
    """21 kap. 3 § första stycket OSL: Chapter 21, Section 3, first paragraph."""
    english = {part: name for name, part in ORDINALS_IN_ENGLISH.items()}
    return " and ".join(
        f"Chapter {place.chapter}, Section {place.paragraph}"
        + (f", {english[place.part]} paragraph" if place.part else "")
        for place in places_in(citation)
    )


def cites(text: str, citation: str) -> bool:
    """Does the text cite what this citation stands for, or all of its paragraph?"""
    named = set(places_in(citation))
    return any(place.covers(one) for place in places_in(text) for one in named)


# How an authority's diary numbers look: a regular expression that a manager writes.

# More parts of no set length would let a number of forty signs be tried for hours.
MOST_OPEN = 4
# What is written with a backslash, and what stands between brackets, is one sign.
ONE_SIGN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]")
OPEN_LENGTH = re.compile(r"[*+?]|\{\d*,\d*\}")


def trouble_with(pattern: str) -> Any:
    """What is wrong with it; the empty string where nothing is."""
    try:
        re.compile(pattern)
    except re.error as error:
        return gettext_lazy("It is no regular expression: %(why)s") % {"why": error}
    plain = ONE_SIGN.sub("x", pattern)
    if "(?" in plain or re.search(r"\)[*+?{]", plain) or re.search(r"\\\d", pattern):
        return gettext_lazy(
            "Repeat no group, look neither ahead nor back, and refer to no group."
        )
    if len(OPEN_LENGTH.findall(plain)) > MOST_OPEN:
        return gettext_lazy(
            "Give all but %(most)s of its parts a set length, as in \\d{4}."
        ) % {"most": MOST_OPEN}
    return ""


def matches(pattern: str, number: str) -> bool:
    return re.fullmatch(pattern, number) is not None


# Texts of the system's own that become part of the record.


def in_record(text: Any, **words: Any) -> str:
    """A lazy text in Swedish, whatever the language of whoever acts; `words` stand in
    its holes."""
    with translation.override("sv"):
        return str(text) % words if words else str(text)


# Words of a text put right, or the whole of it held back: what it reads as then. In
# Swedish, as the texts themselves are.

# Files of these types hold words as they are typed.
JSON = "application/json"
RESTRICTED = (
    "[Begränsad sedan {day} (artikel 18 i dataskyddsförordningen)."
    " Texten läses bara med angivet skäl.]"
)


def is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type == JSON


def holds(text: str, media_type: str, words: str) -> bool:
    """Do the words stand in it, whatever their case and where lines break?"""
    pattern = _pattern(words)
    if not _is_document(text, media_type):
        return pattern.search(text) is not None
    value = json.loads(text)
    return _in_strings(value, lambda one: pattern.sub("", one)) != value


def corrected(text: str, media_type: str, words: str, right: str, day: date) -> str:
    """With the right words in place of the wrong ones, and a mark that says so."""
    mark = f"[rättat {day}: {right}]" if right else f"[rättat {day}]"
    pattern = _pattern(words)
    if not _is_document(text, media_type):
        return pattern.sub(lambda _match: mark, text)
    value = _in_strings(json.loads(text), lambda one: pattern.sub(lambda _m: mark, one))
    return json.dumps(value, ensure_ascii=False)


def restricted(media_type: str, day: date) -> str:
    text = RESTRICTED.format(day=day)
    return json.dumps(text, ensure_ascii=False) if media_type == JSON else text


def _pattern(words: str) -> re.Pattern[str]:
    """Where a word begins: "Berg" stands in "Bergs" and not in "Sandberg"."""
    parts = r"\s+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<!\w){parts}", re.IGNORECASE)


def _is_document(text: str, media_type: str) -> bool:
    if media_type != JSON:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _in_strings(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with each of its strings changed, names of fields too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_in_strings(one, change) for one in value]
    if isinstance(value, dict):
        return {change(name): _in_strings(one, change) for name, one in value.items()}
    return value


# Telephone numbers in a text, so that a telephone can call them.

# Seven digits or more, in groups; written from abroad, or with a trunk prefix.
NUMBER = re.compile(r"(?<![\w+])(?:\+|0)\d(?:[ \-\u00a0]?\d){5,13}(?!\w)")


def with_numbers_to_call(text: str) -> SafeString:
    """The text as HTML, each number a link that calls it (RFC 3966)."""
    html, end = "", 0
    for number in NUMBER.finditer(text):
        called = re.sub(r"[^\d+]", "", number[0])
        link = format_html('<a href="tel:{}">{}</a>', called, number[0])
        html += conditional_escape(text[end : number.start()]) + link
        end = number.end()
    return mark_safe(html + conditional_escape(text[end:]))  # noqa: S308


# The Swedish order of names, also where PostgreSQL has no ICU.

# Fields that people read as names in lists and pickers.
SWEDISH_ORDER_NAMES = {
    "name",
    "designation",
    "title",
    "first_name",
    "last_name",
    "username",
}


def in_swedish(path: str) -> Collate:
    """The key by which a name is sorted (lockbox_swedish in migrations/0006)."""
    return Collate(Func(path, function="lockbox_swedish"), "C")


def ordered(model: type[Model], names: Iterable[Any]) -> list[Any]:
    """A model's ordering, with every name in it in Swedish order."""
    return [one for name in names for one in _one(model, name)]


def _one(model: type[Model], name: Any) -> list[Any]:
    if not isinstance(name, str):
        return [name]
    path, falls = name.removeprefix("-"), name.startswith("-")
    field = _field(model, path)
    if field is None:
        return [name]
    if field.related_model is not None and not path.endswith("_id"):
        other: Any = field.related_model
        below = [f"{path}__{key}" for key in other._meta.ordering]
        keys = ordered(model, below) or [path]
        return [_turned(key) for key in keys] if falls else keys
    if field.name not in SWEDISH_ORDER_NAMES:
        return [name]
    return [OrderBy(in_swedish(path), descending=falls)]


def _turned(key: Any) -> Any:
    if isinstance(key, OrderBy):
        key.reverse_ordering()
        return key
    return key[1:] if key.startswith("-") else f"-{key}"


def _field(model: type[Model], path: str) -> Field | None:
    """The field at the end of a path; None for what is no field, such as "pk"."""
    field: Any = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return field


def by_name(rows: QuerySet) -> QuerySet:
    """Rows in their model's own order, which is that of names."""
    return rows.order_by(*ordered(rows.model, rows.model._meta.ordering or ()))


LAST_LETTERS = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


def swedish_key(text: str) -> str:
    """The key of Swedish order, for words that are in no table."""
    return text.casefold().translate(LAST_LETTERS)


# How times and lengths of time are written for people.


def at_time(day: str, time: str) -> str:
    return _("%(day)s at %(time)s") % {"day": day, "time": time}


def moment_in_words(at: datetime | None) -> str:
    """today at 20.00, tomorrow at 21.48, or the date and time."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime(acting.now())
    language = get_language()
    day = _day_in_words(local.date(), now.date(), language)
    return at_time(day, _time_in_words(local.hour, local.minute, language))


def day_in_full(at: datetime) -> str:
    """Not “today”: nobody knows when a notice is read."""
    local, language = timezone.localtime(at), get_language()
    time = _time_in_words(local.hour, local.minute, language)
    return at_time(_day_and_year(local.date(), language), time)


# A list shows three moments a row, of few days: Django takes 15 µs to write each part.
@lru_cache(maxsize=2_000)
def _day_in_words(day: date, today: date, _language: str | None) -> str:
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    return near.get((day - today).days) or _dated(day, today)


@lru_cache(maxsize=2_000)
def _day_and_year(day: date, _language: str | None) -> str:
    return date_format(day, "j F Y")


def _dated(day: date, today: date) -> str:
    return date_format(day, "j F" if day.year == today.year else "j F Y")


def short_day(day: date) -> str:
    """3 March; with the year where it is another than this."""
    return _dated(day, acting.today())


@lru_cache(maxsize=2_000)
def _time_in_words(hour: int, minute: int, _language: str | None) -> str:
    return time_format(time(hour, minute), "TIME_FORMAT")


def from_until(begins_at: datetime, ends_at: datetime) -> str:
    """Day and time of both ends; the day once where it is the same."""
    return _from_until(begins_at, ends_at, get_language(), acting.today())


# Of many rosters the shifts change at the same hours.
@lru_cache(maxsize=2_000)
def _from_until(
    begins_at: datetime, ends_at: datetime, _language: str | None, _today: date
) -> str:
    begins, ends = timezone.localtime(begins_at), timezone.localtime(ends_at)
    first = at_time(short_day(begins.date()), date_format(begins, "TIME_FORMAT"))
    last = date_format(ends, "TIME_FORMAT")
    if ends.date() != begins.date():
        last = at_time(short_day(ends.date()), last)
    return f"{first} – {last}"


def minutes_in_words(count: int | None) -> str:
    return "" if count is None else span(timedelta(minutes=count))


def span(length: Any) -> str:
    """A length of time in words: 4 d 3 h, 1 h 12 min, 9 min."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 0:
        return _("%(span)s ago") % {"span": span(-length)}
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        text = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
        return f"{text} {_('%(hours)s h') % {'hours': hours}}" if hours else text
    if hours:
        text = _("%(hours)s h") % {"hours": hours}
        return f"{text} {_('%(min)s min') % {'min': minutes}}" if minutes else text
    return _("%(min)s min") % {"min": minutes}


def moment(at: datetime | None) -> str:
    """today at 20.00, tomorrow at 21.48, or the date and time; in full on paper, where
    nobody knows which day it was."""
    if at is None:
        return ""
    html = '<time datetime="{}" data-full="{}"><span>{}</span></time>'
    return format_html(html, at.isoformat(), day_in_full(at), moment_in_words(at))


def exactly(at: datetime) -> str:
    """The date and the time to the second, for what must hold as evidence."""
    local, time = timezone.localtime(at), get_format("TIME_FORMAT")  # H.i or H:i
    return at_time(date_format(local), date_format(local, f"{time}{time[1]}s"))


# Characters that are not seen but change how a text reads: shown, and kept apart.
#
# A name from outside may turn the direction of what stands beside it, or hold what has
# no
# width: two texts then look alike, or one looks like what it is not. Pages and
# documents
# go through `shown` as a whole, so that no place is forgotten.

# Direction marks, embeddings, overrides and isolates; joiners, fillers, tags and what
# else has no width.
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
# Letters that are read from the right.
RIGHT = (
    "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
ODD = re.compile(f"[{UNSEEN}]")
ANY = re.compile(f"[{UNSEEN}{RIGHT}]")
# As `marked` writes them.
MARK = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
# From the first such letter to the last, with what stands between them.
RUN = re.compile(f"[{RIGHT}]+(?:[^<>&{RIGHT}\n]{{0,40}}[{RIGHT}]+)*")
# An element whose content is text and no markup, a tag, or text between tags.
PIECES = re.compile(
    r"(?P<whole><(?P<name>script|style|textarea|title|option)\b.*?</(?P=name)\s*>)"
    r"|(?P<tag><[^>]*>)|(?P<text>[^<]+)",
    re.DOTALL | re.IGNORECASE,
)
LEFT_ALONE = ("<script", "<style", "<textarea", "<input")


def marked(text: str) -> str:
    """The text with a mark in place of each character that is not seen."""
    return ODD.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)


def unmarked(text: str) -> str:
    """The text as it was before it was `marked`."""
    return MARK.sub(_unseen, text)


def _unseen(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    char = chr(number) if number <= sys.maxunicode else ""
    return char if ODD.fullmatch(char) else match[0]


def shown(html: str) -> str:
    """A page on which nothing is unseen, and what is read from the right stands apart.

    What somebody types comes back as they typed it: a form changes no text.
    """
    return PIECES.sub(_piece, html) if ANY.search(html) else html


def _piece(match: re.Match[str]) -> str:
    piece = match[0]
    if piece.lower().startswith(LEFT_ALONE) or not ANY.search(piece):
        return piece
    piece = marked(piece)
    if match["text"] is None:
        return piece
    return RUN.sub(lambda run: f"<bdi>{run[0]}</bdi>", piece)

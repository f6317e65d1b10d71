"""How Swedish statutes are cited."""

import itertools
import re
from typing import NamedTuple

from requests_app.words.phrases import listed

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

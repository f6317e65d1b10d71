"""How Swedish statutes are cited."""

import re

ORDINALS = {"1": "första", "2": "andra", "3": "tredje", "4": "fjärde"}


def citation(reference: str) -> str:
    """23 kap. 2 § st 1 p 2 OSL becomes 23 kap. 2 § första stycket 2 OSL."""
    with_ordinals = re.sub(
        r"\bst (\d)", lambda match: f"{ORDINALS[match[1]]} stycket", reference
    )
    return re.sub(r"\bp (\d)", r"\1", with_ordinals)


TOKEN = re.compile(r"(?:(OSL|TF|KL) )?(\d+):([\d–]+(?: [a-z])?)( \w+ stycket)?")
ARTICLE = re.compile(r"(?:dataskyddsförordningen art\. )?(\d[\d.–]*(?: [a-z])?)")
REGULATION = "dataskyddsförordningen"


def in_full(basis: str) -> str:
    """OSL 10:2 a, 19:3 becomes 10 kap. 2 a § och 19 kap. 3 § OSL; what is not written
    so stays as it is."""
    return "; ".join(_part_in_full(part) for part in basis.split("; "))


def _part_in_full(part: str) -> str:
    known, _and, rest = part.partition(" och ")
    if rest and TOKEN.fullmatch(known):
        return f"{_part_in_full(known)} och {rest}"
    cited: list[tuple[str, str]] = []
    for token in part.split(", "):
        statute, text = _read(token, cited[-1][0] if cited else "")
        cited.append((statute, text))
    groups: list[tuple[str, list[str]]] = []
    for statute, text in cited:
        if not groups or not statute or groups[-1][0] != statute:
            groups.append((statute, []))
        groups[-1][1].append(text)
    return ", ".join(_group_in_full(*group) for group in groups)


def _read(token: str, before: str) -> tuple[str, str]:
    """The statute and what is cited of it; no statute where it can't be read."""
    match = TOKEN.fullmatch(token)
    if match and (statute := match[1] or before) not in ("", REGULATION):
        sign = "§§" if "–" in match[3] else "§"
        return statute, f"{match[2]} kap. {match[3]} {sign}{match[4] or ''}"
    if (match := ARTICLE.fullmatch(token)) and REGULATION in (before, token.split()[0]):
        return REGULATION, match[1]
    return "", token


def _group_in_full(statute: str, texts: list[str]) -> str:
    *first, last = texts
    named = f"{', '.join(first)} och {last}" if first else last
    if statute == REGULATION:
        return f"artikel {named} i {REGULATION}"
    return f"{named} {statute}".strip()


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

"""Statutes written out where a text first mentions them."""

import re
from collections.abc import Iterable

from requests_app.words.phrases import listed

OSL_IN_FULL = "offentlighets- och sekretesslagen (2009:400)"
OSL = f"{OSL_IN_FULL}, OSL"
GDPR = "dataskyddsförordningen, (EU) 2016/679"
ENDS_AFTER = re.compile(r"\s*[.,;:()]|$")


def written_out(text: str, *, goes_on: bool = True) -> str:
    """Each statute in full where it is first mentioned, and short after that. Where
    nothing goes on after it, no abbreviation is brought in that is not used again."""
    is_used_again = goes_on or len(re.findall(r"\bOSL\b", text)) > 1
    name = OSL if is_used_again else OSL_IN_FULL
    text = _first(text, r"\bOSL\b", "offentlighets- och sekretesslagen", name)
    return _first(text, r"\b[Dd]ataskyddsförordningen\b", "(EU) 2016/679", GDPR)


def together_cited(citations: Iterable[str]) -> str:
    """25 kap. 1 § OSL and 26 kap. 1 § OSL become 25 kap. 1 § och 26 kap. 1 § OSL."""
    return f"{listed(name.removesuffix(' OSL') for name in citations)} OSL"


def _first(text: str, short: str, mark: str, in_full: str) -> str:
    match = re.search(short, text)
    if match is None or mark in text[: match.end() + len(in_full)]:
        return text
    name = in_full
    if match[0][0].isupper() and match[0] != "OSL":
        name = in_full[0].upper() + in_full[1:]
    rest = text[match.end() :]
    comma = "," if "," in name and not ENDS_AFTER.match(rest) else ""
    return f"{text[: match.start()]}{name}{comma}{rest}"

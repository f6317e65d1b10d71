"""Statutes written out where a text first mentions them."""

import re

OSL = "offentlighets- och sekretesslagen (2009:400), OSL"
GDPR = "dataskyddsförordningen, (EU) 2016/679"
ENDS_AFTER = re.compile(r"\s*[.,;:()]|$")


def written_out(text: str) -> str:
    """Each statute in full where it is first mentioned, and short after that."""
    text = _first(text, r"\bOSL\b", "offentlighets- och sekretesslagen", OSL)
    return _first(text, r"\b[Dd]ataskyddsförordningen\b", "(EU) 2016/679", GDPR)


def _first(text: str, short: str, mark: str, in_full: str) -> str:
    found = re.search(short, text)
    if found is None or mark in text[: found.end() + len(in_full)]:
        return text
    name = in_full
    if found[0][0].isupper() and found[0] != "OSL":
        name = in_full[0].upper() + in_full[1:]
    rest = text[found.end() :]
    comma = "" if ENDS_AFTER.match(rest) else ","
    return f"{text[: found.start()]}{name}{comma}{rest}"

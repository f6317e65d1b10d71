"""Who has signed a mail: DKIM (RFC 6376), and ARC (RFC 8617) where it was forwarded."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import dkim
from dkim.util import parse_tag_value

from requests_app.providers.mail.resolver import NoDns
from requests_app.providers.mail.rules import Signature

Txt = Callable[..., bytes | None]
MOST = 5  # signatures, or seals, of one mail that are looked at
# What a signature must cover, once each, or somebody else may have written it.
COVERED = {b"from", b"subject", b"date"}
SIGNED = b"dkim-signature"
RESULTS, SIGNATURE = b"arc-authentication-results", b"arc-message-signature"
PASSED = re.compile(rb"\bdkim=pass\b[^;]*?\bheader\.d=([a-z0-9.-]+)", re.I)


def signatures_of(raw: bytes, txt: Txt) -> list[str]:
    """Those that hold. Raises NoDns where that can't be known now."""
    signatures = {
        str(row) for way in (_signed, _sealed) for row in _each(way, raw, txt)
    }
    return sorted(signatures)


def _each(way: Callable[..., Iterator[Signature]], raw: bytes, txt: Txt) -> Any:
    """Whatever a forger writes is no signature, and no fault of ours."""
    rows = []
    try:
        for row in way(raw, txt):
            rows.append(row)
    except NoDns:
        raise
    except Exception:
        return rows
    return rows


def _signed(raw: bytes, txt: Txt) -> Iterator[Signature]:
    mail = dkim.DKIM(raw)
    lines = [value for name, value in mail.headers if name.lower() == SIGNED]
    for place, line in enumerate(lines[:MOST]):
        tags = parse_tag_value(line)
        if _covers(mail, tags) and _holds(raw, place, txt):
            yield Signature(tags[b"d"].strip().lower().decode("ascii"))


def _covers(mail: Any, tags: dict[bytes, bytes]) -> bool:
    """Is it all that we read? What is appended under `l=` would pass as signed."""
    names = [name.lower() for name, _value in mail.headers]
    covered = {name.strip() for name in tags.get(b"h", b"").lower().split(b":")}
    once = all(names.count(name) == 1 for name in COVERED)
    return once and covered >= COVERED and b"l" not in tags


def _holds(raw: bytes, place: int, txt: Txt) -> bool:
    try:
        return bool(dkim.DKIM(raw).verify(idx=place, dnsfunc=txt))
    except dkim.DKIMException:
        return False


def _sealed(raw: bytes, txt: Txt) -> Iterator[Signature]:
    """What whoever handled it last says of it, where the chain holds: those before may
    have written what they liked."""
    mail = dkim.ARC(raw)
    newest, rows = mail.sorted_arc_headers()
    if not 0 < newest <= MOST:
        return
    last = {row[0].lower(): row[1] for place, row in rows if place == newest}
    if not _covers(mail, parse_tag_value(last[SIGNATURE])):
        return
    chain, results, _reason = mail.verify(dnsfunc=txt)
    if chain != dkim.CV_Pass or results[0]["ams-domain"] != results[0]["as-domain"]:
        return
    by = results[0]["as-domain"].strip().lower().decode("ascii")
    for domain in PASSED.findall(last[RESULTS])[:MOST]:
        yield Signature(domain.lower().decode("ascii"), by)

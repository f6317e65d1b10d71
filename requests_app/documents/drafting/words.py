"""Swedish as statutes and decisions write it."""

import re
from collections.abc import Iterable
from datetime import date

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


def span(minutes: int) -> str:
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

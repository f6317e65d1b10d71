"""Words of a text put right, or the whole of it held back: what it reads as then. In
Swedish, as the texts themselves are."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

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

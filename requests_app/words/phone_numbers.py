"""Telephone numbers in a text, so that a telephone can call them."""

import re

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

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

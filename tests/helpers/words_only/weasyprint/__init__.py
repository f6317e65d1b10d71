"""Stands in for WeasyPrint in the process that draws: the words, and no layout."""

import re
from html import unescape


def CSS(**_choices):
    return None


class HTML:
    def __init__(self, string, **_choices):
        self.string = string

    def write_pdf(self, **_choices):
        return b"%PDF-1.7\n" + unescape(re.sub(r"<[^>]*>", "", self.string)).encode()

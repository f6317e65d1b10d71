"""A paper that is no decision on access: a heading, its sections, and in the foot of
each page which paper it is. In Swedish."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils import timezone

from requests_app.documents.appeal import Appeal
from requests_app.documents.render import pdf_of


@dataclass(frozen=True)
class Paper:
    """What stands on it beside its sections, by the names that templates read.
    `whose`: after the heading, in the foot and in the title of the file."""

    heading: str
    whose: Any
    authority: Any
    subject: str
    made_on: date
    diary_number: str = ""
    appeal: Appeal | None = None

    language: ClassVar[str] = "sv"

    @property
    def foot(self) -> str:
        return f"{self.heading}, {self.whose}"

    title = foot


def pdf_of_paper(
    paper: Paper,
    sections: Iterable[Any],
    at: datetime,
    template: str = "lockbox/document/paper.html",
    **context: Any,
) -> bytes:
    """The paper with these sections as PDF/A, drawn up at the moment `at`. Raises
    NotDrawn."""
    html = render_to_string(
        template,
        {
            "document": paper,
            "sections": list(sections),
            # PDF/A wants the same instant in both of its descriptions.
            "made_at": timezone.localtime(at).replace(microsecond=0),
            **context,
        },
    )
    return pdf_of(html)

"""What is answered already is one line: the answer, and what it was taken from; opened
by whoever wants to change it."""

from typing import Any, NamedTuple

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.text import Truncator

register = template.Library()
MOST_LETTERS = 70


@register.simple_block_tag
def folded(
    content: str, question: Any, *fields: Any, condition: Any = "", lacks: Any = False
) -> str:
    """The question's own part of the page, folded where it is answered. `condition`:
    when it is put at all; `lacks`: is something to be added to the answer?"""
    fold = None if lacks else fold_of(*fields)
    if fold is None:
        return content
    context = {
        "content": content,
        "question": question,
        "fold": fold,
        "condition": condition,
    }
    return render_to_string("lockbox/step/fold.html", context)


class Fold(NamedTuple):
    answer: Any
    source: Any


def fold_of(*fields: BoundField | None) -> Fold | None:
    """Of a question whose answer is the first field. None where it stands open: its
    form knows no source, it is not answered, or something is to be mended in it."""
    own: list[Any] = [field for field in fields if field]
    source = own and getattr(own[0].form, "sources", {}).get(own[0].name)
    if not source or any(_is_to_mend(field) for field in own):
        return None
    answer = in_words(own[0])
    return Fold(answer, source) if answer else None


def _is_to_mend(field: Any) -> bool:
    comments = getattr(field.form, "comments_at", None)
    is_lacking = field.field.required and not in_words(field)
    return bool(field.errors or is_lacking or (comments and comments(field.html_name)))


def in_words(field: BoundField) -> str:
    """The value as the person would say it; empty where there is none."""
    value = field.value()
    labels = {str(key): label for key, label in getattr(field.field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    texts = [str(labels.get(str(one), one)) for one in values if one not in (None, "")]
    return Truncator(", ".join(texts)).chars(MOST_LETTERS)

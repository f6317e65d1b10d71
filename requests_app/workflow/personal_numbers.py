"""Personal numbers in what somebody types: a part of steps that keep none."""

from typing import Any

from django.core.exceptions import ValidationError

from audit_app.personal_numbers import numbers_in


def refuse_numbers(sentence: Any, /, **texts: str) -> None:
    """Raises ValidationError with the sentence, at the first field that has one."""
    for name, text in texts.items():
        if numbers_in(text):
            raise ValidationError({name: sentence})

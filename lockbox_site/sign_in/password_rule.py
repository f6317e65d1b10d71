"""What a password may not be, beside Django's own list of common ones."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# "Sommar2026!!": what is guessed after the common ones. A longer word is none.
WORD_AND_FIGURES = re.compile(r"[^\W\d_]{1,12}[\d\W_]*")


class MoreThanAWord:
    def validate(self, password: str, user: Any = None) -> None:
        if WORD_AND_FIGURES.fullmatch(password):
            raise ValidationError(
                _("A word with figures after it is guessed first: take several words.")
            )

    def get_help_text(self) -> str:
        return _("Several words are better than one with figures after it.")

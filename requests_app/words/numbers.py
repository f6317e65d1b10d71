"""Small numbers as they are written in running text."""

from django.utils.translation import gettext as _


def number_in_words(number: int) -> str:
    """Up to twelve in words, as Swedish style has it; figures after that."""
    words = (
        _("none"),
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
        _("eleven"),
        _("twelve"),
    )
    return words[number] if number < len(words) else str(number)

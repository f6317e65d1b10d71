"""What a value among choices is called."""

from typing import Any


def label_of(choices: Any, value: Any) -> Any:
    """The value itself where there is no such choice: whoever had the application's
    login may have written one, and what tells of it does not break by it."""
    return dict(choices.choices).get(value, value)

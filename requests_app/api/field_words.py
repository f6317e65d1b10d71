"""What is wrong with a field, in our words: a library's change with its versions."""

from collections.abc import Mapping
from typing import Any, LiteralString

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic_core import PydanticCustomError

from requests_app.api.codes import FieldCode

# By pydantic's types of errors; {name} is what it says of the bound.
WORDS = {
    "missing": gettext_lazy("Has to be there."),
    "extra_forbidden": gettext_lazy("The call takes no such field."),
    "string_too_short": gettext_lazy("At least {min_length} characters."),
    "string_too_long": gettext_lazy("At most {max_length} characters."),
    "too_short": gettext_lazy("At least {min_length} of them."),
    "too_long": gettext_lazy("At most {max_length} of them."),
    "greater_than_equal": gettext_lazy("At least {ge}."),
    "less_than_equal": gettext_lazy("At most {le}."),
    "literal_error": gettext_lazy("One of {expected}."),
    "string_type": gettext_lazy("Has to be a text."),
    "list_type": gettext_lazy("Has to be a list."),
    "int_type": gettext_lazy("Has to be a whole number."),
    "int_parsing": gettext_lazy("Has to be a whole number."),
    "int_from_float": gettext_lazy("Has to be a whole number."),
    "bool_type": gettext_lazy("Has to be true or false."),
    "bool_parsing": gettext_lazy("Has to be true or false."),
    "uuid_parsing": gettext_lazy("Has to be an id, as we give them."),
    "model_type": gettext_lazy("Has to be an object in JSON."),
    "model_attributes_type": gettext_lazy("Has to be an object in JSON."),
    "dict_type": gettext_lazy("Has to be an object in JSON."),
    "string_pattern_mismatch": gettext_lazy("Has not the form that the document says."),
    "timezone_aware": gettext_lazy("Has to say its zone."),
}
OURS = "lockbox"


def refusal(text: Any, code: LiteralString = OURS) -> PydanticCustomError:
    """For a validator of ours: a text in the language of the call, and a code where it
    has one of its own."""
    return PydanticCustomError(code, "{text}", {"text": text})


def in_words(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors as a sentence."""
    bounds = error.get("ctx") or {}
    if "text" in bounds:
        return str(bounds["text"])
    text = WORDS.get(error["type"])
    if text is None:
        return _("Is not as the document says.")
    return str(text).format(**bounds)


OWN_CODES = {code.value for code in FieldCode}
BOUNDS = ("too_long", "too_short", "greater_than", "less_than", "literal_error", "enum")


def field_code(kind: str) -> FieldCode:
    """The API's code for pydantic's word, which may change with its versions."""
    if kind in OWN_CODES:
        return FieldCode(kind)
    if kind == "missing":
        return FieldCode.MISSING
    if kind == "extra_forbidden":
        return FieldCode.UNKNOWN_FIELD
    if any(word in kind for word in BOUNDS):
        return FieldCode.OUT_OF_BOUNDS
    if kind.endswith(("_type", "_parsing")):
        return FieldCode.WRONG_TYPE
    return FieldCode.WRONG_FORM

"""The cells of a row, read as what they name."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.countries import code_of
from requests_app.models.days import validate_year

# Between several names in one cell.
BETWEEN = "|"
YES = {"yes", "ja", "1", "true", "x"}
NO = {"no", "nej", "0", "false", ""}

NOT_KNOWN = _("“%(value)s” is not known here.")
SEVERAL = _("Several with | between them.")


class RowField(forms.ModelChoiceField):
    """A row of another register, by one of the names that people call it by."""

    default_error_messages = {
        "invalid_choice": NOT_KNOWN,
        "several": _("Several are called “%(value)s”."),
    }

    def __init__(
        self, queryset: QuerySet | None, *, lookups: tuple[str, ...], **kwargs: Any
    ) -> None:
        self.lookups = lookups
        super().__init__(queryset, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        named = Q(*((lookup, value) for lookup in self.lookups), _connector=Q.OR)
        queryset: Any = self.queryset
        rows = list(queryset.filter(named)[:2])
        if len(rows) == 1:
            return rows[0]
        code = "several" if rows else "invalid_choice"
        params = {"value": value}
        raise ValidationError(self.error_messages[code], code=code, params=params)

    def name_of(self, row: Any) -> str:
        return getattr(row, self.lookups[0].partition("__")[0]) if row else ""


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows in one cell."""

    hint = SEVERAL
    default_error_messages = {"invalid_choice": NOT_KNOWN}

    def clean(self, value: Any) -> Any:
        return super().clean(_parts(value))


class LabelField(forms.TypedChoiceField):
    """A choice, by its value or by its label in any language."""

    choices: Any

    @property
    def hint(self) -> str:
        return ", ".join(str(label) for value, label in self.choices if value)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        for known, label in self.choices:
            if text.casefold() in {known, *in_any_language(label)}:
                return known
        if not text:
            return text
        raise ValidationError(
            _("“%(value)s” is none of: %(allowed)s."),
            params={"value": text, "allowed": self.hint},
        )


class LabelsField(LabelField):
    """Several choices in one cell."""

    hint = SEVERAL  # type: ignore[assignment]

    def clean(self, value: Any) -> Any:
        return [super(LabelsField, self).clean(part) for part in _parts(value)]


class YesNoField(forms.Field):
    hint = _("yes or no")

    def to_python(self, value: Any) -> bool:
        text = value.casefold()
        if text not in YES | NO:
            raise ValidationError(
                _("Write yes or no, not “%(value)s”."), params={"value": value}
            )
        return text in YES


class DayField(forms.DateField):
    hint = _("A day as 2026-01-31.")
    default_error_messages = {"required": _("Write a day as 2026-01-31.")}

    def to_python(self, value: Any) -> date | None:
        if not value:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError(
                _("“%(value)s” is not a day: write it as 2026-01-31."),
                params={"value": value},
            ) from None
        validate_year(day)
        return day


class CountryField(forms.CharField):
    """A country by its two letters, or by its name."""

    hint = _("Two letters as in ISO 3166, such as SE, or the name of the country.")

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        code = code_of(text)
        if text and not code:
            raise ValidationError(
                _(
                    "“%(value)s” is no country: write two letters, such as SE, or its"
                    " name."
                ),
                params={"value": text},
            )
        return code


class WholeField(forms.IntegerField):
    hint: Any = ""

    def to_python(self, value: Any) -> int | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                _("“%(value)s” is not a whole number."), params={"value": value}
            ) from None


class LevelField(WholeField):
    hint = "0–4"
    default_error_messages = {
        "max_value": _("“%(value)s” is no level: a level is 0–4.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_value": 4})


def in_any_language(label: Any) -> set[str]:
    """What a label may be called in a file."""
    labels = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            labels.add(str(label).casefold())
    return labels


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(BETWEEN) if part.strip()]

"""Fields and forms of one row of a register."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.core.catalogue import code_of
from requests_app.core.fields import validate_year
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority, SecrecyBranch
from requests_app.core.people.rights import in_reach
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.cloud import (
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import InformationSet

# The cells of a row, read as what they name.

# Between several names in one cell.
BETWEEN = "|"
YES = {"yes", "ja", "1", "true", "x"}
NO = {"no", "nej", "0", "false", ""}

NOT_KNOWN = gettext_lazy("“%(value)s” is not known here.")
SEVERAL = gettext_lazy("Several with | between them.")


class RowField(forms.ModelChoiceField):
    """A row of another register, by one of the names that people call it by."""

    default_error_messages = {
        "invalid_choice": NOT_KNOWN,
        "several": gettext_lazy("Several are called “%(value)s”."),
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
            gettext_lazy("“%(value)s” is none of: %(allowed)s."),
            params={"value": text, "allowed": self.hint},
        )


class LabelsField(LabelField):
    """Several choices in one cell."""

    hint = SEVERAL  # type: ignore[assignment]

    def clean(self, value: Any) -> Any:
        return [super(LabelsField, self).clean(part) for part in _parts(value)]


class YesNoField(forms.Field):
    hint = gettext_lazy("yes or no")

    def to_python(self, value: Any) -> bool:
        text = value.casefold()
        if text not in YES | NO:
            raise ValidationError(
                gettext_lazy("Write yes or no, not “%(value)s”."),
                params={"value": value},
            )
        return text in YES


class DayField(forms.DateField):
    hint = gettext_lazy("A day as 2026-01-31.")
    default_error_messages = {"required": gettext_lazy("Write a day as 2026-01-31.")}

    def to_python(self, value: Any) -> date | None:
        if not value:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError(
                gettext_lazy("“%(value)s” is not a day: write it as 2026-01-31."),
                params={"value": value},
            ) from None
        validate_year(day)
        return day


class CountryField(forms.CharField):
    """A country by its two letters, or by its name."""

    hint = gettext_lazy(
        "Two letters as in ISO 3166, such as SE, or the name of the country."
    )

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        code = code_of(text)
        if text and not code:
            raise ValidationError(
                gettext_lazy(
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
                gettext_lazy("“%(value)s” is not a whole number."),
                params={"value": value},
            ) from None


class LevelField(WholeField):
    hint = "0–4"
    default_error_messages = {
        "max_value": gettext_lazy("“%(value)s” is no level: a level is 0–4.")
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


# The form that reads and writes one row of a register.

PERSON = get_user_model()
# What a row that another one points at is called in a file.
LOOKUPS: dict[Any, tuple[str, ...]] = {
    Authority: ("code__iexact", "name__iexact"),
    SecrecyBranch: ("name__iexact",),
    InformationSet: ("name",),
    CloudSystem: ("name",),
    Connection: ("name", "external_id"),
    Provider: ("name",),
    ProviderProduct: ("name",),
    DelegationRule: ("item_no",),
    Municipality: ("name__iexact", "organisation_number"),
    PERSON: ("username",),
}
FIELDS: dict[type[models.Field], type[forms.Field]] = {
    models.BooleanField: YesNoField,
    models.DateField: DayField,
    models.PositiveIntegerField: WholeField,
    models.PositiveSmallIntegerField: LevelField,
}


def cell_field(field: Any, **kwargs: Any) -> forms.Field | None:
    """The form's field for a cell, with what the model says of it."""
    kwargs.setdefault("label", field.verbose_name)
    if field.choices:
        return field.formfield(choices_form_class=LabelField, **kwargs)
    if field.related_model is PERSON:
        kwargs["queryset"] = PERSON.objects.filter(is_machine=False, is_active=True)
    if field.related_model in LOOKUPS:
        kwargs |= {"form_class": RowField, "lookups": LOOKUPS[field.related_model]}
    elif type(field) in FIELDS:
        kwargs["form_class"] = FIELDS[type(field)]
    return field.formfield(**kwargs)


class RowForm(forms.ModelForm):
    """A row of a file, brought by somebody, for an authority whose rows they keep.

    Nothing is known of a row, and nothing of the register told, before its cells are
    right.
    """

    # Columns that name rows of the row's own authority.
    own: ClassVar[tuple[str, ...]] = ()
    # Is a row that stands there already left as it is, whatever else the file says?
    only_adds = False

    authority = RowField(
        Authority.objects.all(),
        lookups=LOOKUPS[Authority],
        label=gettext_lazy("authority"),
        help_text=gettext_lazy("Code or name."),
    )

    class Meta:
        formfield_callback = cell_field

    def __init__(
        self, cells: dict[str, str], *, by: Any, authorities: set[int]
    ) -> None:
        super().__init__(cells)
        self.by = by
        self.authorities = authorities
        for field in self.fields.values():
            if isinstance(field, RowField | RowsField):
                rows: Any = field.queryset
                field.queryset = in_reach(rows, by)
        self.before: dict[str, Any] = {}

    def clean_authority(self) -> Authority:
        authority = self.cleaned_data["authority"]
        if authority.pk not in self.authorities:
            text = _("You do not keep rows of %(text)s.")
            raise ValidationError(text % {"text": authority})
        for name in self.own:
            field: Any = self.fields[name]
            field.queryset = field.queryset.filter(authority=authority)
        return authority

    def clean(self) -> dict[str, Any]:
        if "authority" in self.errors:
            for name in self.own:
                self.errors.pop(name, None)
                self.cleaned_data.pop(name, None)
        if not self.errors:
            self.instance = self.standing() or self.instance
            self.before = self._values()
            super().clean()
        return self.cleaned_data

    def standing(self) -> models.Model | None:
        """The row that stands there already. Raises for one that is not theirs."""
        raise NotImplementedError

    def write(self, save: Callable[[models.Model], bool]) -> str:
        """Write what is new, and only that: "new", "changed", "waits" or "same".

        `save` tells whether the row, or a part of it, waits for a second person.
        """
        is_new = self.instance.pk is None
        differs = not self.only_adds and self._values() != self.before
        waits = save(self.instance) if is_new or differs else False
        # Rows that bind it to others, as far as it is there itself.
        links = list(self.new_links()) if self.instance.pk else []
        for link in links:
            link.full_clean()
            waits |= save(link)
        if waits:
            return "waits"
        if is_new:
            return "new"
        return "changed" if differs or links else "same"

    def new_links(self) -> Iterable[models.Model]:
        """Rows that bind it to others, as far as they are not there."""
        return ()

    def _values(self) -> dict[str, Any]:
        fields = self.instance._meta.concrete_fields
        return {
            field.attname: _as_told(getattr(self.instance, field.attname))
            for field in fields
        }

    @classmethod
    def cells_beside(cls, row: Any) -> dict[str, Any]:
        """Cells of columns that are no fields of the row."""
        return {}


def _as_told(value: Any) -> Any:
    """A value as a file tells it: what was typed in a form ends its lines otherwise."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class SharedRowForm(RowForm):
    """A row that is no single authority's."""

    authority = None  # type: ignore[assignment]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        row = self.instance
        changes = row.pk is not None and self._values() != self.before
        if changes and (text := self.hindrance(row)):
            self.add_error(None, text)

    def hindrance(self, row: Any) -> str:
        """Why the person may not change a row that is there; empty where they may."""
        raise NotImplementedError

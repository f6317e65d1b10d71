"""The form that reads and writes one row of a register."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import (
    Authority,
    CloudSystem,
    Connection,
    DelegationRule,
    InformationSet,
    Municipality,
    Provider,
    ProviderProduct,
    SecrecyBranch,
)
from requests_app.permissions.municipalities import in_reach
from requests_app.registers.fields import (
    DayField,
    LabelField,
    LevelField,
    RowField,
    RowsField,
    WholeField,
    YesNoField,
)

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
        label=_("authority"),
        help_text=_("Code or name."),
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
            text = gettext("You do not keep rows of %(text)s.")
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

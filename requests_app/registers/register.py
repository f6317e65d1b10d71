"""What a register is: its columns, who keeps and sees its rows, how one is written."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from requests_app.permissions.roles import authorities_of
from requests_app.registers.fields import BETWEEN, RowField, in_any_language
from requests_app.registers.row import RowForm


class Column(NamedTuple):
    name: str
    label: Any
    help: Any

    def headings(self) -> set[str]:
        """What it may be called in a file: our name, or the label in any language."""
        return {self.name, *in_any_language(self.label)}


class Register(NamedTuple):
    name: str
    form: type[RowForm]
    # The columns that tell one row of a file from another.
    key: tuple[str, ...]
    kept_by: tuple[str, ...]
    seen_by: tuple[str, ...]
    note: Any
    related: tuple[str, ...]
    prefetched: tuple[str, ...] = ()
    authority_path: str = "authority"
    # Of rows that are no single authority's: those that a person sees.
    visible: Callable[[Any], models.QuerySet] | None = None
    # The rows that hold: what has been ended, refused or revoked is of history alone,
    # and would be read in as something new.
    holds: models.Q = models.Q()

    @property
    def model(self) -> type[models.Model]:
        return self.form._meta.model

    @property
    def label(self) -> Any:
        return self.model._meta.verbose_name_plural

    @property
    def columns(self) -> list[Column]:
        fields = self.form.base_fields.items()
        return [Column(name, field.label, _help(field)) for name, field in fields]

    def authorities(self, user: Any, within: int | None = None) -> set[int]:
        """Authorities whose rows the person keeps; of these only one, where a token is
        for one, and none where rows are no single authority's."""
        theirs = authorities_of(user, *self.kept_by)
        if within is None:
            return theirs
        return set() if self.visible else theirs & {within}

    def rows_for(self, user: Any) -> models.QuerySet:
        """What the person sees of it, as it stands."""
        if self.visible is not None:
            return self.visible(user)
        theirs = authorities_of(user, *self.seen_by)
        return self.model._default_manager.filter(
            self.holds, **{f"{self.authority_path}__in": theirs}
        )

    def cells(self, row: Any) -> list[Any]:
        """What a row of the register says, in the order of the columns."""
        beside = self.form.cells_beside(row)
        return [
            beside[name] if name in beside else _cell(field, getattr(row, name))
            for name, field in self.form.base_fields.items()
        ]


def _help(field: Any) -> Any:
    text = field.help_text or getattr(field, "hint", "")
    return text if text or field.required else _("May be empty.")


def _cell(field: Any, value: Any) -> Any:
    if isinstance(field, RowField):
        return field.name_of(value)
    return BETWEEN.join(value) if isinstance(value, list) else value

"""Rows of another model inside a form."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst

from requests_app.forms.widgets import DAYS, Autocomplete


def inline_fk(child: type[models.Model], parent: type[models.Model]) -> str:
    """The column by which a child points at its parent."""
    return next(f.column for f in child._meta.fields if f.related_model is parent)


class LockboxInline(admin.TabularInline):
    """Rows below their parent: whoever keeps the parent keeps them."""

    extra = 0
    can_delete = False
    show_change_link = False
    formfield_overrides = DAYS

    def _parent(self) -> Any:
        return self.admin_site._registry[self.parent_model]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent().has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        if field:
            # In a table the column says it, and is tied to no field.
            field.widget.attrs["aria-label"] = capfirst(str(field.label))
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Autocomplete(db_field, self.admin_site)
        other: Any = self.admin_site._registry.get(db_field.related_model)
        if other is not None and "queryset" not in kwargs:
            kwargs["queryset"] = other.choosable(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

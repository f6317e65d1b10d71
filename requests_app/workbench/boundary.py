"""The boundary between municipalities on pages: by which other rows a list is narrowed,
and where a new row is entered."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from requests_app.forms.municipality import OwnField
from requests_app.models import Municipality
from requests_app.permissions.municipalities import in_reach, within_reach
from requests_app.words.swedish_order import by_name


class RelatedInReach(admin.RelatedFieldListFilter):
    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        rows = in_reach(field.related_model._default_manager.all(), request.user)
        return [(row.pk, str(row)) for row in by_name(rows)]


admin.FieldListFilter.register(
    lambda field: field.remote_field is not None, RelatedInReach, take_priority=True
)


class EnteredInOwn:
    """A form in which a new row is entered in one of the person's municipalities."""

    # The roles with which it is.
    entered_by: tuple[str, ...]

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "municipality":
            own = within_reach(request.user, *self.entered_by)
            kwargs["queryset"] = Municipality.objects.filter(pk__in=own)
            kwargs["form_class"] = OwnField
        parent: Any = super()
        return parent.formfield_for_foreignkey(db_field, request, **kwargs)

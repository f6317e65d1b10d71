"""Lists, forms and histories: what every page of the workbench is made of.

Closes what Django's and the libraries' admin leave open: no deletion, no bulk actions,
no recent-actions log, no unscoped history.
"""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import Http404, HttpRequest
from django.urls import URLPattern
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.acting import acting
from audit_app.ledger import Kind, record
from requests_app.forms.widgets import DAYS, Autocomplete, CountrySelect
from requests_app.models import Authority
from requests_app.permissions.municipalities import in_reach
from requests_app.permissions.roles import roles_of
from requests_app.words.swedish_order import ordered
from requests_app.workbench.histories import PAGE
from requests_app.workbench.long_lists import FirstPages
from requests_app.workbench.looking import LookedAt, record_search, refuse_unused
from requests_app.workbench.nothing_to_choose import tell_what_comes_first
from requests_app.workbench.two_persons import TwoPersonsAdmin, reason_in


class LockboxAdmin(TwoPersonsAdmin):
    """A list and a form over what the person may see, with its history."""

    actions = None
    list_per_page = PAGE
    paginator = FirstPages
    show_full_result_count = False
    view_on_site = False
    # Counting beside each filter costs a query each.
    show_facets = admin.ShowFacets.NEVER
    empty_value_display: Any = "–"

    # Roles that see and that keep these rows; None: everybody with a role.
    seen_by: Iterable[str] | None = None
    kept_by: Iterable[str] = ()
    # Is opening a row of it a read that goes on record?
    records_reads = False
    # May rows of other authorities of the municipality be seen (not kept)?
    seen_in_municipality = False
    # Does its list stand among the registers, and not in the menu?
    is_register = True
    # What the button over the list says, if not "Add" and the name of the rows.
    add_label: Any = ""
    formfield_overrides = DAYS
    # The page on which new rows begin, if not the form.
    begun_at = ""
    list_prefetch_related: tuple[str, ...] = ()
    # The path to the authority a row belongs to, where it belongs to one.
    authority_path: str | None = None

    # -- Who may what ----------------------------------------------------------------

    def _rows(self, request: HttpRequest, roles: Iterable[str] | None) -> list[Any]:
        rows = roles_of(request.user)
        return [row for row in rows if roles is None or row.role in roles]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self._rows(request, self.seen_by))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self._rows(request, self.kept_by))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        rows = self._rows(request, self.kept_by)
        if obj is None or self.authority_path is None:
            return bool(rows)
        branch = getattr(obj, "branch_id", None)
        return self._keeps(request, self._authority_of(obj), branch)

    def _keeps(
        self, request: HttpRequest, authority: int | None, branch: int | None
    ) -> bool:
        """A role for one branch keeps that branch's rows, not the authority's."""
        return any(
            row.authority_id == authority and row.branch_id in (None, branch)
            for row in self._rows(request, self.kept_by)
        )

    def _own_authorities(self, request: HttpRequest, authorities: Any) -> Any:
        """Among these authorities, those whose rows the person keeps."""
        rows = self._rows(request, self.kept_by)
        return authorities.filter(pk__in={row.authority_id for row in rows})

    def choosable(self, request: HttpRequest) -> models.QuerySet:
        """What may be chosen on other rows' forms."""
        return self.get_queryset(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _authority_of(self, obj: Any) -> int | None:
        *path, last = (self.authority_path or "").split("__")
        for name in path:
            obj = getattr(obj, name)
        return obj.pk if last == "pk" else getattr(obj, f"{last}_id")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = in_reach(super().get_queryset(request), request.user)
        if self.authority_path is None or self.seen_in_municipality:
            return rows
        return rows.filter(self._seen(self._rows(request, self.seen_by)))

    def _seen(self, rows: list[Any]) -> models.Q:
        """Rows of these roles' authorities; of the branch, where a role has one."""
        path = self.authority_path
        whole = {row.authority_id for row in rows if row.branch_id is None}
        seen = models.Q(**{f"{path}__in": whole})
        has_branch = any(field.name == "branch" for field in self.opts.fields)
        for row in rows:
            if row.branch_id is not None:
                of_branch = {"branch": row.branch_id} if has_branch else {}
                seen |= models.Q(**{str(path): row.authority_id}, **of_branch)
        return seen

    def get_ordering(self, request: HttpRequest) -> Any:
        # Rows to choose from come in the order of the list.
        names = super().get_ordering(request) or self.opts.ordering or ()
        return ordered(self.model, names)

    def list_columns(self, request: HttpRequest) -> dict[str, Any]:
        """Annotations that only the list shows."""
        return {}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LookedAt

    def get_urls(self) -> list[URLPattern]:
        # Without Django's nameless redirect of old addresses, and without deletion.
        return [
            pattern
            for pattern in super().get_urls()
            if pattern.name and not pattern.name.endswith("_delete")
        ]

    # -- Forms -----------------------------------------------------------------------

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "country":
            kwargs["widget"] = CountrySelect()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        # Offered is only what the person may see; an authority, where they keep rows.
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Autocomplete(db_field, self.admin_site)
        other: Any = self.admin_site._registry.get(db_field.related_model)
        if other is not None and "queryset" not in kwargs:
            kwargs["queryset"] = other.choosable(request)
        name, *path = (self.authority_path or "").split("__")
        if name == db_field.name:
            own = self._own_authorities(request, Authority.objects.all())
            which = {f"{'__'.join(path) or 'pk'}__in": own}
            kwargs["queryset"] = kwargs["queryset"].filter(**which)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        base: Any = super().get_form(request, obj, change=change, **kwargs)
        refuse, refuse_foreign = self.refuse, self._refuse_foreign
        refuse_without_reason = self.refuse_without_reason

        class AskingForm(base):
            def clean(self) -> Any:
                cleaned = super().clean()
                refuse_foreign(request, self)
                refuse_without_reason(request, self)
                refuse(request, self)
                return cleaned

        return AskingForm

    def _refuse_foreign(self, request: HttpRequest, form: Any) -> None:
        """Rows for the whole authority are kept by those with a role for all of it."""
        name, *path = (self.authority_path or "").split("__")
        row, branch = (form.cleaned_data.get(key) for key in (name, "branch"))
        of = row and reduce(getattr, path, row)
        if of and not self._keeps(request, of.pk, branch and branch.pk):
            form.add_error(name, _("Your role is for one branch of this authority."))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        if kwargs.get("add"):
            tell_what_comes_first(self.admin_site, request, context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        """Add errors to a form for what this person may not enter."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        refuse_unused(request)
        if request.method != "POST":
            self._record_read(request, object_id)
            return super().changeform_view(request, object_id, *args, **kwargs)
        with acting(request.user, reason=reason_in(request)):
            return super().changeform_view(request, object_id, *args, **kwargs)

    def _record_read(self, request: HttpRequest, object_id: str | None) -> None:
        """Rows that name what authorities keep are read on record."""
        if object_id is None or not self.records_reads:
            return
        obj = self.get_object(request, unquote(object_id))
        if obj is not None:
            kind = self.opts.model_name
            record(f"{kind}.read", by=request.user, on=obj, kind=Kind.READ)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        # Django's own title asks everybody to choose one, "to view" or "to change".
        title = capfirst(self.opts.verbose_name_plural)
        register = {"is_register": self.is_register, "add_label": self.add_label}
        shown = {"title": title, **register}
        response = super().changelist_view(request, shown)
        record_search(response, request.user)
        return response

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> Any:
        raise Http404

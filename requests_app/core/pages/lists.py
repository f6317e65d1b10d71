"""Lists: keyset, long lists, looking, nothing to choose and step page."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any, NamedTuple, cast

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import (
    IS_FACETS_VAR,
    IS_POPUP_VAR,
    TO_FIELD_VAR,
    IncorrectLookupParameters,
)
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ALL_VAR, ChangeList
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, OrderBy, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit_app.acting import acting_as
from audit_app.ledger import Kind, record
from audit_app.personal_numbers import masked
from requests_app.core.forms import (
    DAYS,
    Autocomplete,
    CountrySelect,
    EmptyForm,
    StepForm,
    as_choice,
)
from requests_app.core.pages.histories import PAGE, TwoPersonsAdmin, reason_in
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import in_reach, roles_of
from requests_app.core.step import Step
from requests_app.core.words.texts import marked, ordered

# The rows after or before a row, in any order of a list: found by what the row holds,
# not by passing over all that come before it.

KEY = "key_{}"


class BadKey(Exception):
    """An address that names no place in the list."""


class Ordering:
    """An order that no two rows share a place in. Each row holds its key.

    PostgreSQL's own place of what is empty: last where it rises, first where it falls.
    """

    def __init__(self, names: Sequence[Any]) -> None:
        self.keys = [_as_order(name) for name in names]

    def rows(self, queryset: QuerySet, *, backwards: bool = False) -> QuerySet:
        """The rows in this order, or from its end."""
        keys = {KEY.format(n): key.expression for n, key in enumerate(self.keys)}
        order = [
            OrderBy(F(name), descending=key.descending != backwards)
            for name, key in zip(keys, self.keys, strict=True)
        ]
        return queryset.annotate(**keys).order_by(*order)

    def past(self, text: str, *, backwards: bool = False) -> Q:
        """Rows beyond the one of that key. Raises BadKey."""
        values = _read(text, len(self.keys))
        beyond, same = Q(pk__in=[]), Q()
        for number, (key, value) in enumerate(zip(self.keys, values, strict=True)):
            name = KEY.format(number)
            falls = key.descending != backwards
            beyond |= same & _beyond(name, value, falls)
            same &= Q(**{f"{name}__isnull": True} if value is None else {name: value})
        return self._from(values, backwards) & beyond

    def _from(self, values: list[Any], backwards: bool) -> Q:
        """Where an index can begin: by the first key alone."""
        falls = self.keys[0].descending != backwards
        if values[0] is None:
            return Q() if falls else Q(**{KEY.format(0) + "__isnull": True})
        sign = "lte" if falls else "gte"
        begins = Q(**{f"{KEY.format(0)}__{sign}": values[0]})
        return begins if falls else begins | Q(**{KEY.format(0) + "__isnull": True})

    def key_of(self, row: Any) -> str:
        values = [getattr(row, KEY.format(n)) for n in range(len(self.keys))]
        text = json.dumps(values, cls=_ToTheMicrosecond, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _beyond(name: str, value: Any, falls: bool) -> Q:
    """Rows whose key stands after this value."""
    empty = Q(**{f"{name}__isnull": True})
    if falls:
        return ~empty if value is None else Q(**{f"{name}__lt": value})
    return Q(pk__in=[]) if value is None else Q(**{f"{name}__gt": value}) | empty


def _as_order(name: Any) -> OrderBy:
    if isinstance(name, OrderBy):
        return name
    if isinstance(name, str):
        return OrderBy(F(name.removeprefix("-")), descending=name.startswith("-"))
    return OrderBy(name)


def _read(text: str, count: int) -> list[Any]:
    try:
        padded = text + "=" * (-len(text) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadKey(text) from error
    if not isinstance(values, list) or len(values) != count:
        raise BadKey(text)
    if not all(map(_can_be_held, values)):
        raise BadKey(text)
    return values


def _can_be_held(value: Any) -> bool:
    """By a field: of anything else the database is not asked."""
    if isinstance(value, str):
        return "\0" not in value
    return value is None or isinstance(value, int | float)


class _ToTheMicrosecond(DjangoJSONEncoder):
    """Django's own cuts a moment to milliseconds, and its row would come again."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


# A list that is as quick at its end as at its beginning, however long it is.
#
# Its first pages have numbers. Beyond them one goes on from row to row, or from the
# end;
# and what is more than those hold is not counted.

NUMBERED = 20
AFTER, BEFORE = "after", "before"
# The end of the list: before nothing.
END = ""


def has_index(model: type[models.Model], path: str | None) -> bool:
    """Does an index of the whole table begin by this column, so that its rows need no
    sorting? The column may be another table's."""
    if path is None:
        return False
    *above, last = path.removeprefix("-").replace("pk", "id").split("__")
    for name in above:
        model = cast(Any, model._meta.get_field(name)).related_model
    field = next((row for row in model._meta.fields if row.name == last), None)
    if field is None or field.is_relation:
        return False
    firsts = {
        index.fields[0].removeprefix("-")
        for index in model._meta.indexes
        if index.fields and index.condition is None
    }
    return field.unique or bool(getattr(field, "db_index", False)) or last in firsts


class FirstPages(Paginator):
    """Numbers no more pages than NUMBERED, and counts no further than they go."""

    @property
    def most(self) -> int:
        return NUMBERED * self.per_page

    @cached_property
    def keys(self) -> list[Any]:
        """The keys of the rows on these pages, in their order, and of one more if there
        is one. Without what the columns show: that would be read of every row."""
        rows: Any = self.object_list
        return list(rows.values_list("pk", flat=True)[: self.most + 1])

    @property
    def has_more(self) -> bool:
        return len(self.keys) > self.most

    @cached_property
    def count(self) -> int:
        return min(len(self.keys), self.most)

    def keys_on(self, number: int) -> list[Any]:
        return self.keys[(number - 1) * self.per_page : number * self.per_page]


class LongList(ChangeList):
    """Beyond its numbered pages, the links below say where it goes on."""

    paginator: Any
    model_admin: Any
    is_beyond = False
    next_url = previous_url = ""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        given = super().get_filters_params(params)
        return {k: v for k, v in given.items() if k not in (AFTER, BEFORE)}

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """Another filter or order begins at its own first row."""
        return super().get_query_string(new_params, [*(remove or ()), AFTER, BEFORE])

    def get_queryset(self, request: Any, exclude_parameters: Any = None) -> Any:
        """What a list shows, and nothing that only the page of a row shows."""
        self._columns = self.model_admin.list_columns(request)
        return self._shown(super().get_queryset(request, exclude_parameters))

    def _shown(self, rows: Any) -> Any:
        if self.list_select_related:
            rows = self.apply_select_related(rows.select_related(None))
        rows = rows.prefetch_related(*self.model_admin.list_prefetch_related)
        return rows.annotate(**self._columns)

    @cached_property
    def _address(self) -> tuple[str, str]:
        """What stands before and after the key in the address of a row."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        context: Any = {"preserved_filters": self.preserved_filters, "opts": self.opts}
        address = add_preserved_filters(context, reverse(name, args=[0]))
        before, _key, after = address.partition("/0/")
        self.preserved_filters = ""  # so that Django does not put them in once more
        return f"{before}/", f"/{after}"

    def url_for_result(self, result: Any) -> str:
        """Django looks each row's address up anew."""
        before, after = self._address
        return f"{before}{quote(getattr(result, self.pk_attname))}{after}"

    def get_results(self, request: Any) -> None:
        super().get_results(request)
        self.is_beyond = self.is_long and bool({AFTER, BEFORE} & self.params.keys())
        if self.is_beyond:
            self._find_rows()
        elif self.is_long and self.page_num == NUMBERED:
            end = self.paginator.most
            rows = self._order.rows(self.queryset)[end - self.list_per_page : end]
            self.result_list = list(rows)
            self.next_url = self._url(AFTER, self.result_list[-1])
        elif self.show_all and self.can_show_all:
            self.result_list = self._whole(self.paginator.keys)
        else:
            self.result_list = self._whole(self.paginator.keys_on(self.page_num))

    def _whole(self, keys: list[Any]) -> list[Any]:
        """Which rows are shown is asked first, and then all that is shown of those:
        else the database may join everything before it sorts."""
        shown_rows = self._shown(self.root_queryset.order_by())
        by_key = {row.pk: row for row in shown_rows.filter(pk__in=keys)}
        return [by_key[key] for key in keys if key in by_key]

    @property
    def is_long(self) -> bool:
        return self.paginator.has_more

    @cached_property
    def _order(self) -> Ordering:
        return Ordering(self.queryset.query.order_by)

    @property
    def first_url(self) -> str:
        return self.get_query_string()

    @property
    def last_url(self) -> str:
        return super().get_query_string({BEFORE: END}, [AFTER])

    def _url(self, side: str, row: Any) -> str:
        key = {side: self._order.key_of(row)}
        return super().get_query_string(key, [AFTER, BEFORE])

    def _find_rows(self) -> None:
        backwards = BEFORE in self.params
        key = self.params[BEFORE if backwards else AFTER]
        rows = self._order.rows(self.queryset, backwards=backwards)
        try:
            if key != END:
                rows = rows.filter(self._order.past(key, backwards=backwards))
            candidates = list(rows[: self.list_per_page + 1])
        except (BadKey, ValidationError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error
        page = candidates[: self.list_per_page]
        goes_on = len(candidates) > len(page)
        if backwards:
            page.reverse()
        self.result_list = page
        if not page:
            return
        if goes_on or not backwards:
            self.previous_url = self._url(BEFORE, page[0])
        if (key != END) if backwards else goes_on:
            self.next_url = self._url(AFTER, page[-1])


# What a list can be asked: what it shows as a filter, a search, an order and a page.
# Anything else in the address is refused; what was asked goes on record.

# Django's own: windows that hand over a row, counts beside filters, everything at once.
UNUSED = frozenset((IS_POPUP_VAR, TO_FIELD_VAR, IS_FACETS_VAR, ALL_VAR))
LONGEST = 200


class LookedAt(LongList):
    """A list that is asked by nothing but its own filters, and in which å, ä and ö come
    last, whichever column it is sorted by."""

    def get_filters(self, request: HttpRequest) -> Any:
        refuse_unused(request)
        filters = super().get_filters(request)
        # What no filter has taken, Django would hand on to the database as it stands.
        if left := filters[2]:
            names = ", ".join(sorted(left))
            raise DisallowedModelAdminLookup(f"No filter of the list: {names}")
        return filters

    def get_ordering(self, request: HttpRequest, queryset: models.QuerySet) -> Any:
        return ordered(self.model, super().get_ordering(request, queryset))

    def search_details(self) -> dict[str, Any]:
        """The search and the filters of this page, and the hits; empty for none."""
        narrowing = {
            name: [shortened(value) for value in values]
            for name, values in self.get_filters_params().items()
        }
        if not self.query.strip() and not narrowing:
            return {}
        text = shortened(self.query)
        return {"text": text, "filters": narrowing, "hits": self.result_count}


class RecordedAutocomplete(AutocompleteJsonView):
    """What is typed is looked for among what may be chosen, not what may be opened; and
    is on record."""

    term: str
    model_admin: Any
    source_field: Any

    def get_queryset(self) -> Any:
        model_admin = self.model_admin
        rows = model_admin.choosable(self.request)
        rows = rows.complex_filter(self.source_field.get_limit_choices_to())
        rows, repeats = model_admin.get_search_results(self.request, rows, self.term)
        return rows.distinct() if repeats else rows

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        row = super().serialize_result(obj, to_field_name)  # type: ignore[misc]
        return {**row, "text": marked(as_choice(obj))}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if text := shortened(self.term):
            name = f"{self.model_admin.opts.model_name}.searched"
            rows: Any = self.object_list
            hits = rows.count()
            record(name, by=request.user, kind=Kind.READ, text=text, hits=hits)
        return response


def shortened(text: str) -> str:
    """As much as the ledger keeps of what was sought: no piece of a personal number is
    left by the cut."""
    return masked(text.strip())[:LONGEST]


def refuse_unused(request: HttpRequest) -> None:
    """Raise BadRequest for what Django's pages could do and ours do not."""
    if unused := UNUSED.intersection([*request.GET, *request.POST]):
        raise BadRequest(f"Not used here: {', '.join(sorted(unused))}")


def record_search(response: Any, by: Any) -> None:
    """What was sought in a list, by which filters, and how many rows it gave."""
    shown = (getattr(response, "context_data", None) or {}).get("cl")
    if shown is not None and (details := shown.search_details()):
        name = f"{shown.opts.model_name}.searched"
        record(name, by=by, kind=Kind.READ, **details)


# A new row that needs another one first: its form says so, and leads there.


def tell_what_comes_first(site: Any, request: HttpRequest, form: Any) -> None:
    """Say at each row that must be chosen from a list that there is none yet, and what
    comes first."""
    for field in form.fields.values():
        chosen = isinstance(field, ModelChoiceField) and field.required
        if not chosen or isinstance(field.widget, AutocompleteSelect):
            continue
        page = site._registry.get(field.queryset.model)
        # Read once, for the list and for us; and not counted before.
        field.choices = list(iter(field.choices))
        if page is not None and not any(value for value, _label in field.choices):
            field.help_text = _first(page, request)


def _first(page: Any, request: HttpRequest) -> str:
    name = page.opts.verbose_name
    if page.has_add_permission(request):
        meta = page.opts
        added = f"admin:{meta.app_label}_{meta.model_name}_add"
        text = _("There is none to choose yet. First enter: {link}.")
        link = format_html('<a href="{}">{}</a>', reverse(page.begun_at or added), name)
        return format_html(text, link=link)
    roles = ", ".join(str(Role(role).label).lower() for role in page.kept_by)
    if not roles:
        return _("There is none to choose yet.")
    return _("There is none to choose yet. It is entered by: %(roles)s.") % {
        "roles": roles
    }


# Lists, forms and histories: what every page of the workbench is made of.
#
# Closes what Django's and the libraries' admin leave open: no deletion, no bulk
# actions,
# no recent-actions log, no unscoped history.


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
        with acting_as(request.user, reason=reason_in(request)):
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


# What an admin class says of each step: its button, its form, and what follows.


def never(_may: Any, _subject: Any) -> bool:
    return False


def always(_may: Any, _subject: Any) -> bool:
    return True


def leave(_subject: Any, *, by: Any) -> None:
    pass


class StepPage(NamedTuple):
    """A step of the workflow as a page: a button, and a form. Whose it is, and when it
    can be taken, the step itself says."""

    label: Any
    act: Step[..., Any]
    form: type[StepForm]
    # When this is the step the case waits for: its button stands out.
    main: Callable[[Any, Any], bool] = never
    # What is said afterwards: a text, or what tells it by how the object has become.
    done: Any = ""
    # A template for what the step gives and nobody sees again, such as a secret.
    shows: str = ""
    # The step that the person may go straight on to.
    leads: str = ""
    # The button that takes that one too, as its form proposes; without it, its form is
    # opened.
    both: Any = ""
    # Is its button never folded away?
    stands: bool = False
    # Does it leave alone what is typed on the other forms of its subject?
    is_beside: bool = False
    # Does it sign a decision, or give or take power? Then whoever takes it has just
    # said who they are.
    signs: bool = False
    # Where the guide tells of it: its text leads whoever has not done it for long.
    guide: str = ""
    # What is done once it has been committed, and can be done later if it fails.
    afterwards: Callable[..., None] = leave

    @property
    def keeps(self) -> bool:
        """Is its form saved while somebody types?"""
        return not self.form.is_secret and not issubclass(self.form, EmptyForm)

    def offered(
        self, relation: Any, obj: Any, rights: dict[Any, bool] | None = None
    ) -> bool:
        """`rights`: what other steps have asked of them already."""
        rights = {} if rights is None else rights
        may = self.act.may
        if may not in rights:
            rights[may] = may(relation, obj)
        return rights[may] and self.act.starts_now(relation, obj)

    def message(self, obj: Any) -> Any:
        return self.done(obj) if callable(self.done) else self.done


def link_to(label: str, obj: Any, main: bool) -> dict[str, Any]:
    """A button that only leads on."""
    opts = obj._meta
    name = f"admin:{opts.app_label}_{opts.model_name}_change"
    return {"label": label, "url": reverse(name, args=[obj.pk]), "main": main}

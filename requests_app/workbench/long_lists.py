"""A list that is as quick at its end as at its beginning, however long it is.

Its first pages have numbers. Beyond them one goes on from row to row, or from the end;
and what is more than those hold is not counted.
"""

from typing import Any, cast

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from requests_app.workbench.keyset import BadKey, Ordering

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

"""What a list can be asked: what it shows as a filter, a search, an order and a page.
Anything else in the address is refused; what was asked goes on record."""

from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import (
    IS_FACETS_VAR,
    IS_POPUP_VAR,
    TO_FIELD_VAR,
)
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ALL_VAR
from django.core.exceptions import BadRequest
from django.db import models
from django.http import HttpRequest, HttpResponse

from audit_app.ledger import Kind, record
from audit_app.personal_numbers import masked
from requests_app.forms.widgets import as_choice
from requests_app.words.swedish_order import ordered
from requests_app.words.unseen import marked
from requests_app.workbench.long_lists import LongList

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

"""A new row that needs another one first: its form says so, and leads there."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from requests_app.models import Role


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

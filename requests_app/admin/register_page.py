"""The register of cases as a page on the web: switched on and off by two persons."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from requests_app.models import RegisterPage
from requests_app.permissions.guarded_registers import LIMIT_KEEPERS
from requests_app.workbench.lists import LockboxAdmin


@admin.register(RegisterPage)
class RegisterPageAdmin(LockboxAdmin):
    guide = "arbetsflode#diarieforteckning"
    list_display = ["authority", "page", "since", "is_published"]
    list_select_related = ["authority"]
    fields = ["authority", "address", "since", "is_published"]
    authority_path = "authority"
    kept_by = LIMIT_KEEPERS

    @admin.display(description=_("page"), empty_value="–")
    def page(self, obj: RegisterPage) -> Any:
        address = reverse("published_register", args=[obj.address])
        return format_html('<a href="{}">{}</a>', address, address)

from django.contrib import admin

from requests_app.models import Provision, StatuteParagraph
from requests_app.workbench import LockboxAdmin


@admin.register(Provision)
class ProvisionAdmin(LockboxAdmin):
    list_display = ["__str__", "title", "harm_test", "max_secrecy_years", "valid_to"]
    list_filter = ["harm_test", "confidence"]
    search_fields = ["code", "title_sv", "title_en", "typical_municipal_data"]


@admin.register(StatuteParagraph)
class StatuteParagraphAdmin(LockboxAdmin):
    list_display = ["__str__", "heading", "valid_from", "valid_to"]
    search_fields = ["text", "heading", "=chapter"]

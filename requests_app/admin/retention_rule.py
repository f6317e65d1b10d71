"""How long an authority keeps what is told of its cases: kept by two persons."""

from django.contrib import admin

from requests_app.models import RetentionRule
from requests_app.models.retention import PERIODS
from requests_app.permissions.guarded_registers import LIMIT_KEEPERS
from requests_app.workbench.lists import LockboxAdmin


@admin.register(RetentionRule)
class RetentionRuleAdmin(LockboxAdmin):
    guide = "arbetsflode#bevarande-och-gallring"
    list_display = ["authority", "disposal_decision", *PERIODS]
    list_select_related = ["authority"]
    fields = ["authority", "disposal_decision", *PERIODS]
    authority_path = "authority"
    kept_by = LIMIT_KEEPERS

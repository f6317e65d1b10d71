"""Which acts in providers' logs somebody looks at: kept by two persons, tried on the
acts of last month."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from requests_app.models import ReconciliationRule
from requests_app.permissions.acts import SEE_DOORS
from requests_app.permissions.guarded_registers import RULE_KEEPERS
from requests_app.selectors.reconciliation_trial import trial_of
from requests_app.workbench.trials import TrialAdmin


@admin.register(ReconciliationRule)
class ReconciliationRuleAdmin(TrialAdmin):
    guide = "arbetsflode#avstamningsregler"
    list_display = [
        "name",
        "authority",
        "connection",
        "outcome",
        "action",
        "country",
        "effect",
        "is_active",
    ]
    list_select_related = ["authority", "connection__product"]
    list_filter = ["is_active", "effect"]
    authority_path = "authority"
    seen_by = SEE_DOORS
    kept_by = RULE_KEEPERS
    records_reads = True
    change_form_template = "lockbox/reconciliation_rule/form.html"

    def trial(self, request: HttpRequest, rule: Any) -> Any:
        return trial_of(rule, request.user)

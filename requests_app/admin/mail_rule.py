"""Which mails are providers' notices: kept by two persons, tried on mails that came."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from requests_app.models import MailRule, Role
from requests_app.permissions.roles import CLOUD_KEEPERS
from requests_app.selectors.mail_trial import trial_of
from requests_app.workbench.trials import TrialAdmin


@admin.register(MailRule)
class MailRuleAdmin(TrialAdmin):
    guide = "arbetsflode#begaran-kommer-in"
    list_display = ["name", "connection", "sender", "is_active"]
    list_select_related = ["connection__product"]
    list_filter = ["is_active"]
    authority_path = "connection__authority"
    seen_by = (*CLOUD_KEEPERS, Role.REGISTRAR, Role.AUDITOR)
    kept_by = CLOUD_KEEPERS
    records_reads = True
    change_form_template = "lockbox/mail_rule/form.html"

    def trial(self, request: HttpRequest, rule: Any) -> Any:
        return trial_of(rule)

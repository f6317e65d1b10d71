"""Which mails are providers' notices: kept by two persons, tried on mails that came."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.models import MailRule, Role
from requests_app.permissions.roles import CLOUD_KEEPERS
from requests_app.selectors.mail_trial import trial_of
from requests_app.workbench.lists import LockboxAdmin

TRY = "_try"


@admin.register(MailRule)
class MailRuleAdmin(LockboxAdmin):
    guide = "arbetsflode#begaran-kommer-in"
    list_display = ["name", "connection", "sender", "is_active"]
    list_select_related = ["connection__product"]
    list_filter = ["is_active"]
    authority_path = "connection__authority"
    seen_by = (*CLOUD_KEEPERS, Role.REGISTRAR, Role.AUDITOR)
    kept_by = CLOUD_KEEPERS
    records_reads = True
    change_form_template = "lockbox/mail_rule/form.html"

    def refuse_without_reason(self, request: HttpRequest, form: Any) -> None:
        if TRY not in request.POST:
            super().refuse_without_reason(request, form)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        """What is only tried is not saved."""
        if TRY in request.POST and not form.errors:
            form.add_error(None, _("This was a trial: nothing has been saved."))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        form = context["adminform"].form
        rule = _typed(form) if form.is_bound else kwargs.get("obj")
        trial = trial_of(rule) if rule is not None else None
        may_try = self.has_change_permission(request, kwargs.get("obj"))
        context |= {"trial": trial, "may_try": may_try}
        return super().render_change_form(request, context, *args, **kwargs)


def _typed(form: Any) -> MailRule | None:
    """The rule as it would be saved; None for one that lacks something."""
    typed = form.cleaned_data if hasattr(form, "cleaned_data") else {}
    if not set(form.fields) <= set(typed):
        return None
    return MailRule(pk=form.instance.pk, **{name: typed[name] for name in form.fields})

"""A rule that is tried on what there was, before two persons set it."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.workbench.lists import LockboxAdmin

TRY = "_try"


class TrialAdmin(LockboxAdmin):
    """A form with a button that saves nothing, and shows what the rule would have
    done."""

    def trial(self, request: HttpRequest, rule: Any) -> Any:
        """None for a rule that can't be tried as it stands."""
        raise NotImplementedError

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
        rule = self._typed(form) if form.is_bound else kwargs.get("obj")
        trial = self.trial(request, rule) if rule is not None else None
        may_try = self.has_change_permission(request, kwargs.get("obj"))
        context |= {"trial": trial, "may_try": may_try}
        return super().render_change_form(request, context, *args, **kwargs)

    def _typed(self, form: Any) -> Any:
        """The rule as it would be saved; None for one that lacks something."""
        typed = form.cleaned_data if hasattr(form, "cleaned_data") else {}
        if not set(form.fields) <= set(typed):
            return None
        values = {name: typed[name] for name in form.fields}
        return self.model(pk=form.instance.pk, **values)

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.admin.filters import Confirmed
from requests_app.forms.role_assignment import (
    WHAT,
    ConfirmRoleForm,
    EndRoleForm,
    RefuseRoleForm,
    StopRoleForm,
    SuspendRoleForm,
)
from requests_app.law.combinations import why_to_be_explained
from requests_app.law.giving_roles import why_not_given
from requests_app.law.last_holders import why_not_ended
from requests_app.models import RoleAssignment
from requests_app.permissions.confirming import who_can_confirm
from requests_app.permissions.first_managers import does_run, stands_in
from requests_app.permissions.managers import can_stop_role, lent_by
from requests_app.permissions.roles import MANAGERS, today
from requests_app.selectors.loads import burden
from requests_app.selectors.role_state import state_of
from requests_app.workbench.cases import DatedAdmin
from requests_app.workbench.once_a_page import once_a_page, read_people
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import role
from requests_app.workflow.step import save

# What the right to give a role is asked of, and what has to be said of it.
TOLD = ("person", "role", "authority", "branch", "basis", "combined_because")


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(DatedAdmin):
    guide = "arbetsflode#roller"
    list_display = [
        "person",
        "role",
        "authority",
        "valid_from",
        "valid_to",
        "state",
        "given_by",
        "confirmed_by",
    ]
    list_filter = ["role", "authority", Confirmed]
    list_select_related = ["person", "authority", "given_by", "confirmed_by"]
    search_fields = ["person__last_name", "person__first_name"]
    autocomplete_fields = ["person"]
    fields = ["person", *WHAT[1:4], ("valid_from", "valid_to"), *WHAT[6:]]
    # What the steps fill in; shown where there is something to show.
    by_steps = [
        ("given_by", "given_at"),
        ("usable_until",),
        ("confirmed_by", "confirmed_at"),
        ("refused_by", "refused_at"),
        ("suspended_by", "suspended_at"),
        ("ended_by", "ended_at"),
        ("stop_reason",),
    ]
    authority_path = "authority"
    kept_by = MANAGERS
    gives_power = True
    change_form_template = "lockbox/role/form.html"
    steps = {
        "confirm": StepPage(
            _("Confirm the role"),
            role.confirm_role,
            ConfirmRoleForm,
            main=always,
            done=_("The role is confirmed and can be used."),
            guide="steg#bekrafta-en-roll",
        ),
        "refuse": StepPage(
            _("Refuse the role"),
            role.refuse_role,
            RefuseRoleForm,
            done=_("The role is refused."),
            guide="steg#avvisa-vila-eller-avsluta-en-roll",
        ),
        "lift": StepPage(
            _("Lift the suspension"),
            role.lift_suspension,
            StopRoleForm,
            done=_("The role can be used again."),
            guide="steg#avvisa-vila-eller-avsluta-en-roll",
        ),
        "suspend": StepPage(
            _("Suspend the role"),
            role.suspend_role,
            SuspendRoleForm,
            done=_("The role is suspended."),
            guide="steg#avvisa-vila-eller-avsluta-en-roll",
        ),
        "end": StepPage(
            _("End the role at once"),
            role.end_role,
            EndRoleForm,
            done=_("The role has ended."),
            guide="steg#avvisa-vila-eller-avsluta-en-roll",
        ),
    }

    def page_context(
        self, request: HttpRequest, obj: RoleAssignment, relation: Any
    ) -> dict[str, Any]:
        read_people(obj)
        context: dict[str, Any] = {"burden": burden(obj.person, request.user)}
        if obj.stands and obj.confirmed_at is None:
            people, stand_in = who_can_confirm(obj)
            context |= {"waits": True, "confirmers": people, "stand_in": stand_in}
        return context

    @admin.display(description=_("state"))
    def state(self, obj: RoleAssignment) -> Any:
        return state_of(obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        """One's own authorities' roles; all, for whoever stands in for others; and
        those of one's own people who are lent."""
        rows = self.model._default_manager.order_by(*self.get_ordering(request))
        own = self._seen(self._rows(request, self.seen_by))
        lent = Q(pk__in=lent_by(request.user).values("pk"))
        rows = rows.filter(own | does_run(request.user) | lent)
        return rows.select_related("authority")

    @once_a_page
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return can_stop_role(request.user, obj)

    def rights_known(self, request: HttpRequest, obj: Any) -> dict[Any, bool]:
        return {can_stop_role: self.has_change_permission(request, obj)}

    def _keeps(self, request: HttpRequest, authority: Any, branch: Any) -> bool:
        # Exactly whose role they may give, `refuse` asks.
        return super()._keeps(request, authority, branch) or (
            stands_in(request.user, authority)
        )

    def _own_authorities(self, request: HttpRequest, authorities: Any) -> Any:
        own = super()._own_authorities(request, authorities)
        return own | authorities.filter(does_run(request.user, ""))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fields
        filled = [
            names
            for names in self.by_steps
            if any(getattr(obj, name) not in (None, "") for name in names)
        ]
        return [*self.fields, *filled]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is given is confirmed or refused, and ended: another wording is another
        role."""
        if obj is None:
            return ()
        steps = [name for names in self.by_steps for name in names]
        return [*(name for name in WHAT if name != "valid_to"), *steps]

    def refuse(self, request: HttpRequest, form: Any) -> None:
        if form.instance.pk:
            return _refuse_longer(form)
        given = RoleAssignment(**{name: form.cleaned_data.get(name) for name in TOLD})
        if given.person_id is None or given.authority_id is None:
            return
        if text := why_not_given(request.user, given):
            form.add_error("person", text)
        elif text := why_to_be_explained(given):
            form.add_error("combined_because", text)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if change:
            return save(obj)
        role.give(obj, by=request.user)
        if obj.usable_until is None:
            messages.warning(
                request,
                gettext("The role can be used when another has confirmed it."),
            )


def _refuse_longer(form: Any) -> None:
    """A role only ends earlier, from today on; at once, with a step of its own."""
    ends, row = form.cleaned_data.get("valid_to"), form.instance
    if "valid_to" not in form.fields or "valid_to" in form.errors:
        return
    was = RoleAssignment.objects.get(pk=row.pk).valid_to
    if ends != was and (ends is None or (was is not None and ends > was)):
        text = gettext("A role only ends earlier: give another from the day after.")
        form.add_error("valid_to", text)
    elif ends is not None and ends != was and ends < today():
        text = gettext("The day has passed. To end the role now: end it at once.")
        form.add_error("valid_to", text)
    elif ends is not None and ends != was and (missed := why_not_ended(row, ends)):
        form.add_error("valid_to", missed)

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.forms.step import EmptyForm
from requests_app.models import Absence, Authority, Role, RoleAssignment
from requests_app.selectors.overview import burden
from requests_app.workbench.cases import RegisterAdmin
from requests_app.workbench.lists import LockboxAdmin
from requests_app.workbench.steps import StepPage
from requests_app.workflow import role


class LookAtRoleForm(EmptyForm):
    warning = _("Is this the right person, for the right authority and time?")
    shows = (
        "person",
        "role",
        "authority",
        "branch",
        "valid_from",
        "valid_to",
        "employer",
        "basis",
        "reason",
    )


@admin.register(RoleAssignment)
class ReviewerAdmin(RegisterAdmin):
    list_display = [
        "person",
        "role",
        "authority",
        "valid_from",
        "valid_to",
        "in_force",
        "given_by",
        "seen_by",
    ]
    list_filter = ["role", "authority", ("seen_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "authority", "given_by", "seen_by"]
    search_fields = ["person__last_name", "person__first_name"]
    autocomplete_fields = ["person"]
    fields = [
        "person",
        "role",
        "authority",
        "branch",
        ("valid_from", "valid_to"),
        "employer",
        "basis",
        "reason",
        ("given_by", "seen_by", "seen_at"),
    ]
    readonly_fields = ["given_by", "seen_by", "seen_at"]
    authority_path = "authority"
    kept_by = permissions.MANAGERS
    steps = {
        "look": StepPage(
            _("I have looked at this role"),
            role.look_at_role,
            LookAtRoleForm,
            # What the system was delivered with waits for nobody.
            main=lambda obj: not obj.given_by.is_machine,
            done=_("It is on record that you have looked at the role."),
        ),
    }

    def page_context(
        self, request: HttpRequest, obj: RoleAssignment, relation: Any
    ) -> dict[str, Any]:
        return {"burden": burden(obj.person, request.user)}

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, obj: RoleAssignment) -> bool:
        day = permissions.today()
        return obj.valid_from <= day and (obj.valid_to is None or obj.valid_to >= day)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        cleaned = form.cleaned_data
        if cleaned.get("person") == request.user:
            form.add_error("person", gettext("Nobody gives themselves a role."))
        if form.instance.pk and _ends_last_decider(form.instance.pk, cleaned):
            form.add_error(
                "valid_to",
                gettext(
                    "Nobody would then decide for the authority: give another person"
                    " the role of decision-maker first."
                ),
            )

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        obj.given_by = request.user
        obj.seen_by, obj.seen_at = None, None
        obj.version += 1
        super().save_model(request, obj, form, change)


def _ends_last_decider(pk: int, cleaned: dict[str, Any]) -> bool:
    """Does the change take the last person away who decides for the authority?"""
    # Two managers who each take away one of the last two wait for each other here.
    was = RoleAssignment.objects.get(pk=pk)
    Authority.objects.select_for_update().get(pk=was.authority_id)
    begins, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
    stays = all(
        cleaned.get(name) == getattr(was, name)
        for name in ("person", "role", "authority", "branch")
    )
    day = permissions.today()
    if stays and begins is not None and begins <= max(day, was.valid_from):
        if ends is None:
            return False
        day = max(day, ends + timedelta(days=1))
    was_decided = permissions.someone_decides(was.authority_id, day)
    is_decided = permissions.someone_decides(was.authority_id, day, without_role=pk)
    return was_decided and not is_decided


@admin.register(Absence)
class AbsenceAdmin(LockboxAdmin):
    """Who is away and who stands in; kept by the manager of either's authority."""

    list_display = ["person", "substitute", "valid_from", "valid_to"]
    list_select_related = ["person", "substitute"]
    search_fields = ["person__last_name", "person__first_name"]
    autocomplete_fields = ["person", "substitute"]
    fields = ["person", "substitute", ("valid_from", "valid_to")]
    kept_by = [Role.IT_MANAGER]
    seen_by = [Role.IT_MANAGER, Role.AUDITOR]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Absences of those who have a role at the person's own authorities."""
        runs = permissions.authorities_of(request.user, *self.seen_by)
        theirs = RoleAssignment.objects.filter(authority__in=runs).values("person")
        return super().get_queryset(request).filter(person__in=theirs)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        cleaned = form.cleaned_data
        runs = permissions.authorities_of(request.user, Role.IT_MANAGER)
        for name in ("person", "substitute"):
            person = cleaned.get(name)
            if person and not person.roles.filter(authority__in=runs).exists():
                text = gettext("This person has no role at your authority.")
                form.add_error(name, text)

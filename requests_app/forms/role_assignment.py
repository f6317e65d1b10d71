"""The forms by which a role is confirmed, refused, suspended and ended."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.forms.left_alone import and_who_is_missed
from requests_app.forms.step import EmptyForm, ReasonForm
from requests_app.models import RoleAssignment

WHAT = (
    "person",
    "role",
    "authority",
    "branch",
    "valid_from",
    "valid_to",
    "employer",
    "basis",
    "decided_on",
    "reason",
    "combined_because",
)


class ConfirmRoleForm(EmptyForm):
    template = "lockbox/role/confirm_form.html"
    warning = _("Is this the right person, for the right authority and time?")
    shows = (*WHAT, "given_by")


class StopRoleForm(ReasonForm):
    shows = ("person", "role", "authority", "branch")


class RefuseRoleForm(StopRoleForm):
    warning = _("The role is not to be: it never comes into force.")


class GoingForm(StopRoleForm):
    """Tells of the role, if nobody else has it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going = RoleAssignment.objects.filter(pk=self.subject.pk)
        self.warning = and_who_is_missed(self.warning, going)


class EndRoleForm(GoingForm):
    warning = _(
        "The role ends this second, for good. Cases of the person are not handed over"
        " by themselves. A role that is to end on a later day: change “valid to”."
    )


class SuspendRoleForm(GoingForm):
    warning = _("The role rests from this second, until another manager lifts it.")

"""What an authority needs before its first case, in the order in which it is met."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from requests_app.models import DelegationRule, Role
from requests_app.permissions.processing_paper import PAPER_KEEPERS
from requests_app.permissions.roles import CLOUD_KEEPERS, MANAGERS, MAP_KEEPERS
from requests_app.permissions.standing_assessment import STANDING_ASSESSORS


class Need(NamedTuple):
    """`fact`: the annotation that says whether it is met; `page`: where it is mended,
    by those with one of these roles at the authority, or at who runs connections;
    `filled_in`: what its form begins with, beside the authority."""

    fact: str
    name: Any
    why: Any
    page: str
    mended_by: tuple[str, ...]
    filled_in: dict[str, str] | None = None
    where_run: bool = False


ROLES = "admin:requests_app_roleassignment_add"
RULES = "admin:requests_app_delegationrule_add"
Decides = DelegationRule.DecisionType


def _role(fact: str, role: Role, name: Any, why: Any, where_run: bool = False) -> Need:
    return Need(fact, name, why, ROLES, MANAGERS, {"role": role.value}, where_run)


# In the order in which one goes about it: each can be mended when those above are.
NEEDS = (
    _role("managed", Role.IT_MANAGER, _("Two IT managers"),
          _("One gives a role, the other confirms it.")),
    _role("registered", Role.REGISTRAR, _("A registrar"),
          _("Registers and routes what comes in.")),
    _role("reviewed", Role.LEGAL_REVIEWER, _("A legal reviewer"),
          _("Assesses and proposes.")),
    _role("decided", Role.DECISION_MAKER, _("A decision-maker"),
          _("Decides, and is another than the reviewer.")),
    _role("owned", Role.INFORMATION_OWNER, _("An information owner"),
          _("Describes the information sets and their class.")),
    _role("guarded", Role.SECURITY_PROTECTION_MANAGER,
          _("A protective-security manager"), _("Is told when a case is stopped.")),
    Need("called", _("A number to call when a case is stopped"),
         _("Whoever meets something classified at night calls it, and writes nothing."),
         "admin:requests_app_authority_changelist", MANAGERS),
    Need("delegated", _("A confirmed delegation for whoever decides"),
         _("Without it nothing can be decided."), RULES, (Role.REGISTRAR,),
         {"decision_type": Decides.ANSWER.value}),
    Need("settled", _("A confirmed delegation for standing assessments"),
         _("Without it nobody can confirm one."), RULES, (Role.REGISTRAR,),
         {"decision_type": Decides.STANDING.value}),
    Need("offered", _("A provider's product"),
         _("Its time limits. Those that are known beforehand stand on a page."),
         "admin:product_presets", CLOUD_KEEPERS, where_run=True),
    Need("connected", _("A connection in use"),
         _("The tenant or subscription that requests come from."),
         "admin:requests_app_connection_add", CLOUD_KEEPERS, {}, where_run=True),
    _role("answered", Role.EXECUTOR, _("An executor for every connection in use"),
          _("Gives the answer in the provider's portal."), where_run=True),
    Need("heard", _("Connections that answer"),
         _("A provider that is asked by machine has to answer."),
         "admin:requests_app_connection_changelist", CLOUD_KEEPERS, where_run=True),
    Need("housed", _("A cloud system"),
         _("In a connection: what objects lie in, such as Exchange."),
         "admin:requests_app_cloudsystem_add", CLOUD_KEEPERS, where_run=True),
    Need("mapped", _("Objects in the map"),
         _("A request is routed by the objects that it names."),
         "admin:requests_app_cloudobject_add", MAP_KEEPERS, {}),
    Need("filled", _("Information sets for every object"),
         _("They tell the reviewer which secrecy may apply. The information owner"
           " describes them."),
         "admin:coverage", MAP_KEEPERS),
    Need("rostered", _("A roster of who is on duty"),
         _("A request may lapse in a night. It tells when nobody could act."),
         "admin:requests_app_rostergroup_add", MANAGERS, {}),
    Need("encrypted", _("Encrypted disks"),
         _("Whoever takes a disk reads every case, if they are not. Say how they are"
           " encrypted, who has looked, and when."),
         "admin:requests_app_authority_changelist", MANAGERS, where_run=True),
    Need("stated", _("An accessibility statement"),
         _("The act (2018:1937) demands it of the service, also inside the authority."),
         "admin:requests_app_accessibilitystatement_add", CLOUD_KEEPERS, {},
         where_run=True),
    Need("papered", _("Papers on the processing, signed by two"),
         _("Record, impact assessment, notice to staff, schedule of retention and the"
           " rest, as the product draws them up today."),
         "admin:processing_papers", PAPER_KEEPERS, {}),
    Need("assessed", _("A standing assessment for every provider in use"),
         _("Without it a grant can not be proposed."),
         "admin:requests_app_standingassessment_add", STANDING_ASSESSORS, {}),
)  # fmt: skip

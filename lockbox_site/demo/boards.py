"""The city's boards: what they are called and what they have delegated."""

from datetime import date

from django.contrib.auth import get_user_model

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import (
    Authority,
    ClassificationLabel,
    DelegationRule,
    Outcome,
)
from requests_app.workflow.machine_accounts import machine_account

BEGAN = date(2026, 1, 1)
AUTHORITIES = {
    "KSN": ("Kommunstyrelsen i Exempelstad", "board"),
    "GSN": ("Grundskolenämnden i Exempelstad", "board"),
    "SNC": ("Socialnämnden Centrum i Exempelstad", "board"),
    "NIS": ("Nämnden för intraservice i Exempelstad", "board"),
    "EBO": ("Exempelstads Bostads AB", "company"),
}
EVERYWHERE = tuple(AUTHORITIES)
LEVELS = ("Ingen", "Måttlig", "Betydande", "Allvarlig", "Synnerligen allvarlig")


def make_rules(authority: Authority) -> None:
    for level, label in enumerate(LEVELS):
        ClassificationLabel.objects.create(
            authority=authority, aspect="confidentiality", level=level, label=label
        )
    rule = DelegationRule.objects.create(
        authority=authority,
        item_no="4.7",
        title="Leverantörs åtkomst till uppgifter i molntjänst",
        outcomes=list(Outcome.values),
        role="decision_maker",
        board_decision="2026-01-20 § 7 (påhittat)",
        report_to_board=authority.kind == Authority.Kind.BOARD,
        made_by=machine_account("system"),
        valid_from=BEGAN,
    )
    settling = DelegationRule.objects.create(
        authority=authority,
        item_no="4.8",
        title="Stående bedömning av leverantörs åtkomst",
        decision_type=DelegationRule.DecisionType.STANDING,
        role="decision_maker",
        board_decision="2026-01-20 § 7 (påhittat)",
        report_to_board=authority.kind == Authority.Kind.BOARD,
        made_by=machine_account("system"),
        valid_from=BEGAN,
    )
    handing_out = DelegationRule.objects.create(
        authority=authority,
        item_no="4.9",
        title="Beslut att inte lämna ut allmän handling",
        decision_type=DelegationRule.DecisionType.HAND_OUT,
        role="decision_maker",
        board_decision="2026-01-20 § 7 (påhittat)",
        report_to_board=authority.kind == Authority.Kind.BOARD,
        made_by=machine_account("system"),
        valid_from=BEGAN,
    )
    lena = get_user_model().objects.get(username="lena")
    for row in (rule, settling, handing_out):
        with acting(lena):
            row.confirmed_by, row.confirmed_at = lena, clock.now()
            row.save()

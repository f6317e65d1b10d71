"""What the boards of Exempelstad have settled beforehand with their invented provider."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import (
    Authority,
    Content,
    DelegationRule,
    InformationSet,
    Provider,
    RoleAssignment,
    StandingAssessment,
    StandingRecipient,
)
from requests_app.models.standing_assessment import Factor
from requests_app.permissions.roles import today
from requests_app.workflow.content import keep

USUAL = (
    "Åtkomsten är kortvarig, avgränsad och loggad, och avtalet kräver tystnad av"
    " leverantörens personal. Andra sätt prövas först. Påhittad bedömning."
)
NOT_SUITABLE = (
    "Uppgifterna är mycket känsliga och mängden stor. Åtkomst för leverantörens personal"
    " är som regel olämplig och ska begränsas till skärmdelning. Påhittad bedömning."
)
# Sets whose data weigh so heavily that access is unsuitable as a rule.
HEAVY = ("Barnavårdsakter", "Orosanmälningar från skolan")
SPEAKS_FOR = (Factor.PERSONS, Factor.SILENCE, Factor.SECURITY)
# No company here is real: no fact about one may be made up.
Recipients = Iterable[dict[str, Any]]
RECIPIENTS: Recipients = (
    {
        "legal_entity": "Exempeldrift Irland Ltd (påhittat)",
        "country": "IE",
        "relation": "group",
        "transfer_ground": "not_needed",
    },
    {
        "legal_entity": "Exempeldrift Nederland B.V. (påhittat)",
        "country": "NL",
        "relation": "subcontractor",
        "transfer_ground": "not_needed",
    },
    {
        "legal_entity": "Exempeldrift Amerika Inc. (påhittat)",
        "country": "US",
        "relation": "group",
        "transfer_ground": "adequacy",
        "transfer_reference": "Kommissionens beslut (EU) 2023/1795",
        "certification": "yes",
        "covers_staff_data": True,
        "certification_checked": date(2026, 1, 20),
    },
)
AGAINST = (Factor.DATA, Factor.STRENGTH, Factor.EXPECTATIONS)


def settle(
    authorities: Iterable[Authority],
    began: date,
    providers: Iterable[Provider],
    recipients: Recipients = RECIPIENTS,
) -> None:
    """One assessment for each board and provider, and one for each heavy set."""
    usual, heavy = keep(USUAL), keep(NOT_SUITABLE)
    for provider in providers:
        for authority in authorities:
            _assess(authority, provider, usual, recipients, valid_from=began)
        for information_set in InformationSet.objects.filter(name__in=HEAVY):
            _assess(
                information_set.authority,
                provider,
                heavy,
                recipients,
                information_set=information_set,
                is_suitable=False,
                factors={
                    factor: "against" if factor in AGAINST else "neutral"
                    for factor in Factor.values
                },
                valid_from=began,
            )


def _assess(
    authority: Authority,
    provider: Provider,
    suitability: Content,
    recipients: Recipients,
    **values: Any,
) -> None:
    people = get_user_model().objects
    maker, confirmer = people.get(username="karin"), _decider(authority)
    fields = {
        "is_suitable": True,
        "factors": {
            factor: "for" if factor in SPEAKS_FOR else "neutral"
            for factor in Factor.values
        },
        "assignment": "Avtal om molntjänster 2025 med instruktion (påhittat)",
        "processor_agreement": "Personuppgiftsbiträdesavtal 2025-01-15 (påhittat)",
        "impact_assessment": "Konsekvensbedömning 2025-02-03 (påhittad)",
        **values,
    }
    with acting(maker):
        row = StandingAssessment.objects.create(
            authority=authority,
            provider=provider,
            suitability=suitability,
            review_due=today() + timedelta(days=120),
            made_by=maker,
            **fields,
        )
        for recipient in recipients:
            StandingRecipient.objects.create(
                standing_assessment=row,
                purpose="Felsökning och rättning i ett supportärende",
                **recipient,
            )
    rule = DelegationRule.objects.get(authority=authority, decision_type="standing")
    with acting(confirmer):
        row.confirmed_by, row.confirmed_at = confirmer, clock.now()
        row.delegation_rule, row.delegation_snapshot = rule, rule.snapshot()
        row.save()


def _decider(authority: Authority) -> Any:
    """A decision-maker of the authority, who has it delegated."""
    roles = RoleAssignment.objects.filter(authority=authority, role="decision_maker")
    row = roles.filter(branch=None).select_related("person").order_by("pk").first()
    assert row is not None  # noqa: S101 — each board of the city has one
    return row.person

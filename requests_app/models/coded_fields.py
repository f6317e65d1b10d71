"""Fields whose values are codes that the fields themselves do not name."""

from typing import Any

from django.contrib.auth import get_user_model

from requests_app import models
from requests_app.models import event_outcome

COUNTRIES = (
    (models.Provider, "country"),
    (models.AccessRequest, "engineer_country"),
    (models.Freeze, "country"),
    (models.ReconciliationRule, "country"),
    (models.StandingRecipient, "country"),
)


def of_choices() -> dict[tuple[Any, str], Any]:
    """One of some choices, or several."""
    return {
        (models.Consultation, "asked_as"): models.Role,
        (models.DelegationRule, "outcomes"): models.Outcome,
        (models.Deviation, "outcome_of_acts"): event_outcome.Outcome,
        (models.DrillCall, "acts"): models.Act,
        (models.DrillCall, "ways"): models.NoticeWay,
        (models.RosterGroup, "acts"): models.Act,
        (models.SubsequentReview, "reasons"): models.SubsequentReview.Reason,
        (models.TurnTaken, "act"): models.Act,
        (get_user_model(), "directory_roles"): models.Role,
    }

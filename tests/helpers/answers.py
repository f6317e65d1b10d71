"""What a lawyer answers where nothing else is known."""

from typing import Any

from requests_app.registers.models.standing import Factor

USUAL = {
    "N0.foreign.told": "told",
    "N5.transferred": "no",
    "N5.patient": "no",
    "N5.care": "no",
    "N5.whistle": "no",
    "N5.whistle.circle": "appointed",
    "N7.10-2a.assignment": "yes",
    "N7.10-2a.technical": "yes",
    **{f"N7.10-2a.{factor}": "neutral" for factor in Factor.values},
    "N7.10-2a.encryption": "neutral",
    "N7.10-2a.interest": "neutral",
    "N7.10-2a.suitable": "not_unsuitable",
    "N7.10-2.necessary": "yes",
    "N7.12-2.given": "yes",
    "N7.12-2.minor": "adult",
    "N7.12-2.detriment": "no",
    "N7.12-2.together": "not_needed",
    "N7.12-2.against_guardian": "yes",
    "N7.12-2.reserved": "no",
    "N7.24-8.clear": "yes",
    "N8": "yes",
    "N9.processor": "yes",
    "N9.transfer.certified": "yes",
    "N9.transfer.scope": "yes",
    "N9.dpia": "not_needed",
    "N9.country": "eea",
    "N9.entity": "provider",
    "N9.transfer": "not_needed",
    "N9.special": "yes",
    "N10": "none",
}


def grounded(row: Any, ground: str) -> Any:
    """The ground of the whole, for a provision of which nothing else is said; where a
    reservation would help and nothing else does, that."""
    if row.ground or not row.hinders:
        return row
    reserved = ground == "none" and row.outcome == "applies_unless_reserved"
    return row._replace(ground="osl-10-14" if reserved else ground)

"""What the people of Exempelstad leave out of a recipient's copy, and why."""

from requests_app.law.facts import Basis
from requests_app.law.reasons import Omission
from requests_app.models.outcome import Interest

BECAUSE = "Att nämna bestämmelsen skulle röja att det finns någon som den skyddar."
WEIGHT = "Den som skyddas kan utsättas för hot eller våld om det blir känt."
INSTEAD = "Vilket slags sekretess det är fråga om och vad den leder till framgår ovan."


def omission_where_needed(basis: Basis, text: str) -> Omission | None:
    """Where a provision gives secrecy that tells something by being named."""
    if all(test.may_be_named for test in basis.facts.hindering):
        return None
    return Omission(text, Interest.INDIVIDUAL, BECAUSE, WEIGHT, INSTEAD)

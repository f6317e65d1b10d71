"""The grounds that could have broken the secrecy, where nothing shows that they do."""

from requests_app.catalogue.provision_words import may_be_waived
from requests_app.documents.drafting.case import Case
from requests_app.models.assessment import Ground
from requests_app.words.phrases import listed

# The grounds that may break secrecy, as what has not been shown.
NOT_SHOWN: dict[str, str] = {
    Ground.TECHNICAL: "att förutsättningarna i 10 kap. 2 a § OSL är uppfyllda",
    Ground.NECESSARY: (
        "att utlämnandet är nödvändigt för myndighetens verksamhet (10 kap. 2 § OSL)"
    ),
    Ground.CONSENT: "att samtycke finns (12 kap. 2 § OSL)",
}
NO_OTHER = "Det har inte kommit fram {}."


def not_shown(case: Case) -> str:
    """The grounds that could have broken the secrecy, but for the one chosen. A foreign
    authority is given what OSL 8:3 lets it have, and that stands with the demand."""
    if case.is_foreign_demand:
        return ""
    codes = [row.code for row in case.tests if row.hinders]
    others = [
        text
        for ground, text in NOT_SHOWN.items()
        if ground != case.ground and may_break(ground, case.is_tf, codes)
    ]
    if not others:
        return ""
    return case.in_own_name(NO_OTHER.format(listed(others, "eller")))


def may_break(ground: str, is_tf: bool, codes: list[str]) -> bool:
    """Could this ground break the secrecy of these provisions? Whoever asks for
    official documents (`is_tf`) neither works for the authority nor serves it; and
    nobody consents but a person whom the secrecy protects."""
    if ground == Ground.CONSENT:
        return all(map(may_be_waived, codes))
    return not is_tf

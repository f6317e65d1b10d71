"""When data protection counts, and what it asks of a transfer, for the oracle."""

from collections.abc import Callable

from tests.law.statute import Case, said


def official(case: Case) -> bool:
    """Official documents are refused for secrecy alone: TF 2:2, GDPR 86."""
    return said(case, "N0.tf", "yes")


def no_data(case: Case) -> bool:
    return not case["personal_data"] or official(case)


def for_personal_data(node: str, *values: str) -> Callable[[Case], bool]:
    return lambda case: no_data(case) or said(case, node, *values)


def transfer_has_ground(case: Case) -> bool:
    """To another company in a third country, or to one established there; one's own
    staff of a company established here is none (EDPB 05/2021)."""
    is_transfer = said(case, "N9.entity", "provider_third") or (
        said(case, "N9.country", "third") and not said(case, "N9.entity", "provider")
    )
    has_ground = said(case, "N9.transfer", "adequacy", "clauses", "bcr")
    return no_data(case) or not is_transfer or has_ground


def of_adequacy(node: str, *values: str) -> Callable[[Case], bool]:
    """Decision (EU) 2023/1795 holds for certified recipients, for what that covers."""
    return lambda case: (
        no_data(case)
        or not said(case, "N9.transfer", "adequacy")
        or said(case, node, *values)
    )

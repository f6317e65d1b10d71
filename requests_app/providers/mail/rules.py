"""What a mail is by the rules: a provider's notice, or none."""

from typing import NamedTuple, Protocol

from requests_app.providers.mail.message import Letter
from requests_app.providers.mail.patterns import fits, found_by


class Signature(NamedTuple):
    """Who has signed a mail, so that it holds: a domain; and the domain of whoever says
    so, where that had altered the mail and sealed it (ARC)."""

    domain: str
    sealed_by: str = ""

    def __str__(self) -> str:
        return f"{self.domain} {self.sealed_by}".strip()


class Rule(Protocol):
    """As people keep it: models.MailRule."""

    sender: str
    signed_by: str
    sealed_by: str
    subject_pattern: str
    number_pattern: str
    case_pattern: str
    tenant: str


class Contents(NamedTuple):
    """What stands in a notice."""

    number: str
    support_case: str
    is_ours: bool  # of the tenant that the rule is about
    is_signed: bool


def is_from(rule: Rule, sender: str) -> bool:
    """By its address; or by its domain, where the rule names no more."""
    if "@" in rule.sender:
        return sender.lower() == rule.sender.lower()
    return sender.lower().rpartition("@")[2] == rule.sender.lower()


def takes(rule: Rule, letter: Letter) -> bool:
    """Is it a notice, by the rule?"""
    is_notice = is_from(rule, letter.sender)
    return is_notice and fits(rule.subject_pattern, letter.subject)


def contents_of(rule: Rule, letter: Letter, signatures: list[str]) -> Contents:
    text = f"{letter.subject}\n{letter.text}"
    return Contents(
        number=found_by(rule.number_pattern, text)[:200],
        support_case=found_by(rule.case_pattern, text)[:100],
        is_ours=rule.tenant.lower() in text.lower(),
        is_signed=is_signed(rule, signatures),
    )


def is_signed(rule: Rule, signatures: list[str]) -> bool:
    """By the provider itself; or as whoever the rule trusts says it was."""
    trusted = [str(Signature(rule.signed_by.lower()))]
    if rule.sealed_by:
        trusted.append(str(Signature(rule.signed_by.lower(), rule.sealed_by.lower())))
    return any(signature in trusted for signature in signatures)

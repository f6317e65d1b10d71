"""Of which registers something is changed by two persons, and who they are."""

from collections.abc import Callable
from typing import Any, NamedTuple

from requests_app.models import (
    Authority,
    CloudObject,
    CloudObjectInformationSet,
    Connection,
    DisclosureTariff,
    DisposalRule,
    InformationSet,
    InformationSetPerson,
    MailRule,
    NoticeLadder,
    ProcessingPaper,
    Provider,
    ProviderLog,
    ProviderProduct,
    Publication,
    Publisher,
    ReadingLimit,
    ReconciliationRule,
    RegisterPage,
    RetentionRule,
    Role,
    SecrecyBranch,
    SecurityClassification,
)
from requests_app.models.retention import PERIODS
from requests_app.models.table_names import columns
from requests_app.permissions.processing_paper import PAPER_KEEPERS
from requests_app.permissions.roles import INFORMATION_KEEPERS, MANAGERS, SECOND_PERSONS

# Boards often have one information owner: the information-security manager is another.
OWNERS = (*INFORMATION_KEEPERS, Role.INFORMATION_SECURITY_MANAGER)
MAPPERS = (*OWNERS, *MANAGERS)
# Who looks by the limits of unusual reading, and what is kept for that, sets neither.
LIMIT_KEEPERS = (*MANAGERS, Role.INFORMATION_SECURITY_MANAGER)
# Who says which acts of a provider's people somebody looks at.
RULE_KEEPERS = (*LIMIT_KEEPERS, Role.SECURITY_PROTECTION_MANAGER)
# Who says how long cases are kept: on the board's decision.
RECORD_KEEPERS = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
DISPOSAL_TERMS = (
    *("authority", "matter", "process_code", "disposal_decision"),
    *("years", "counts_from", "valid_from"),
)
PAPER = columns(ProcessingPaper)
# Who says what an authority publishes, and what copies cost there.
PUBLISHERS = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
PUBLISHED = columns(Publication)
STAND_INS = ("managers_from", "managers_agreement")


def never(_row: Any) -> bool:
    return False


def always(_row: Any) -> bool:
    return True


class Guarded(NamedTuple):
    """A register of which something is changed by two persons."""

    # Who proposes and who confirms: anybody of the authority with one of these roles.
    # What managers keep a confirmer confirms too.
    keepers: tuple[str, ...]
    # The way to the authority; empty for what authorities share.
    authority: str
    # Fields that nobody changes alone.
    fields: tuple[str, ...]
    # Of these, what a new row does not begin with either.
    begins_without: tuple[str, ...] = ()
    # Rows that nobody adds, or takes away, or changes in these fields.
    adds: Callable[[Any], bool] = never
    removes: Callable[[Any], bool] = never
    changes: Callable[[Any], bool] = always

    @property
    def settlers(self) -> tuple[str, ...]:
        is_managed = not set(MANAGERS).isdisjoint(self.keepers)
        return tuple({*self.keepers, *SECOND_PERSONS}) if is_managed else self.keepers


def _is_lower(row: SecurityClassification) -> bool:
    """Does it say less than the classification it comes after?"""
    before = row.information_set.classifications.filter(valid_from__lt=row.valid_from)
    last = before.order_by("-valid_from").first()
    return last is not None and row.confidentiality < last.confidentiality


def _is_listed(link: CloudObjectInformationSet) -> bool:
    return link.information_set.is_named_list


GUARDED: dict[Any, Guarded] = {
    InformationSet: Guarded(
        OWNERS, "authority", ("is_named_list",), begins_without=("is_named_list",)
    ),
    InformationSetPerson: Guarded(
        OWNERS,
        "information_set.authority",
        ("information_set", "person"),
        adds=always,
        removes=always,
    ),
    SecurityClassification: Guarded(
        OWNERS,
        "information_set.authority",
        ("information_set", "valid_from", "confidentiality"),
        adds=_is_lower,
        removes=always,
    ),
    CloudObject: Guarded(MAPPERS, "authority", ("authority", "gone_on")),
    CloudObjectInformationSet: Guarded(
        MAPPERS,
        "information_set.authority",
        ("cloud_object", "information_set"),
        adds=_is_listed,
        removes=_is_listed,
        changes=_is_listed,
    ),
    Provider: Guarded(MANAGERS, "", ("name", "country")),
    ProviderProduct: Guarded(MANAGERS, "", columns(ProviderProduct)),
    Connection: Guarded(
        MANAGERS,
        "authority",
        ("product", "external_id", "authority", "is_active", "is_automatic"),
    ),
    MailRule: Guarded(MANAGERS, "connection.authority", columns(MailRule), adds=always),
    ProviderLog: Guarded(MANAGERS, "connection.authority", ("is_read",)),
    ReconciliationRule: Guarded(
        RULE_KEEPERS, "authority", columns(ReconciliationRule), adds=always
    ),
    NoticeLadder: Guarded(
        MANAGERS,
        "authority",
        ("authority", "product", "class_from", "margin", "rungs"),
        adds=always,
    ),
    DisclosureTariff: Guarded(
        PUBLISHERS,
        "authority",
        ("authority", "free_pages", "first_fee", "page_fee", "basis"),
        adds=always,
    ),
    ReadingLimit: Guarded(
        LIMIT_KEEPERS,
        "authority",
        ("authority", "opens", "closes", "many", "days"),
        adds=always,
    ),
    RetentionRule: Guarded(
        LIMIT_KEEPERS,
        "authority",
        ("authority", "disposal_decision", *PERIODS),
        adds=always,
    ),
    RegisterPage: Guarded(
        LIMIT_KEEPERS, "authority", columns(RegisterPage), adds=always
    ),
    DisposalRule: Guarded(RECORD_KEEPERS, "authority", DISPOSAL_TERMS, adds=always),
    ProcessingPaper: Guarded(PAPER_KEEPERS, "authority", PAPER, adds=always),
    Publication: Guarded(PUBLISHERS, "authority", PUBLISHED, adds=always),
    Publisher: Guarded(LIMIT_KEEPERS, "authority", columns(Publisher), adds=always),
    Authority: Guarded(MANAGERS, "self", ("kind", "regime", *STAND_INS)),
    SecrecyBranch: Guarded(MANAGERS, "authority", ("authority", "name")),
}

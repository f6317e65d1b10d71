"""Items of schemes of delegation: added unconfirmed, for another to confirm."""

from typing import Any

from django.utils.translation import gettext_lazy

from requests_app.models import DelegationRule, Outcome, ProviderProduct, Role
from requests_app.registers.cells import Told, one_of, save
from requests_app.registers.register import (
    A_DAY,
    BETWEEN,
    EMPTY_IS_NONE,
    SEVERAL,
    YES_OR_NO,
    Column,
    Table,
    allowed,
)

KEPT_BY = (Role.REGISTRAR,)


def _put(cells: dict[str, str], by: Any) -> str:
    told = Told(cells, by, KEPT_BY)
    authority = told.authority()
    row = DelegationRule(
        authority=authority,
        item_no=told.text("item_no"),
        title=told.text("title"),
        decision_type=told.choice("decision_type", DelegationRule.DecisionType),
        outcomes=[one_of("outcomes", t, Outcome) for t in told.texts("outcomes")],
        max_minutes=told.whole("max_minutes"),
        max_confidentiality=told.level("max_confidentiality"),
        product=_product(told),
        parent=_parent(told, authority),
        may_subdelegate=told.yes("may_subdelegate"),
        role=told.choice("role", Role),
        person=told.person("person"),
        board_decision=told.text("board_decision"),
        report_to_board=told.yes("report_to_board"),
        valid_from=told.first_day("valid_from"),
        valid_to=told.day("valid_to"),
        made_by=by,
    )
    return "same" if _is_there(row) else save(row)


def _product(told: Told) -> ProviderProduct | None:
    if not told.text("product"):
        return None
    return told.one(
        "product", ProviderProduct.objects.filter(name=told.text("product"))
    )


def _parent(told: Told, authority: Any) -> DelegationRule | None:
    if not told.text("parent"):
        return None
    rows = authority.delegation_rules.filter(item_no=told.text("parent"), parent=None)
    return told.one("parent", rows)


def _is_there(row: DelegationRule) -> bool:
    skipped = {"id", "made_by", "confirmed_by", "confirmed_at", "version"}
    fields = [field.name for field in row._meta.fields if field.name not in skipped]
    return DelegationRule.objects.filter(
        **{name: getattr(row, name) for name in fields}
    ).exists()


def _cells(row: DelegationRule) -> list[Any]:
    return [
        row.authority.code,
        row.item_no,
        row.title,
        row.decision_type,
        BETWEEN.join(row.outcomes),
        row.max_minutes,
        row.max_confidentiality,
        row.product.name if row.product else "",
        row.parent.item_no if row.parent else "",
        row.may_subdelegate,
        row.role,
        row.person.username if row.person else "",
        row.board_decision,
        row.report_to_board,
        row.valid_from,
        row.valid_to,
    ]


DELEGATIONS = Table(
    "delegations",
    DelegationRule._meta.verbose_name_plural,
    DelegationRule,
    (
        Column("authority", gettext_lazy("authority"), gettext_lazy("Code or name.")),
        Column("item_no", gettext_lazy("item")),
        Column("title", gettext_lazy("matter")),
        Column(
            "decision_type",
            gettext_lazy("decides on"),
            allowed(DelegationRule.DecisionType),
        ),
        Column("outcomes", gettext_lazy("outcomes it covers"), SEVERAL),
        Column("max_minutes", gettext_lazy("longest access (minutes)"), EMPTY_IS_NONE),
        Column(
            "max_confidentiality",
            gettext_lazy("highest confidentiality"),
            EMPTY_IS_NONE,
        ),
        Column("product", gettext_lazy("only for the product"), EMPTY_IS_NONE),
        Column("parent", gettext_lazy("sub-delegated from"), EMPTY_IS_NONE),
        Column("may_subdelegate", gettext_lazy("may be delegated on"), YES_OR_NO),
        Column("role", gettext_lazy("delegated to role"), EMPTY_IS_NONE),
        Column(
            "person",
            gettext_lazy("delegated to person"),
            gettext_lazy("The user name."),
        ),
        Column("board_decision", gettext_lazy("the board's decision")),
        Column("report_to_board", gettext_lazy("is reported to the board"), YES_OR_NO),
        Column("valid_from", gettext_lazy("valid from"), A_DAY),
        Column("valid_to", gettext_lazy("valid to"), A_DAY),
    ),
    ("authority", "item_no", "role", "person", "valid_from"),
    KEPT_BY,
    tuple(Role),
    _put,
    _cells,
    ("authority", "product", "parent", "person"),
    (),
    gettext_lazy(
        "Items are added, none is changed or ended. Another person confirms each."
    ),
)

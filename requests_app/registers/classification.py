"""Dated classifications of information sets: rows are added, never changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Role, SecurityClassification
from requests_app.registers.cells import Told, save
from requests_app.registers.register import A_DAY, EMPTY_IS_NONE, SEEN_BY, Column, Table

KEPT_BY = (Role.INFORMATION_OWNER,)


def _put(cells: dict[str, str], by: Any) -> str:
    told = Told(cells, by, KEPT_BY)
    authority = told.authority()
    sets = authority.information_sets.filter(name=told.text("information_set"))
    row = SecurityClassification(
        information_set=told.one("information_set", sets),
        valid_from=told.first_day("valid_from"),
        traceability=told.level("traceability"),
        reason=told.text("reason"),
        review_due=told.day("review_due"),
    )
    for name in ("confidentiality", "integrity", "availability"):
        setattr(row, name, told.level(name))
    was = row.information_set.classifications.filter(valid_from=row.valid_from).first()
    if was is None:
        return save(row)
    if _levels(was) == _levels(row):
        return "same"
    text = _("The set has another classification from that day; choose a later one.")
    raise ValidationError({"valid_from": text})


def _levels(row: SecurityClassification) -> list[Any]:
    return [
        row.confidentiality,
        row.integrity,
        row.availability,
        row.traceability,
        row.reason,
        row.review_due,
    ]


def _cells(row: SecurityClassification) -> list[Any]:
    held = row.information_set
    return [held.authority.code, held.name, row.valid_from, *_levels(row)]


CLASSIFICATIONS = Table(
    "classifications",
    SecurityClassification._meta.verbose_name_plural,
    SecurityClassification,
    (
        Column("authority", gettext_lazy("authority"), gettext_lazy("Code or name.")),
        Column("information_set", gettext_lazy("information set")),
        Column("valid_from", gettext_lazy("valid from"), A_DAY),
        Column("confidentiality", gettext_lazy("confidentiality"), "0–4"),
        Column("integrity", gettext_lazy("integrity"), "0–4"),
        Column("availability", gettext_lazy("availability"), "0–4"),
        Column("traceability", gettext_lazy("traceability"), "0–4"),
        Column("reason", gettext_lazy("reason"), EMPTY_IS_NONE),
        Column("review_due", gettext_lazy("to be reviewed by"), A_DAY),
    ),
    ("authority", "information_set", "valid_from"),
    KEPT_BY,
    SEEN_BY,
    _put,
    _cells,
    ("information_set__authority",),
    (),
    gettext_lazy("Classifications are added; the old ones stay as they were."),
    "information_set__authority",
)

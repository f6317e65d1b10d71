"""The registers: every list that is not in the menu, by what it is about."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

SHELVES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("Authorities and people"),
        (
            "authority",
            "secrecybranch",
            "user",
            "roleassignment",
            "firstmanagers",
            "absence",
            "rostergroup",
            "rosterpattern",
            "shift",
            "shiftoffer",
            "delegationrule",
            "boardreport",
            "transparencyreport",
            "registerchange",
            "consultation",
            "listedreview",
            "noticechannel",
            "noticeladder",
            "disclosuretariff",
            "readinglimit",
            "retentionrule",
            "accessibilitystatement",
            "processingpaper",
            "publisher",
        ),
    ),
    (
        _("Information and objects"),
        (
            "informationset",
            "standingassessment",
            "cloudobject",
            "cloudsystem",
            "classificationlabel",
        ),
    ),
    (
        _("Providers"),
        (
            "provider",
            "providerproduct",
            "connection",
            "contractclient",
            "mailrule",
            "accessevent",
            "providerlog",
            "loggap",
            "reconciliationrule",
            "arrival",
            "comparison",
            "sidedoor",
            "supportticket",
            "freeze",
            "drill",
            "alteration",
            "deviation",
            "subsequentreview",
            "lapse",
            "incidentduty",
        ),
    ),
    (_("Law"), ("provision", "statuteparagraph", "replayrun")),
)
IN_MENU = (
    "secrecyreview",
    "accessrequest",
    "delivery",
    "accessgrant",
    "disclosurerequest",
)


class Shelf(NamedTuple):
    title: Any
    # A name and an address each.
    lists: list[tuple[str, str]]


def shelves(registry: dict[Any, Any], request: HttpRequest) -> list[Shelf]:
    """What the person may open; what no shelf names stands on one of its own."""
    visible = {
        model._meta.model_name: model._meta
        for model, model_admin in registry.items()
        if model_admin.has_view_permission(request)
    }
    named = {name for _title, names in SHELVES for name in names} | {*IN_MENU}
    rest = (_("Other"), tuple(name for name in visible if name not in named))
    all_shelves = [
        Shelf(title, _lists(visible, names)) for title, names in (*SHELVES, rest)
    ]
    return [shelf for shelf in all_shelves if shelf.lists]


def _lists(visible: dict[Any, Any], names: Iterable[str]) -> list[tuple[str, str]]:
    return [
        (
            capfirst(str(opts.verbose_name_plural)),
            reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
        )
        for opts in (visible[name] for name in names if name in visible)
    ]

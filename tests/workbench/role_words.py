"""The usual words of each step on people, roles and what gives power."""

from collections.abc import Callable
from typing import Any

from audit_app import acting
from tests.cast import hours
from tests.helpers.engagement import neighbour


def _to_a_neighbour() -> dict[str, Any]:
    return {
        "municipality": neighbour().municipality,
        "code": "GKS",
        "role": "legal_reviewer",
        "basis": "Avtal 2026-01-01",
        "valid_from": acting.today(),
        "valid_to": None,
        "reason": "x",
    }


ROLE_WORDS: dict[str, dict[str, Callable[[Any, Any], dict[str, Any]]]] = {
    "roleassignment": {
        "confirm": lambda obj, by: {},
        "refuse": lambda obj, by: {"reason": "x"},
        "suspend": lambda obj, by: {"reason": "x"},
        "lift": lambda obj, by: {"reason": "x"},
        "end": lambda obj, by: {"reason": "x"},
    },
    "firstmanagers": {
        "confirm": lambda obj, by: {},
        "refuse": lambda obj, by: {"reason": "x"},
    },
    "user": {
        "link": lambda obj, by: {},
        "deactivate": lambda obj, by: {"reason": "x"},
        "protect": lambda obj, by: {"alias": f"Nr {obj.pk}", "username": f"u{obj.pk}"},
        "show_name": lambda obj, by: {},
        "reactivate": lambda obj, by: {"reason": "x"},
        "lend": lambda obj, by: _to_a_neighbour(),
    },
    "standingassessment": {
        "confirm": lambda obj, by: {},
        "revoke": lambda obj, by: {"reason": "x"},
    },
    "delegationrule": {"confirm": lambda obj, by: {}},
    "sidedoor": {
        **dict.fromkeys(("withdraw", "say-closed"), lambda obj, by: {"reason": "x"}),
        "cover": lambda obj, by: {
            "decision_number": "NIS 1",
            "covered_until": hours(48),
            "reason": "x",
        },
    },
}

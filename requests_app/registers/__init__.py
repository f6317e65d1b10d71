"""Registers as tables: the same columns in and out, as CSV."""

from requests_app.registers.account import ACCOUNTS
from requests_app.registers.authority import AUTHORITIES
from requests_app.registers.branch import BRANCHES
from requests_app.registers.classification import CLASSIFICATIONS
from requests_app.registers.cloud_object import CLOUD_OBJECTS
from requests_app.registers.connection import CONNECTIONS
from requests_app.registers.delegation import DELEGATIONS
from requests_app.registers.information_set import INFORMATION_SETS
from requests_app.registers.provider import PRODUCTS, PROVIDERS
from requests_app.registers.register import Register
from requests_app.registers.role import ROLES
from requests_app.registers.standing_assessment import (
    STANDING_ASSESSMENTS,
    STANDING_RECIPIENTS,
)
from requests_app.registers.system import SYSTEMS

REGISTERS: dict[str, Register] = {
    register.name: register
    for register in (
        INFORMATION_SETS,
        CLASSIFICATIONS,
        CLOUD_OBJECTS,
        ROLES,
        DELEGATIONS,
        BRANCHES,
        CONNECTIONS,
        ACCOUNTS,
        AUTHORITIES,
        PROVIDERS,
        PRODUCTS,
        SYSTEMS,
        STANDING_ASSESSMENTS,
        STANDING_RECIPIENTS,
    )
}

__all__ = ["REGISTERS", "Register"]

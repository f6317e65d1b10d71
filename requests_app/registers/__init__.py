"""Registers as tables: the same columns in and out, as CSV."""

from requests_app.registers.branch import BRANCHES
from requests_app.registers.classification import CLASSIFICATIONS
from requests_app.registers.cloud_object import CLOUD_OBJECTS
from requests_app.registers.connection import CONNECTIONS
from requests_app.registers.delegation import DELEGATIONS
from requests_app.registers.information_set import INFORMATION_SETS
from requests_app.registers.register import Register
from requests_app.registers.role import ROLES

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
    )
}

__all__ = ["REGISTERS", "Register"]

"""Registers as tables: the same columns in and out, as CSV."""

from requests_app.registers.classification import CLASSIFICATIONS
from requests_app.registers.cloud_object import CLOUD_OBJECTS
from requests_app.registers.delegation import DELEGATIONS
from requests_app.registers.information_set import INFORMATION_SETS
from requests_app.registers.register import Table
from requests_app.registers.role import ROLES

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        INFORMATION_SETS,
        CLASSIFICATIONS,
        CLOUD_OBJECTS,
        ROLES,
        DELEGATIONS,
    )
}

__all__ = ["TABLES", "Table"]

"""Registers as tables: the same columns in and out, as CSV."""

from requests_app.tables.classification import CLASSIFICATIONS
from requests_app.tables.cloud_object import CLOUD_OBJECTS
from requests_app.tables.delegation import DELEGATIONS
from requests_app.tables.information_set import INFORMATION_SETS
from requests_app.tables.role import ROLES
from requests_app.tables.table import Table

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

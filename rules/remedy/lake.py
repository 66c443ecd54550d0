"""Which Lake Formation permission an action on the Data Catalog needs (Lake Formation, *Permissions reference*)."""

from __future__ import annotations

from typing import Final

_PERMISSIONS: Final = {
    "glue:createdatabase": "CREATE_DATABASE",
    "glue:createtable": "CREATE_TABLE",
    "glue:deletedatabase": "DROP",
    "glue:deletetable": "DROP",
    "glue:batchdeletetable": "DROP",
    "glue:updatedatabase": "ALTER",
    "glue:updatetable": "ALTER",
    "glue:createpartition": "INSERT",
    "glue:batchcreatepartition": "INSERT",
    "glue:updatepartition": "INSERT",
    "glue:deletepartition": "DELETE",
    "glue:batchdeletepartition": "DELETE",
    "glue:getpartition": "SELECT",
    "glue:getpartitions": "SELECT",
    "glue:batchgetpartition": "SELECT",
    "glue:getpartitionindexes": "SELECT",
}


def lake_permission(action: str) -> str:
    """The permission, for an action in any case; to see the metadata for all that do no more."""
    return _PERMISSIONS.get(action.lower(), "DESCRIBE")

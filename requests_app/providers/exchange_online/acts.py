"""Which kind of act an operation of the audit log is, where its name says so."""

import re

# By the name of the operation, in lower case: what is done with a mailbox, a file or a
# grant (Purview, “Audit log activities”), and cmdlets that do another thing than the
# first part of their name says.
OPERATIONS = {
    "read": (
        "mailitemsaccessed",
        "folderbind",
        "messagebind",
        "fileaccessed",
        "fileaccessedextended",
        "filepreviewed",
        "pageviewed",
        "searchqueryperformed",
        "searchqueryinitiatedexchange",
        "searchqueryinitiatedsharepoint",
        "new-compliancesearch",
        "start-compliancesearch",
        "new-messagetrace",
        "start-historicalsearch",
    ),
    "copy": (
        "copy",
        "filedownloaded",
        "filesyncdownloadedfull",
        "filecopied",
        "foldercopied",
        "new-mailboxexportrequest",
    ),
    "change": (
        "create",
        "update",
        "move",
        "updateinboxrules",
        "filemodified",
        "filemodifiedextended",
        "fileuploaded",
        "filerenamed",
        "filemoved",
        "filerestored",
    ),
    "delete": (
        "harddelete",
        "softdelete",
        "movetodeleteditems",
        "filedeleted",
        "filerecycled",
        "filedeletedfirststagerecyclebin",
        "filedeletedsecondstagerecyclebin",
        "folderdeleted",
        "folderrecycled",
    ),
    "share": (
        "addfolderpermissions",
        "updatefolderpermissions",
        "updatecalendardelegation",
        "sharingset",
        "sharinginvitationcreated",
        "anonymouslinkcreated",
        "securelinkcreated",
        "companylinkcreated",
        "sitecollectionadminadded",
        "permissionleveladded",
        "add-mailboxpermission",
        "add-mailboxfolderpermission",
        "set-mailboxfolderpermission",
        "add-recipientpermission",
        "add-rolegroupmember",
        "new-managementroleassignment",
    ),
}
ACTS = {name: act for act, names in OPERATIONS.items() for name in names}
# Else by a cmdlet's verb.
VERBS = {
    "get": "read",
    "search": "read",
    "test": "read",
    "measure": "read",
    "export": "copy",
    "set": "change",
    "new": "change",
    "add": "change",
    "enable": "change",
    "disable": "change",
    "update": "change",
    "install": "change",
    "uninstall": "change",
    "import": "change",
    "move": "change",
    "restore": "change",
    "remove": "delete",
    "clear": "delete",
}


def act_of(operation: str) -> str:
    """One of AccessEvent.Act, or empty where the name does not tell."""
    name = operation.strip().lower()
    cmdlet = re.fullmatch(r"([a-z]+)-[a-z0-9]+", name)
    return ACTS.get(name) or (VERBS.get(cmdlet[1], "") if cmdlet else "")

"""Activities of Access Transparency, constructed of Google's document:
specification/README.md."""

from datetime import UTC, datetime, timedelta

from tests.providers.google_workspace.reports import Reports

OURS = Reports.scope
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DRIVE, MAIL = (
    "//googleapis.com/drive/files/1",
    "//googleapis.com/gmail/users/a@b.example",
)
PARAMETERS = {
    "LOG_ID": "Qt8v90c0fAEy",
    "RESOURCE_NAME": [MAIL],
    "GSUITE_PRODUCT_NAME": ["GMAIL"],
    "ACTOR_HOME_OFFICE": "US",
    "JUSTIFICATIONS": ["Customer Initiated Support - Case Number: 12345678"],
    "ACCESS_APPROVAL_REQUEST_IDS": ["req-1"],
    "OWNER_EMAIL": "owner@city.example",
}


def parameter(name, value):
    key = "multiValue" if isinstance(value, list) else "value"
    return {"name": name, key: value}


def event_row(**more):
    told = {**PARAMETERS, **more}
    rows = [parameter(*pair) for pair in told.items() if pair[1] is not None]
    return {"type": "GSUITE_RESOURCE", "name": "ACCESS", "parameters": rows}


def activity(number="1", at=NOW, events=None, **more):
    return {
        "kind": "admin#reports#activity",
        "id": {
            "time": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
            "uniqueQualifier": number,
            "applicationName": "access_transparency",
            "customerId": "C01abc234",
        },
        "events": [event_row(LOG_ID=f"log-{number}")] if events is None else events,
        **more,
    }

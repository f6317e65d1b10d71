"""Rows as another system sends them, and what is answered."""

import json

from requests_app.registers.tables.information import REGISTERS

SECRET = "a token of the tests alone"
AT = "/api/registers/v1/"


def send(client, register, *rows, **more):
    names = [column.name for column in REGISTERS[register].columns]
    body = {"reason": "Nightly", "rows": [dict.fromkeys(names, "") | r for r in rows]}
    return client.put(
        f"{AT}{register}", json.dumps(body | more), content_type="application/json"
    )


def mailbox(number, **more):
    return {
        "authority": "GSN",
        "system": "M365",
        "kind": "mailbox",
        "designation": f"T-{number}",
        "external_id": f"t{number}@skola.example",
        **more,
    }


def states(answer):
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return {name: body[name] for name in ("new", "changed", "waits", "same")} | {}


def only(**some):
    return {"new": 0, "changed": 0, "waits": 0, "same": 0, **some}


def complete(client, *identifiers, **more):
    body = {
        "reason": "Export",
        "authority": "GSN",
        "system": "M365",
        "identifiers": identifiers,
        **more,
    }
    return client.post(
        f"{AT}objects/complete", json.dumps(body), content_type="application/json"
    )

"""What a directory sends, and whom it knows."""

from tests.helpers.people import rewrite

TOKEN = "a token of the tests alone"
USERS = "/scim/v2/Users"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ANNA = {
    "schemas": [CORE],
    "userName": "anna@exempelstad.example",
    "externalId": "oid-anna",
    "name": {"givenName": "Anna", "familyName": "Provad"},
    "active": True,
    "roles": [{"value": "legal_reviewer"}],
}


def known_there(person):
    """Somebody of the cast, as the directory knows them."""
    rewrite(person, identity=f"oid-{person.username}")
    return person


def send(directory, method, path=USERS, told=None):
    call = getattr(directory, method)
    kind = "application/scim+json"
    return call(path, told, content_type=kind) if told is not None else call(path)


def replace(directory, person, **values):
    operations = [
        {"op": "replace", "path": name, "value": value}
        for name, value in values.items()
    ]
    told = {"schemas": [PATCH], "Operations": operations}
    return send(directory, "patch", f"{USERS}/{person.pk}", told)

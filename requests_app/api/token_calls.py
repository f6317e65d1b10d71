"""The calls for a token and against one, as the document tells them: OAuth2."""

from typing import Any

TEXT = {"type": "string"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Who calls: an id and a secret here or as Basic, or a JWT signed by a key of one's own.
WHO = {
    "client_id": TEXT,
    "client_secret": TEXT,
    "client_assertion_type": {"const": ASSERTION},
    "client_assertion": TEXT,
}
# As JSON, which RFC 6749 demands; a problem document beside that.
AS_JSON = " As JSON: `error` (RFC 6749, 5.2), and what a problem document has: `code`."


def _form(title: str, required: list[str], properties: dict[str, Any]) -> Any:
    schema = {
        "title": title,
        "type": "object",
        "required": required,
        "properties": {**properties, **WHO},
    }
    return {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": schema}},
    }


REFUSALS = {
    "400": {"description": "The call is not as it should be." + AS_JSON},
    "401": {"description": "Client, secret or assertion is not good." + AS_JSON},
    "429": {
        "description": "Wrong secrets too often from your address." + AS_JSON,
        "headers": {"Retry-After": {"description": "Seconds to wait.", "schema": TEXT}},
    },
}
TOKEN = {
    "title": "TokenOut",
    "type": "object",
    "required": ["access_token", "token_type", "expires_in"],
    "properties": {
        "access_token": TEXT,
        "token_type": TEXT,
        "expires_in": {"type": "integer"},
        "scope": TEXT,
    },
}
GIVEN = {
    "access_token": "b7c1…",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "requests",
}
TOKEN_CALL: dict[str, Any] = {
    "operationId": "fetch_token",
    "summary": "Fetch a token",
    "description": "OAuth2, client credentials (RFC 6749, 4.4), with a secret or a JWT"
    " that you sign (RFC 7523). It lasts an hour.",
    "security": [],
    "requestBody": _form(
        "TokenIn", ["grant_type"], {"grant_type": {"const": "client_credentials"}}
    ),
    "responses": {
        "200": {
            "description": "A token.",
            "content": {
                "application/json": {
                    "schema": TOKEN,
                    "examples": {"usual": {"value": GIVEN}},
                }
            },
        },
        **REFUSALS,
    },
}
REVOKE_CALL: dict[str, Any] = {
    "operationId": "revoke_token",
    "summary": "End a token before its hour is over",
    "description": "RFC 7009. Nobody has to. An unknown token is answered alike.",
    "security": [],
    "requestBody": _form("RevokeIn", ["token"], {"token": TEXT}),
    "responses": {"200": {"description": "It is in force no more."}, **REFUSALS},
}

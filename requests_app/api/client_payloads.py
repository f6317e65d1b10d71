"""What is told of a client to itself, and what it sends of itself. Times are UTC."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from requests_app.api.responses import Instant
from requests_app.api.schemas import StrictIn, whole
from requests_app.workflow.client_keys import MOST_KEYS
from requests_app.workflow.contract import MOST_OVERLAP

Hours = Annotated[
    int,
    BeforeValidator(whole),
    Field(strict=True, ge=0, le=MOST_OVERLAP),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_OVERLAP}),
]


class ChangeOut(Schema):
    """A version of the API."""

    version: str
    date: str
    texts: list[str]


class ChangelogOut(Schema):
    changes: list[ChangeOut]


class ClientOut(Schema):
    """Your client, as we have it."""

    name: str
    environment: Literal["live", "sandbox"]
    secret_made_at: Instant
    former_secret_until: Instant | None = Field(
        description="Until when the secret before it is in force too."
    )
    keys: list[str] = Field(description="The `kid` of each key that you sign with.")
    webhook_url: str = Field(description="Where you are told; empty: nowhere.")
    webhook_last_delivered_at: Instant | None
    webhook_trouble: str = Field(
        description="Of a webhook that is tried again: what went wrong last."
    )


class StatusOut(Schema):
    """How it is with the service."""

    service: Literal["up", "behind"] = Field(
        description="behind: calls are answered, but what runs beside them is late."
    )
    last_round_at: Instant | None = Field(
        description="When what lapses and is sent by itself was last seen to."
    )
    client: ClientOut


class SecretOut(Schema):
    """A new secret: told once."""

    secret: str
    former_until: Instant | None = Field(
        description="Until when the former secret of the client is in force."
    )


class NewSecretIn(StrictIn):
    overlap_hours: Hours = Field(
        24, description="0: the former one and its tokens stop at once."
    )


class WebhookIn(StrictIn):
    webhook_url: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^(https://[^\x00\s]+)?$")
    ]


class KeysIn(StrictIn):
    """A JWK Set (RFC 7517) of public keys: each with `kid`, and `alg` RS256, PS256 or
    ES256."""

    keys: list[dict[str, Any]] = Field(max_length=MOST_KEYS)

"""The OpenAPI document as it is served, and the JSON that is taken."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser

from requests_app.providers.reading import without_doubles


class StrictParser(Parser):
    """A key that stands twice means two things: neither is guessed at."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, object_pairs_hook=without_doubles)


class ContractAPI(NinjaAPI):
    """NinjaAPI whose document says that refusals are problem documents."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        for path in schema["paths"].values():
            for operation in path.values():
                _as_problems(operation)
        schema["components"]["securitySchemes"] = {
            "ClientAuth": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/oauth/token",
                        "scopes": {"requests": "Apply, read, answer, report"},
                    }
                },
            }
        }
        return schema


def _as_problems(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= 400 and "content" in response:
            content = response["content"].pop("application/json")
            response["content"]["application/problem+json"] = content
    if "security" in operation:
        operation["security"] = [{"ClientAuth": ["requests"]}]

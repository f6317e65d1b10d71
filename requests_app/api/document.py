"""The OpenAPI document as it is served."""

from typing import Any

from ninja import NinjaAPI


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

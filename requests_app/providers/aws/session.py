"""botocore, where it is installed: it signs and reads, our own exchange sends."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from requests_app.providers.http.exchange import LIMITS, whole_exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import Unreachable

ENDPOINT = "https://iam.amazonaws.com"
LOG_ENDPOINT = "https://cloudtrail.{region}.amazonaws.com"
# IAM is signed for this region, wherever it is asked from.
REGION = "us-east-1"


class _Raw:
    """A body that has been read, as botocore wants one."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_args: Any, **_more: Any) -> Iterator[bytes]:
        yield self.body


class Sender:
    """In the place of botocore's own HTTP: a deadline for the whole, no redirects."""

    def send(self, request: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        reply = whole_exchange(
            request.method,
            request.url,
            content=request.body,
            headers=dict(request.headers),
            **LIMITS,
        )
        headers = {"content-type": reply.headers.get("content-type", "text/xml")}
        if reply.retry_after is not None:
            headers["retry-after"] = str(reply.retry_after)
        return AWSResponse(request.url, reply.status, headers, _Raw(reply.body))

    def close(self) -> None:
        pass


def iam() -> Any:
    """A client of IAM. Raises Unreachable, in words that say what is missing."""
    return _made("iam", REGION, setting("LOCKBOX_AWS_ENDPOINT", ENDPOINT))


def cloudtrail(region: str) -> Any:
    """A client of CloudTrail in a region. Raises as `iam`."""
    endpoint = setting("LOCKBOX_AWS_LOG_ENDPOINT", LOG_ENDPOINT.format(region=region))
    return _made("cloudtrail", region, endpoint)


def _made(service: str, region: str, endpoint: str) -> Any:
    profile = setting("LOCKBOX_AWS_PROFILE", "-")
    try:
        return _client(service, region, endpoint, profile)
    except ImportError as error:
        trouble = _("botocore is not installed: install lockbox[aws].")
        raise Unreachable(trouble) from error
    except Exception as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


@lru_cache(maxsize=32)
def _client(service: str, region: str, endpoint: str, profile: str) -> Any:
    import botocore.config
    import botocore.session

    session = botocore.session.Session(profile=None if profile == "-" else profile)
    keys = {}
    if urlsplit(endpoint).scheme != "https":
        # A simulator on this machine: nobody's keys sign for it.
        keys = {"aws_access_key_id": "simulated", "aws_secret_access_key": "-"}
    client = session.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
        **keys,
    )
    client._endpoint.http_session = Sender()
    return client

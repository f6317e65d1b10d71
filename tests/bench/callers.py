"""Processes that work as fast as they can for some seconds. No Django here: each is a
small Python of its own, so that it measures the other side and not itself."""

import hashlib
import http.client
import json
import time
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import psycopg

from tests.bench import again, copies
from tests.bench.starting import small_processes, when_all_are_ready
from tests.bench.visitors import application, token


class Figures(NamedTuple):
    """Of one run: a second, and milliseconds for half and for all but 5 % of them."""

    rate: float
    median: float
    slow: float


def together(
    work: Callable[..., list[float]], jobs: list[Any], seconds: float
) -> Figures:
    """Let one process for each job work at the same time."""
    with small_processes(len(jobs)) as pool:
        running = [pool.submit(work, job, seconds) for job in jobs]
        took = sorted(one for each in running for one in each.result())
    if not took:
        return Figures(0, 0, 0)
    return Figures(
        len(took) / seconds,
        took[len(took) // 2] * 1000,
        took[int(len(took) * 0.95)] * 1000,
    )


def _until_the_end(act: Callable[[], None], seconds: float) -> list[float]:
    when_all_are_ready()
    ends = time.perf_counter() + seconds
    took = []
    while (started := time.perf_counter()) < ends:
        act()
        took.append(time.perf_counter() - started)
    return took


class ApiJob(NamedTuple):
    port: int
    client_id: str
    secret: str
    objects: list[str]


def through_the_api(job: ApiJob, seconds: float) -> list[float]:
    """Apply again and again; a connection for each call, as gunicorn's workers want."""
    shown = token(job.port, job.client_id, job.secret)

    def apply() -> None:
        name = uuid.uuid4().hex
        headers = {
            **shown,
            "Content-Type": "application/json",
            "Idempotency-Key": name,
        }
        body = json.dumps(application(name, job.objects))
        _post(job.port, "/api/v1/requests", body, headers, 201)

    return _until_the_end(apply, seconds)


def _post(
    port: int, path: str, body: str, headers: dict[str, str], status: int
) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    if response.status != status:
        raise RuntimeError(f"HTTP {response.status}: {content[:300]!r}")
    return content


class PsycopgJob(NamedTuple):
    login: dict[str, Any]
    role: str
    pattern: copies.Pattern


def by_bare_psycopg(job: PsycopgJob, seconds: float) -> list[float]:
    """Insert the same rows again and again, a transaction for each request."""
    with psycopg.connect(**job.login, autocommit=True) as connection:
        if job.role:
            connection.execute(f"set role {job.role}")

        def insert() -> None:
            with connection.transaction(), connection.cursor() as cursor:
                again.insert_again(cursor, job.pattern)

        return _until_the_end(insert, seconds)


class EventJob(NamedTuple):
    login: dict[str, Any]
    role: str
    actor: int


def by_one_event(job: EventJob, seconds: float) -> list[float]:
    """Keep one content again and again, a signed transaction for each."""
    with psycopg.connect(**job.login, autocommit=True) as connection:
        if job.role:
            connection.execute(f"set role {job.role}")

        def keep() -> None:
            body, salt = uuid.uuid4().bytes * 25, uuid.uuid4().bytes
            digest = hashlib.sha256(salt + body).hexdigest()
            with connection.transaction():
                connection.execute(
                    "select set_config('lockbox.actor_id', %s, true)",
                    [str(job.actor)],
                )
                connection.execute(
                    "insert into requests_app_content"
                    " (digest, salt, body, media_type, file_name, size, kept_at)"
                    " values (%s, %s, %s, 'text/plain', '', %s, now())",
                    [digest, salt, body, len(body)],
                )

        return _until_the_end(keep, seconds)

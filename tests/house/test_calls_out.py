"""Whatever calls out does it with a deadline for the whole call: by one exchange."""

import ast

from tests.house.files import ROOT

LIBRARIES = {"httpx", "requests", "urllib.request", "http.client", "smtplib", "authlib"}
# Who may, and why: everything else goes by `exchange`.
WAYS = {
    "requests_app/providers/http.py": "the exchange itself",
    "lockbox_site/oidc.py": "Authlib, with a session over the exchange",
    "audit_app/verifying/proofs.py": "what strangers run, with Python alone",
    "lockbox_site/deploy/lockbox_upgrade/server.py": "asks its own web, and no other",
    "requests_app/duty/sweep/channels.py": "mail; the sweep alone, with a time-out",
    "lockbox_site/demo/city.py": "a provider's program, for a demonstration",
    "lockbox_site/demo/town.py": "other installations, for a demonstration",
}
# A `Timeout` for the exchange calls nobody.
ONLY_TIMEOUTS = {
    "requests_app/oversight/sweep.py",
    "requests_app/providers/atlas/client.py",
    "requests_app/providers/azure/client.py",
    "requests_app/providers/exchange_online/client.py",
    "requests_app/providers/okta/client.py",
}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_nothing_else_knows_a_client():
    found = set()
    for package in ("audit_app", "lockbox_site", "requests_app"):
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text())
            names = {name for name in imported(tree) if name in LIBRARIES}
            names |= {
                name for name in imported(tree) if name.split(".")[0] in LIBRARIES
            }
            if names:
                found.add(str(path.relative_to(ROOT)))
    assert found == {*WAYS, *ONLY_TIMEOUTS}


def test_who_knows_only_time_outs_calls_nobody():
    for name in ONLY_TIMEOUTS:
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            if (
                isinstance(node, ast.Attribute)
                and getattr(node.value, "id", "") == "httpx"
            ):
                assert node.attr in ("Timeout", "URL", "Response"), name

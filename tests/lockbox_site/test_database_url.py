"""Addresses of databases as people write them: several hosts, and passwords unescaped."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from lockbox_site.configuration import database


@pytest.mark.parametrize(
    ("hosts", "port"),
    [("db1", ""), ("db1:5433", "5433"), ("db1,db2", ","), ("db1:1,db2:2", "1,2")],
)
def test_one_host_and_several(hosts, port):
    entry = database(
        "DATABASE_URL", f"postgresql://u:p@{hosts}/lockbox?sslmode=require"
    )
    assert (entry["PORT"], entry["NAME"]) == (port, "lockbox")
    assert entry["HOST"] == ",".join(one.split(":")[0] for one in hosts.split(","))


@pytest.mark.parametrize("shown", ["a@b", "a/b", "a:b@c"])
def test_a_password_as_it_is_falls_to_pieces_and_is_not_shown(shown):
    with pytest.raises(ImproperlyConfigured) as told:
        database("DATABASE_URL", f"postgresql://u:{shown}@db1/lockbox")
    assert shown not in str(told.value)

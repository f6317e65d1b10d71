"""What waits to be woken by the database goes on when the database has been away."""

import threading
import time

import pytest

from requests_app.cases.access import outbox
from requests_app.oversight import sweep
from tests.helpers.others import another

SESSIONS = """
select pid from pg_stat_activity
where datname = current_database() and usename = current_user
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("listens", [outbox._send_until, *outbox.BESIDE])
def test_it_listens_anew_where_its_connection_was_ended(listens, monkeypatch):
    """The finding: each of its threads ended with the server."""
    for module in (outbox, sweep):
        monkeypatch.setattr(module, "CALM", 0.1)
        monkeypatch.setattr(module, "LOOK", 1.0)
    over = threading.Event()
    thread = threading.Thread(target=listens, args=(over,))
    with another() as owner:
        owner.autocommit = True

        def sessions():
            return {pid for (pid,) in owner.execute(SESSIONS)}

        def another_than(known):
            while not (found := sessions() - known):
                time.sleep(0.02)
            return found

        before = sessions()
        thread.start()
        try:
            first = another_than(before)
            time.sleep(0.5)  # it listens; ended earlier it would begin anew as well
            owner.execute("select pg_terminate_backend(%s)", [*first])
            assert another_than(before | first) and thread.is_alive()
        finally:
            over.set()
            thread.join()

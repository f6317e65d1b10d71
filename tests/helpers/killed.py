"""A call in a forked process that is killed (-9) at a moment of its own or of others'."""

import os
import signal

from django.db import connection, connections

WRITES = ("INSERT", "UPDATE", "DELETE", "SELECT audit_", "SELECT lockbox_")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_process_that_dies(call, at=None, began=lambda pid: None):
    """True if the call came to its end before it was killed. `at`: the number of a
    statement that writes, "commit" or "committed", or one of these with its number:
    "commit 2". `began` is told the process, for others to kill it."""
    pid = os.fork()
    if pid:
        began(pid)
        _pid, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return False
        assert os.WEXITSTATUS(status) == 0
        return True
    code = 1
    try:
        for other in connections.all(initialized_only=True):
            other.connection = None  # the parent's socket is not ours to close
        _arm(at)
        call()
        code = 0
    finally:
        os._exit(code)


def _arm(at):
    statements = commits = 0
    moment, _space, number = str(at).partition(" ")

    def count(execute, sql, params, many, context):
        nonlocal statements
        # What only reads leaves all as it was for the next.
        statements += sql.startswith(WRITES)
        if statements == at:
            die()
        return execute(sql, params, many, context)

    connection.ensure_connection()
    connection.execute_wrappers.append(count)
    commit = connection._commit

    def committing():
        nonlocal commits
        commits += 1
        is_it = commits == int(number or 1)
        if moment == "commit" and is_it:
            die()
        commit()
        if moment == "committed" and is_it:
            die()

    connection._commit = committing

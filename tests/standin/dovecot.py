"""A real IMAP server of our own (Debian's dovecot-imapd), with one mailbox."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from imapclient import IMAPClient

from lockbox_site.scratch import free_port
from tests import moment, tools

USER, PASSWORD = "notiser@exempelstad.example", "a password of the test"
CONFIGURATION = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap
import_environment {{
  LD_PRELOAD = {preload}
  TESTS_AHEAD = {ahead}
}}
ssl = no
auth_allow_cleartext = yes
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_driver = maildir
mail_path = {base}/mail/%{{user}}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
oauth2 {{
  introspection_mode = post
  introspection_url = http://127.0.0.1:{tokens}/
  username_attribute = email
  active_attribute = active
  active_value = true
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {base}/mail/%{{user}}
  }}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    listen = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class Dovecot:
    """Started by `with`. `address` is what LOCKBOX_MAILBOX says; `says_yes` is whether
    a token is taken."""

    def __init__(self):
        self.base = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        self.port = free_port()
        self.says_yes = True
        # It is no server of root's.
        self.user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())[0]
        account = pwd.getpwnam(self.user)

        self.group = grp.getgrgid(account.pw_gid).gr_name
        if os.geteuid() == 0:
            os.chown(self.base, account.pw_uid, account.pw_gid)

    @property
    def address(self):
        return f"imap://{USER.replace('@', '%40')}@127.0.0.1:{self.port}/INBOX"

    def __enter__(self):
        self.tokens = ThreadingHTTPServer(("127.0.0.1", 0), _introspection(self))
        threading.Thread(
            target=self.tokens.serve_forever, args=(0.02,), daemon=True
        ).start()
        (self.base / "dovecot.conf").write_text(
            CONFIGURATION.format(
                base=self.base,
                preload=os.environ.get("LD_PRELOAD", ""),
                ahead=os.environ.get(moment.AHEAD, "0"),
                user=self.user,
                group=self.group,
                tokens=self.tokens.server_port,
                password=PASSWORD,
                port=self.port,
            )
        )
        self.start()
        return self

    def __exit__(self, *_error):
        self.stop()
        self.tokens.shutdown()
        self.tokens.server_close()
        shutil.rmtree(self.base, ignore_errors=True)

    def start(self):
        as_whom = {"user": self.user, "group": self.group, "extra_groups": []}
        self.process = subprocess.Popen(
            [tools.path("dovecot"), "-F", "-c", self.base / "dovecot.conf"],
            stdout=subprocess.DEVNULL,
            stderr=(self.base / "words").open("w"),
            **(as_whom if os.geteuid() == 0 else {}),
        )
        end = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self.base / "words").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def client(self):
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=60)
        client.login(USER, PASSWORD)
        return client

    def append(self, *mails, at=None):
        with self.client() as client:
            for raw in mails:
                client.append("INBOX", raw, msg_time=at or datetime.now(UTC))

    def flags(self):
        """What has been marked, by number."""
        with self.client() as client:
            client.select_folder("INBOX", readonly=True)
            rows = client.get_flags(client.search(["ALL"]))
            return {uid: set(flags) - {b"\\Recent"} for uid, flags in rows.items()}

    def made_anew(self):
        """The same mails under another generation of numbers."""
        with self.client() as client:
            client.select_folder("INBOX", readonly=True)
            uids = client.search(["ALL"])
            kept = [
                (row[b"BODY[]"], row[b"INTERNALDATE"])
                for row in client.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE"]).values()
            ]
        self.stop()
        shutil.rmtree(self.base / "mail")
        time.sleep(1.1)  # a generation is told by the second
        self.start()
        for raw, at in kept:
            self.append(raw, at=at)


def _introspection(outer):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            active = "true" if outer.says_yes else "false"
            body = f'{{"active":{active},"email":"{USER}"}}'.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

    return Handler

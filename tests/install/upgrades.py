"""What tests of `lockbox-upgrade` ask of the machine."""

ASK = (
    "ask() { curl --silent --show-error -b /root/jar -c /root/jar -o /root/page"
    " -w '%{http_code}' --cacert /etc/lockbox/tls/certificate.pem"
    " --resolve lockbox.example.se:443:127.0.0.1"
    ' -e https://lockbox.example.se/login/ "$@"; }; '
)
SIGN_IN = f"""{ASK}rm -f /root/jar
ask https://lockbox.example.se/login/
token=$(awk '$6 == "csrftoken" {{ print $7 }}' /root/jar)
ask -d csrfmiddlewaretoken=$token -d username=anna \\
    --data-urlencode 'password=Anna valde just detta' https://lockbox.example.se/login/
"""


def version(machine):
    return machine.sh("readlink /opt/lockbox/current").stdout.strip()


def file_of(version):
    return f"/root/lockbox-{version}.tar.gz"


def is_whole(machine, expected):
    """One release, its database, all of the record, and anna still signed in."""
    assert version(machine) == expected
    machine.sh("curl --silent --fail http://127.0.0.1:8000/ready")
    machine.sh("lockbox-manage owner check_database; lockbox-manage owner check_record")
    assert machine.sh(f"{ASK}ask https://lockbox.example.se/").stdout == "200"
    told = machine.sh("systemctl show --property=MainPID --value lockbox-web.service")
    runs = machine.sh(f"tr '\\0' ' ' </proc/{told.stdout.strip()}/cmdline").stdout
    assert f"/opt/lockbox/{expected}/" in runs or "/opt/lockbox/current/" in runs
    machine.sh(
        "systemctl is-active lockbox.target lockbox-web lockbox-outbox"
        " lockbox-sweep.timer lockbox-backup.timer lockbox-check.timer nginx\n"
        "! ls /var/lib/lockbox-upgrade/still /var/lib/lockbox-upgrade/away 2>/dev/null"
    )


def has_newer_tables(machine):
    told = machine.sh(
        "cd /; runuser -u postgres -- psql lockbox -Atc"
        " \"select 1 from pg_indexes where indexname = 'of_the_next_release'\""
    )
    return told.stdout.strip() == "1"


def refused(machine, command):
    done = machine.sh(command, check=False)
    assert done.returncode == 1, done.stdout
    return done.stderr

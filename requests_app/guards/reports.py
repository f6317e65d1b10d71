"""What the database asks of what is drawn up of many cases, and leaves the authority."""

from audit_app.guards.families import Family, Table, appended, audited
from requests_app import models
from requests_app.guards.families import own_name, stays

REPORTS: dict[Table, list[Family]] = {
    models.ArchiveDelivery: [
        audited(),
        stays("received_by receipt received_at"),
        own_name("made_by_id"),
    ],
    models.BoardReport: [audited(), appended(), own_name("made_by_id")],
    models.TransparencyReport: [audited(), appended(), own_name("made_by_id")],
}

"""What the database asks of the tables by which cases are disposed of."""

from audit_app.guards.families import (
    Family,
    Table,
    appended,
    audited,
    closed,
    ledgered,
    never_emptied,
)
from requests_app import models
from requests_app.guards.families import (
    never_deleted,
    own_name,
    stays,
    two_persons,
)

DISPOSALS: dict[Table, list[Family]] = {
    models.Disposal: [
        audited(),
        stays(
            "status proposed_by_id proposed_at confirmed_by_id confirmed_at ended_at "
            "protocol_id version"
        ),
        own_name("drawn_by_id"),
    ],
    models.DisposalAnswer: [
        audited("item.disposal"),
        appended(),
        own_name("answered_by_id"),
    ],
    models.DisposalDate: [ledgered("review"), never_emptied()],
    models.DisposalItem: [
        audited("disposal"),
        stays("receipt kept_because version"),
    ],
    models.DisposalRule: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons(
            "update",
            "authority_id matter process_code disposal_decision years counts_from "
            "valid_from",
        ),
    ],
    models.DisposedCase: [ledgered(), closed()],
}

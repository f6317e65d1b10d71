"""What the database asks of the tables of handing out: documents, and what a data
subject is given."""

from audit_app.guards.families import Family, Table, appended, audited
from requests_app import models
from requests_app.guards.families import (
    never_deleted,
    own_name,
    own_name_once_set,
    stays,
    two_persons,
)

HANDING_OUT: dict[Table, list[Family]] = {
    models.DisclosedDocument: [
        audited("request"),
        stays(
            "outcome provision_id reasons_id reserved_by_id paper_id pages "
            "tested_by_id tested_at version"
        ),
        own_name_once_set("tested_by_id"),
    ],
    models.DisclosureDecision: [
        audited("request"),
        stays("served_at served_by_id version"),
        own_name("decided_by_id"),
    ],
    models.Disclosure: [audited("request"), appended(), own_name("tested_by_id")],
    models.DisclosureRequest: [
        audited(),
        stays(
            "status bound_id file_id file_sha256 pages made_by_id made_at looked_by_id "
            "looked_at sent_back_id answer_id delivered_how delivered_to_id "
            "delivered_by_id delivered_at fee asked_at version"
        ),
        own_name("recorded_by_id"),
    ],
    models.DisclosureTariff: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id free_pages first_fee page_fee basis"),
    ],
    models.Redaction: [
        audited("of_document.request"),
        stays("status provision_id why_id made_by_id made_at version"),
        own_name("made_by_id", rewritten=True),
    ],
}

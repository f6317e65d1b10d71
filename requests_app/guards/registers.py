"""What the database asks of the tables of registers: what many cases rest on. Drills,
which make no case, stand among them."""

from audit_app.guards.families import (
    Family,
    Table,
    audited,
    ledgered,
    watched,
)
from requests_app import models
from requests_app.guards.families import (
    address_expires,
    never_deleted,
    only,
    own_name,
    own_name_once_set,
    stays,
    two_persons,
)
from requests_app.models.retention import PERIODS

REGISTERS: dict[Table, list[Family]] = {
    models.Absence: [audited("nobody"), never_deleted()],
    models.AccessibilityFault: [audited("statement")],
    models.AccessibilityStatement: [audited(), never_deleted()],
    models.Authority: [
        audited("nobody"),
        never_deleted(),
        two_persons("update", "kind regime managers_from_id managers_agreement"),
    ],
    models.ClassificationLabel: [audited(), never_deleted()],
    models.CloudObject: [
        audited(),
        never_deleted(),
        two_persons("update", "authority_id gone_on"),
    ],
    models.CloudObjectInformationSet: [
        audited("information_set"),
        only(),
        two_persons("insert", when="lockbox_is_listed(new.information_set_id)"),
        two_persons(
            "update",
            "cloud_object_id information_set_id",
            when="lockbox_is_listed(old.information_set_id)"
            " or lockbox_is_listed(new.information_set_id)",
        ),
        two_persons("delete", when="lockbox_is_listed(old.information_set_id)"),
    ],
    models.CloudSystem: [audited("nobody"), never_deleted()],
    models.Connection: [
        audited(),
        never_deleted(),
        two_persons(
            "update", "product_id external_id authority_id is_active is_automatic"
        ),
    ],
    models.ContractClient: [
        audited("nobody"),
        stays(
            "name secret_made_at ended_at webhook_url public_keys changed_itself_at "
            "version"
        ),
    ],
    models.CoverageGap: [watched()],
    models.DelegationRule: [
        audited(),
        never_deleted(),
        own_name_once_set("made_by_id"),
    ],
    models.FirstManagers: [
        audited(),
        stays(
            "confirmed_by_id confirmed_at refused_by_id refused_at refusal_reason "
            "version"
        ),
    ],
    models.Drill: [
        audited(),
        stays("ended_by_id ended_at version"),
        own_name("begun_by_id"),
    ],
    models.DrillCall: [audited("drill"), stays("ways told_at trouble came_at")],
    models.InformationSet: [
        audited(),
        never_deleted(),
        two_persons("update", "is_named_list"),
    ],
    models.InformationSetPerson: [
        audited("information_set"),
        two_persons("insert", "information_set_id person_id"),
        two_persons("update", "information_set_id person_id"),
        two_persons("delete", "information_set_id person_id"),
    ],
    models.InformationSetProvision: [audited("information_set"), never_deleted()],
    models.LogGap: [
        audited("log.connection"),
        stays("explained_by_id explained_at explanation_id version"),
        own_name_once_set("explained_by_id"),
    ],
    models.LogPosition: [watched()],
    models.MailRule: [
        audited("connection"),
        never_deleted(),
        two_persons("insert"),
        two_persons(
            "update",
            "connection_id name sender signed_by sealed_by subject_pattern "
            "number_pattern case_pattern tenant is_active",
        ),
    ],
    models.Municipality: [audited("nobody"), never_deleted()],
    models.NoticeChannel: [audited(), stays("ended_at version")],
    models.NoticeChoice: [
        audited(),
        stays("switched_off switched_on"),
        own_name("person_id", rewritten=True),
    ],
    models.NoticeLadder: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id product_id class_from margin rungs"),
    ],
    models.Origin: [audited(), stays("row_id version"), own_name("taken_by_id")],
    models.Original: [
        audited(),
        stays("looked_by_id looked_at version"),
        own_name_once_set("looked_by_id"),
    ],
    models.PhoneNumber: [
        audited("nobody"),
        only("number_sealed"),
        own_name("person_id", rewritten=True),
        address_expires(),
    ],
    models.Provider: [
        audited("nobody"),
        never_deleted(),
        two_persons("update", "name country"),
    ],
    models.ProviderProduct: [
        audited("nobody"),
        never_deleted(),
        two_persons(
            "update",
            "provider_id name channel answer_minutes access_minutes access_is_fixed "
            "can_answer_partly revocation can_extend portal approve_label deny_label "
            "promise promise_source promise_read_on seal seal_source seal_read_on",
        ),
    ],
    models.ProcessingPaper: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons(
            "update",
            "authority_id kind diary_number contact officer processor contract remarks "
            "drawn_on wording digest",
        ),
    ],
    models.ProviderLog: [
        audited("connection"),
        never_deleted(),
        two_persons("update", "is_read"),
    ],
    models.Provision: [audited("nobody"), never_deleted()],
    models.Publication: [
        audited(),
        stays("revoked_on revoked_reason"),
        two_persons("insert"),
        two_persons("update", "revoked_on revoked_reason"),
    ],
    models.Publisher: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id name key feed is_active"),
    ],
    models.Readiness: [watched()],
    models.PushDevice: [
        audited("nobody"),
        only("name ended_at end_reason"),
        own_name("person_id"),
        address_expires(),
    ],
    models.ReadingLimit: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id opens closes many days"),
    ],
    models.ReconciliationRule: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons(
            "update",
            "authority_id name connection_id outcome action country effect reason "
            "is_active",
        ),
    ],
    models.RefusedAddress: [watched()],
    models.RegisterChange: [audited(), never_deleted()],
    models.RegisterToken: [ledgered("", "digest")],
    models.RetentionRule: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", f"authority_id disposal_decision {' '.join(PERIODS)}"),
    ],
    models.RoleAssignment: [audited(), never_deleted()],
    models.RosterAuthority: [audited("group"), only()],
    models.RosterCalendar: [
        audited("nobody"),
        stays("ended_at version"),
        own_name("person_id"),
    ],
    models.RosterGroup: [audited(), never_deleted()],
    models.RosterPattern: [
        audited("group"),
        stays("ended_at version"),
        own_name("made_by_id"),
    ],
    models.SecrecyBranch: [
        audited(),
        never_deleted(),
        two_persons("update", "authority_id name"),
    ],
    models.SecurityClassification: [
        audited("information_set"),
        stays(),
        two_persons(
            "insert",
            "information_set_id valid_from confidentiality",
            when="lockbox_lowers(new.information_set_id, new.valid_from,"
            " new.confidentiality::integer)",
        ),
        two_persons("update", "information_set_id valid_from confidentiality"),
        two_persons("delete", "information_set_id valid_from confidentiality"),
    ],
    models.Shift: [audited("group"), stays("withdrawn_at version")],
    models.ShiftOffer: [
        audited("group"),
        stays("taken_by_id taken_at withdrawn_at version"),
        own_name_once_set("taken_by_id"),
    ],
    models.StatuteParagraph: [audited("nobody"), never_deleted()],
    models.WebhookSecret: [audited("nobody"), stays("ended_at")],
}

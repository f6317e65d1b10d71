"""What the database asks of the tables of the public record: what is registered, handed
out, disposed of and delivered."""

from audit_app.guards.families import Family, Table, audited
from requests_app import models
from requests_app.guards.disposals import DISPOSALS
from requests_app.guards.families import (
    never_deleted,
    own_name,
    own_name_once_set,
    stays,
    two_persons,
)
from requests_app.guards.handing_out import HANDING_OUT

PUBLIC_RECORD: dict[Table, list[Family]] = {
    **DISPOSALS,
    **HANDING_OUT,
    models.DiaryEntry: [
        audited("review"),
        stays("taken_at number came_at came_by_id other_number version"),
        own_name_once_set("came_by_id"),
    ],
    models.RecipientNotice: [
        audited("mask.review"),
        stays("told_at told_by_id how_id"),
        own_name_once_set("told_by_id"),
    ],
    models.RegisterPage: [
        audited(),
        never_deleted(),
        two_persons("insert"),
        two_persons("update", "authority_id address since is_published"),
    ],
    models.SecrecyMark: [
        audited("review"),
        stays("lifted_at lifted_by_id version"),
        own_name("marked_by_id"),
        own_name_once_set("lifted_by_id"),
    ],
}

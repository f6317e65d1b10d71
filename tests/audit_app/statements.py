"""The tables of the ledger, and statements by which a line is made anew."""

ENTRY, DETAIL = "audit_app_ledgerentry", "audit_app_ledgerdetail"
LEAF, SUBTREE = "audit_app_sealedleaf", "audit_app_subtree"
REFERENCE = "audit_app_sealedleaf_entry_id_ead8a632_fk_audit_app"
REWRITE = (
    f"update {ENTRY} set event = 'made.up',"
    " payload = replace(payload, '\"' || event || '\"', '\"made.up\"') where id = %s"
)
REHASH = (
    f"update {ENTRY} set leaf_hash = sha256('\\x00'::bytea || convert_to(payload, 'UTF8'))"
    " where id = %s"
)

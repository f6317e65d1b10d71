drop index audit_disagreement_once;
drop function
  audit_disagreement_add, audit_ledger_standing, audit_disposal_guard, audit_disposal_propose,
  audit_disposal_confirm, audit_may_expire, audit_details_expire, audit_clock, audit_now,
  audit_moment, audit_actor, audit_name_of, audit_changes_now, audit_versions_now,
  audit_append_only, audit_history_stamp, audit_history_tells_a_change, audit_history_matches,
  audit_differs, audit_ledger_add, audit_ledger_record, audit_commitment, audit_ledger_change,
  audit_ledger_outside, audit_detail_stays, audit_application_login, audit_login_has_its_line,
  audit_is_disposed, audit_history_of, audit_rows_dispose, audit_rows_standing, audit_row_digest,
  audit_ledger_tell_signed, audit_ledger_seal, audit_whole_root, audit_ledger_unsealed,
  audit_ledger_waits, audit_ledger_checkpoint, audit_ledger_cosigned, audit_ledger_stamped,
  audit_ledger_handed_out, audit_ledger_receipt, audit_ledger_key_statement, audit_witness_advance
  cascade;
drop table audit_app_unsealedentry, audit_app_subtree, audit_app_setclock, audit_app_reconciled, audit_app_witnessedlog, audit_app_applicationlogin, audit_app_handedout;
alter table audit_app_checkpoint
  drop constraint audit_root_is_a_hash, drop constraint audit_size_is_no_nothing;

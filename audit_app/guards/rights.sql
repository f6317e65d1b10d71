-- Lines are added by functions only. The application reads them; of what is unsealed it
-- asks a function, for the table changes with each line.
revoke all on audit_app_unsealedentry from lockbox_app;
revoke all on sequence audit_app_ledgerentry_id_seq, audit_app_cosignature_id_seq,
  audit_app_disagreement_id_seq, audit_app_keystatement_id_seq from lockbox_app;
revoke insert, update, delete on audit_app_ledgerdetail, audit_app_setclock,
  audit_app_witnessedlog from lockbox_app;
revoke delete on audit_app_reconciled from lockbox_app;

revoke all on function audit_ledger_add, audit_ledger_record, audit_ledger_change,
  audit_ledger_outside, audit_ledger_seal, audit_ledger_tell_signed, audit_ledger_unsealed,
  audit_ledger_waits,
  audit_ledger_checkpoint, audit_ledger_cosigned, audit_ledger_stamped,
  audit_ledger_handed_out, audit_ledger_receipt, audit_ledger_key_statement,
  audit_disposal_guard, audit_disposal_propose, audit_disposal_confirm, audit_detail_stays,
  audit_details_expire, audit_rows_dispose,
  audit_disagreement_add, audit_witness_advance, audit_application_login,
  audit_login_has_its_line from public;
grant execute on function audit_ledger_record, audit_ledger_seal, audit_ledger_unsealed,
  audit_ledger_waits, audit_ledger_checkpoint, audit_ledger_cosigned, audit_ledger_stamped,
  audit_ledger_handed_out, audit_ledger_receipt, audit_ledger_key_statement,
  audit_disagreement_add, audit_witness_advance to lockbox_app;
grant execute on function audit_ledger_unsealed to lockbox_auditor;
grant execute on function audit_disposal_propose, audit_disposal_confirm to lockbox_disposal;

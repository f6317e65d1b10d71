drop index content_words, content_threes, cloudobject_swedish, requestedobject_parts, accessrequest_number_parts, accessrequest_support_parts, accessrequest_audit_id_parts, secrecyreview_diary_parts, historicalsecrecyreview_lapsed;
drop function
  lockbox_alteration_guard, lockbox_altered, lockbox_idempotencykey_guard, lockbox_savedaudit_guard,
  lockbox_sample_drawn, lockbox_sampledcase_guard, lockbox_auditfinding_guard, lockbox_answer_by,
  lockbox_night_ends, lockbox_data_subject_request_guard, lockbox_disclosure_guard, lockbox_meaning,
  lockbox_standing, lockbox_was_decided, lockbox_harm_tests, lockbox_has_fallen,
  lockbox_minutes_beside, lockbox_proposal_guard, lockbox_return_comment_guard, lockbox_terms_guard,
  lockbox_decision_guard, lockbox_parts_guard, lockbox_decision_terms_guard, lockbox_reasons_guard,
  lockbox_sum_guard, lockbox_foreign_demand_guard, lockbox_reasons_asked_guard,
  lockbox_service_guard, lockbox_served_guard, lockbox_appeal_guard, lockbox_rule_in_force,
  lockbox_delegation_guard, lockbox_subdelegation_guard, lockbox_was_open, lockbox_delivery_guard,
  lockbox_ground_guard, lockbox_answer_guard, lockbox_opened_guard, lockbox_outbox_guard,
  lockbox_sandbox_guard, lockbox_outbox_wakes, lockbox_comparison_guard, lockbox_compared_first,
  lockbox_deviation_guard, lockbox_event_guard, lockbox_outcome_guard,
  lockbox_deviation_event_guard, lockbox_deviation_keeps_open, lockbox_breach_guard,
  lockbox_duty_guard, lockbox_drill_guard, lockbox_drillcall_guard, lockbox_never_managed,
  lockbox_waits_as_first, lockbox_confirms_as_first, lockbox_first_managers_guard, lockbox_freezes,
  lockbox_frozen, lockbox_keep_freezes_out, lockbox_freeze_guard, lockbox_freeze_waits,
  lockbox_grant_guard, lockbox_is_revoked, lockbox_revoked_guard, lockbox_revocation_guard,
  lockbox_revokes, lockbox_is_lent, lockbox_administers, lockbox_lends, lockbox_municipality_stays,
  lockbox_is_served, lockbox_stays_within, lockbox_runs_own_product, lockbox_works_within,
  lockbox_has_left, lockbox_noticeladder_guard, lockbox_turntaken_guard, lockbox_laddernotice_guard,
  lockbox_pushdevice_guard, lockbox_noticechannel_guard, lockbox_sentnotice_guard, lockbox_is_sweep,
  lockbox_recertification_guard, lockbox_left_unconfirmed, lockbox_extended, lockbox_extensions,
  lockbox_matters, lockbox_conflicts_of, lockbox_asks_for_documents, lockbox_hands_out_documents,
  lockbox_entry_guard, lockbox_moved_guard, lockbox_object_guard, lockbox_dropped_guard,
  lockbox_retention_days, lockbox_retention_period, lockbox_reviews_hold, lockbox_authority_holds,
  lockbox_reviews_of, lockbox_row_hold, lockbox_item_hold, lockbox_line_moment,
  lockbox_lines_newest_due, lockbox_lines_due, lockbox_expires, lockbox_lines_run,
  lockbox_notices_run, lockbox_left_at, lockbox_account_hold, lockbox_address_expires,
  lockbox_class, lockbox_class_known, lockbox_review_guard, lockbox_assessment_guard,
  lockbox_part_guard, lockbox_tested_part_guard, lockbox_consultation_guard, lockbox_consent_guard,
  lockbox_follow_up_guard, lockbox_holds_role, lockbox_is_delegated, lockbox_delivers,
  lockbox_stands_in, lockbox_may_stand_in, lockbox_is_unmanaged, lockbox_manages, lockbox_confirms,
  lockbox_roleassignment_guard, lockbox_lets_confirm, lockbox_confirming, lockbox_confirmers,
  lockbox_lacks, lockbox_gives, lockbox_moments, lockbox_lacks_from, lockbox_role_kept,
  lockbox_account_kept, lockbox_refuse, lockbox_is_not_actor, lockbox_is_now, lockbox_day,
  lockbox_kept, lockbox_sealed_columns, lockbox_is_sealed_anew, lockbox_only, lockbox_own_name,
  lockbox_own_name_once_set, lockbox_text, lockbox_folded, lockbox_parts, lockbox_shared_words,
  lockbox_swedish, lockbox_side_door_guard, lockbox_standing_guard, lockbox_maker_guard,
  lockbox_recipient_guard, lockbox_settles_guard, lockbox_reliance_guard,
  lockbox_subsequentreview_guard, lockbox_night_is_looked_at, lockbox_lapse_guard,
  lockbox_closing_guard, lockbox_reads, lockbox_masked_as, lockbox_content_guard,
  lockbox_mask_is_worn, lockbox_text_mask_guard, lockbox_masked_text_guard,
  lockbox_recipient_notice_guard, lockbox_confirmed, lockbox_two_persons, lockbox_confirmers_settle,
  lockbox_works_at, lockbox_registerchange_guard, lockbox_is_listed, lockbox_lowers,
  lockbox_list_guard, lockbox_set_begins_open, lockbox_link_kept
  cascade;
do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgrelid::regclass::text like 'requests_app_%' loop
    execute format('drop trigger %I on %s', guard.tgname, guard.place);
  end loop;
end $d$;

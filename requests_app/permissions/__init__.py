"""Every right is asked here: can_<verb>(user, subject), and visible_to(user) for lists.

Rights come from dated role rows for an authority. Exceptions are named grants on one
review. Person rules (conflict of interest, four eyes) come first.
"""

from requests_app.permissions.alteration import (
    ALTERATION_ACTORS,
    alterations_to_conclude,
    alterations_visible_to,
    can_conclude_alteration,
)
from requests_app.permissions.changes import CHANGES
from requests_app.permissions.classes import (
    highest_class,
    highest_class_at,
    reviews_of_class,
    was_of_class,
)
from requests_app.permissions.comparison import (
    COMPARERS,
    COMPARISONS_SEEN_BY,
    can_conclude_comparison,
    can_tell_comparison,
    comparisons_to_conclude,
    comparisons_visible_to,
)
from requests_app.permissions.conflict import conflict_on, in_conflict
from requests_app.permissions.consultation import (
    can_answer_consultation,
    can_read_consultation,
    can_withdraw_consultation,
    consultable,
    consultations_visible_to,
)
from requests_app.permissions.decision import deciders_of, has_no_decider, ruled_at
from requests_app.permissions.delegation import (
    CONFIRMERS,
    can_confirm_delegation,
    confirmers_of,
    delegation_for,
    delegations_to_confirm,
    has_decider,
    minutes_beside,
    minutes_granted_beside,
    someone_decides,
)
from requests_app.permissions.deviation import (
    DEVIATION_GUARDS,
    can_conclude_deviation,
    can_take_deviation,
    deviations_to_handle,
    deviations_visible_to,
    is_left_behind,
)
from requests_app.permissions.first_managers import (
    authorities_begun_by,
    authorities_known_to,
    can_confirm_first_managers,
    can_refuse_first_managers,
    does_run,
    first_managers_to_settle,
    first_managers_visible_to,
    never_managed,
    running_authorities,
    runs_connections,
)
from requests_app.permissions.freeze import (
    LIFTERS,
    can_freeze,
    can_lift,
    can_revoke_frozen,
    freezes_over,
    freezes_visible_to,
    liftable_by,
)
from requests_app.permissions.holders import answerers_of, has_no_answerer, holders_of
from requests_app.permissions.incident_duty import (
    can_settle_duty,
    duties_to_settle,
    duties_visible_to,
)
from requests_app.permissions.involvement import Involvement
from requests_app.permissions.involvement_of import (
    can_read,
    can_view,
    involvement,
    involvement_in,
    with_involvement,
)
from requests_app.permissions.known_people import known_people, known_to
from requests_app.permissions.managers import (
    NEVER_AT_NIGHT,
    can_confirm_role,
    can_give_role,
    can_give_roles,
    can_lift_suspension,
    can_stop_role,
    comes_first,
    is_first,
    is_known_at,
    is_too_close,
    roles_given_at_night,
    roles_in_turn,
    roles_to_confirm,
    waiting_roles,
    who_can_confirm,
)
from requests_app.permissions.notice_channel import (
    can_keep_channel,
    can_keep_channels,
    channels_kept_by,
)
from requests_app.permissions.people import (
    can_keep_account,
    can_make_link,
    people_visible_to,
    runs_system,
)
from requests_app.permissions.public_register import (
    SHOWS_REGISTER,
    in_public_register,
    public_registers_of,
)
from requests_app.permissions.register_change import (
    authority_guarding,
    can_settle_change,
    can_withdraw_change,
    changes_in_turn,
    changes_of_file,
    changes_to_settle,
    changes_visible_to,
    keeps_shared,
    settlers_of,
)
from requests_app.permissions.replay import (
    can_order_replay,
    replayed_cases_readable_by,
    replays_visible_to,
)
from requests_app.permissions.request_visibility import (
    answers_managed_by,
    arrivals_to_handle,
    arrivals_visible_to,
    can_be_unrouted,
    can_read_arrival,
    can_read_delivery,
    can_read_request,
    deliveries_visible_to,
    grants_visible_to,
    has_conflict,
    is_loose,
    requests_readable_by,
    requests_visible_to,
    unrouted,
)
from requests_app.permissions.role_holder import one_written_once, rows_written_once
from requests_app.permissions.roles import (
    BY_ROLE,
    CLOUD_KEEPERS,
    DELEGATION_KEEPERS,
    INFORMATION_KEEPERS,
    LIST_KEEPERS,
    MANAGERS,
    MAP_KEEPERS,
    READS,
    SEE_REGISTERS,
    SEE_STAFFING,
    SEES,
    SEES_UNROUTED,
    VIEW,
    WORK,
    account_with_roles,
    authorities_of,
    can_report_to_board,
    has_role,
    held_alone,
    manages,
    people_of,
    remember_roles,
    roles_at,
    roles_in_force,
    roles_of,
    running_authorities_of,
    today,
)
from requests_app.permissions.saved_audit import (
    can_examine,
    reviews_to_draw,
    saved_audits_of,
)
from requests_app.permissions.standing_assessment import (
    STANDING_ASSESSORS,
    can_confirm_standing_assessment,
    can_revoke_standing_assessment,
    standing_assessments_to_confirm,
    standing_confirmers_of,
    standing_rule_for,
)
from requests_app.permissions.steps import (
    answerable_by,
    can_answer,
    can_correct_entry,
    can_end_access,
    can_handle,
    can_keep_client,
    can_keep_clients,
    can_merge,
    can_propose_products,
    can_record,
    can_revoke,
    can_route,
    can_withdraw,
    connections_beside,
    is_its_client,
    registered_by,
    relation_to,
    review_to_revoke,
    routable_by,
)
from requests_app.permissions.visibility import (
    among_few,
    held_at,
    list_kept_by,
    managed_by,
    may_be_known_to,
    of_reviews,
    overseen_by,
    readable_by,
    visible_in_parts,
    visible_to,
)
from requests_app.permissions.who_can_see import who_answers, who_can_see, who_oversees

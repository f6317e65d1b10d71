"""What one person is to one review, read once; the rules of a review ask only this."""

from dataclasses import dataclass

from requests_app.models import IncomingAppeal, Role
from requests_app.permissions.roles import BY_ROLE, LIST_KEEPERS, READS, SEES


@dataclass(frozen=True)
class Involvement:
    """What one person is to one review, read in one query; the rules ask only this."""

    roles: frozenset[str]
    is_named: bool
    is_listed: bool
    is_assigned: bool
    has_conflict: bool
    is_stopped: bool
    has_officer: bool
    # Is it unregistered, and a registrar at work who does that in time?
    is_left_to_registrar: bool
    is_moved: bool
    has_rule: bool
    has_proposal: bool
    # May the person decide the proposal that is open?
    may_decide: bool
    waits_for: bool
    has_co_reviewer: bool
    has_decided: bool
    # Has the review had a decision, whatever has become of it since?
    has_decision: bool
    # Does the decision that stands have conditions to follow up?
    has_conditions: bool
    # Has the decision that stands not been served?
    unserved: str  # the outcome of the decision that is not served on all
    # Has the grant been revoked, and has that not been served?
    is_revocation_unserved: bool
    # Has anything been found outside what was granted?
    has_deviations: bool
    # Is there a consent that stands?
    has_consent: bool
    # Has the request changed since they worked with it, and have they not looked?
    has_change_to_see: bool
    # Where its appeals stand: values of IncomingAppeal.Status.
    appeals: frozenset[str]
    # Has a decision or a revocation left reasons out, and does somebody wait for them?
    has_left_out: bool
    has_marks: bool
    awaits_reasons: bool
    # Does the decision that stands lie at the court that it was appealed to?
    is_at_court: bool
    # Has a protective-security manager taken the stop over?
    is_stop_received: bool
    # Roles that would open the review, were it on no named list.
    shut_out: frozenset[str]
    # Has nobody but the one who put it on a named list stood for that yet?
    list_waits: bool
    listed_it: bool
    # Stages at which the person has declared to have no conflict of interest.
    declared: frozenset[str]

    def _holds(self, *roles: str) -> bool:
        return not self.has_conflict and bool(self.roles.intersection(roles))

    @property
    def views(self) -> bool:
        if self._holds(Role.SECURITY_PROTECTION_MANAGER) and self.is_stopped:
            return True
        return self._holds(*SEES) or (self.is_named and not self.has_conflict)

    @property
    def reads(self) -> bool:
        """Content: subject, justification, motivations, payload."""
        if self.is_stopped or self.is_moved or self.has_conflict:
            return False
        return self._holds(*READS) or self.is_named

    @property
    def declares(self) -> bool:
        """Take part, and so say whether one has a conflict of interest: not whoever
        only audits."""
        return self.views and self.roles != {Role.AUDITOR}

    @property
    def works(self) -> bool:
        return self.is_assigned and not self.has_conflict and not self.is_moved

    @property
    def assesses(self) -> bool:
        """Assess, propose and ask: whoever works it, while it can be read."""
        return self.works and self.reads

    @property
    def notes(self) -> bool:
        """Put notes and files into the case: whoever works it or keeps the register."""
        return self.reads and (self.works or self._holds(Role.REGISTRAR))

    @property
    def masks(self) -> bool:
        """Correct or restrict personal data in its texts: whoever works it, keeps the
        register or decides."""
        charged = self._holds(Role.REGISTRAR, Role.DECISION_MAKER)
        return self.reads and (self.works or charged)

    @property
    def registers(self) -> bool:
        # At night the lawyer on duty is alone: the duty to register is the authority's.
        registrar, lawyer = BY_ROLE["registers"]
        is_on_duty = self._holds(lawyer) and not self.is_left_to_registrar
        return self.works or self._holds(registrar) or is_on_duty

    @property
    def proposes_striking_off(self) -> bool:
        return self.works or self._holds(*BY_ROLE["proposes_striking_off"])

    @property
    def keeps_register(self) -> bool:
        """Correct what the register says of the review: whoever keeps it."""
        return self.works or self._holds(*BY_ROLE["keeps_register"])

    @property
    def marks(self) -> bool:
        """Mark documents as secret: whoever keeps the register, and reads them."""
        return self.keeps_register and self.reads

    @property
    def takes(self) -> bool:
        return not self.has_officer and self._holds(*BY_ROLE["takes"])

    @property
    def assigns(self) -> bool:
        return self._holds(*BY_ROLE["assigns"])

    @property
    def removes_reviewers(self) -> bool:
        return self.assigns and self.has_co_reviewer

    @property
    def names(self) -> bool:
        """Let others see a review on a named list: whoever is named and has charge."""
        return self.is_named and self._holds(*LIST_KEEPERS)

    @property
    def closes_list(self) -> bool:
        charged = self._holds(Role.REGISTRAR, Role.DECISION_MAKER)
        return charged and self.reads and not self.is_listed

    @property
    def oversees(self) -> bool:
        """Number and clocks of a review on a named list, and no more (design.md 6):
        the auditor always, a decision-maker when it is their turn."""
        if self.has_conflict or self.is_moved:
            return False
        decides = Role.DECISION_MAKER in self.shut_out
        turn = self.has_proposal or self.list_waits
        return Role.AUDITOR in self.shut_out or (decides and turn)

    @property
    def opens_content(self) -> bool:
        """Read what the role alone does not open, on a basis that is kept: the data
        protection officer, of a case that they see."""
        is_shut = self.is_stopped or self.is_moved
        return (
            not is_shut and not self.reads and self._holds(Role.DATA_PROTECTION_OFFICER)
        )

    @property
    def shuts_content(self) -> bool:
        """Give back what was opened so."""
        opened = self.is_named and not self.is_listed and not self.is_assigned
        return opened and self._holds(Role.DATA_PROTECTION_OFFICER)

    @property
    def settles_list(self) -> bool:
        """Stand for it that the review is on a named list, or open it again: somebody
        else in charge than whoever put it there."""
        others = self.names or (
            not self.has_conflict and Role.DECISION_MAKER in self.shut_out
        )
        return self.list_waits and not self.listed_it and others

    @property
    def reroutes(self) -> bool:
        return self._holds(*BY_ROLE["reroutes"])

    @property
    def stops(self) -> bool:
        """Whoever works with the review stops it at the first suspicion."""
        return self.works or self._holds(*BY_ROLE["stops"])

    @property
    def receives_stop(self) -> bool:
        return self.is_stopped and self._holds(*BY_ROLE["receives_stop"])

    @property
    def decides(self) -> bool:
        """Decide the open proposal, or send it back. Where none is open (any more),
        the step tells whoever could."""
        rights = self.may_decide if self.has_proposal else self.has_rule
        return rights and self.reads

    @property
    def is_to_see_change(self) -> bool:
        return self.has_change_to_see and self.reads

    @property
    def revokes(self) -> bool:
        """Revoke a grant: whoever may decide about the provider's requests."""
        return self.has_rule and self.reads

    @property
    def reconsiders(self) -> bool:
        return self.works or self._holds(*BY_ROLE["reconsiders"])

    @property
    def corrects(self) -> bool:
        """Who decided, or another decision-maker of the authority (FL 36 §)."""
        return self.reads and (self.has_rule or self.has_decided)

    @property
    def serves(self) -> bool:
        """Records when a decision reached its recipient: whoever keeps the case."""
        return self.works or self._holds(*BY_ROLE["serves"])

    @property
    def tries_appeals(self) -> bool:
        """Whether an appeal came in time is decided on the authority's behalf, by the
        days alone where the case has been stopped."""
        charged = self._holds(*BY_ROLE["tries_appeals"])
        return charged and (self.reads or self.is_stopped)

    @property
    def awaits_appeal(self) -> bool:
        """Does an appeal wait, here or at the court?"""
        return bool(self.appeals.intersection(IncomingAppeal.OPEN))

    @property
    def follows_up(self) -> bool:
        """Say whether conditions were kept: also when the case has been closed."""
        charged = self._holds(Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
        return self.has_conditions and self.reads and (self.works or charged)

    @property
    def closes(self) -> bool:
        return self.works or self._holds(*BY_ROLE["closes"])

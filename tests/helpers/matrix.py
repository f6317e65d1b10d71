"""Who gets to which page: the rule, written down apart from the code that keeps it.

Roles are letters. What a table does not name is shut: 404 for a case, 404 or 403 else.
"""

ROLES = {
    "R": "registrar",
    "I": "it_manager",
    "L": "legal_reviewer",
    "D": "decision_maker",
    "O": "information_owner",
    "P": "dpo",
    "S": "security_protection",
    "F": "information_security",
    "E": "executor",
    "A": "auditor",
    "Y": "system_administrator",
    "K": "confirmer",
}
EVERY = "RILDOPSFEAYK"
ALL_BUT_ADMINISTRATOR = EVERY.replace("Y", "")
SEES, READS = "RLDPAIF", "RLDA"

PUBLISHED = [
    f"published_register{name}" for name in ("", "_month", "_csv", "_description")
]
# Pages that are no row's. "signed": for anybody signed in; "open": for anybody at all.
PAGES = {
    "index": "signed",
    "registers": "signed",
    "password_change": "signed",
    "password_change_done": "signed",
    "jsi18n": "open",
    "login": "open",
    "choose_password": "open",
    "accessibility": "open",
    "openapi": "open",
    "public_ledger": "open",
    "public_statements": "open",
    "verifier": "open",
    # Where nothing is signed there is no checkpoint.
    "public_checkpoint": "shut",
    "public_consistency": "shut",
    "api_info": "open",
    "notices": "signed",
    "guides": "signed",
    # Of a guide that there is not.
    "guide": "shut",
    "devices": "signed",
    "own_log": "signed",
    # Of a case that there is not.
    "take_turn": "shut",
    "forget_draft": "shut",
    "next": "signed",
    "waiting": "signed",
    "confirm_identity": "signed",
    # Where no identity provider is configured there is no way to it; a directory
    # needs a token, and where we witness nobody there is no witness.
    "add_checkpoint": "shut",
    # Where no provider is known by that name nobody wakes us.
    "wake_up": "shut",
    # No board publishes a register by that name.
    **dict.fromkeys(PUBLISHED, "shut"),
    # A secret address that is nobody's.
    "roster_calendar": "shut",
    "sign_in_elsewhere": "shut",
    "signed_in_elsewhere": "shut",
    "signed_out_elsewhere": "shut",
    **dict.fromkeys(("scim", "stay", "keys", "logout"), "shut"),
    "choose_language": "shut",
    "app_list": "signed",
    **dict.fromkeys(("oauth_token", "oauth_revoke"), "shut"),
    "api-root": "shut",
    None: "shut",
}

# Pages that are a role's: over people and the map, and the tables of registers.
WORKPLACES = {
    "search": EVERY,
    "right_now": "IFSPA",
    "stop": "RLDS",
    "over_all": "IFSPA",
    "over_all_csv": "IFSPA",
    "sovereignty": "IFSPA",
    "sovereignty_csv": "IFSPA",
    "overview": "I",
    "months": "I",
    "managed_cases": "I",
    "coverage": "IO",
    "retention": "IAPF",
    "disposal_protocol": "IAPF",
    "disposal_protocol_of_day": "IAPF",
    "readiness": "EIY",
    "data_protection": "P",
    "processing_papers": "IP",
    "processing_paper_pdf": "IP",
    "signed_processing_paper_pdf": "IP",
    "staffing": EVERY,
    "roster_month": EVERY,
    "calendar_address": EVERY,
    "hand_over": "I",
    "go_live": EVERY,
    "waiting_roles": "IK",
    "first_links": "Y",
    "role_plan": "IA",
    "recertification": EVERY,
    "product_presets": "IY",
    "packages": "IYRLDO",
    "publications": "IYRLDOA",
    "publication": "IYRLDOA",
    # Until its line has been signed there is no proof to give with it.
    "publication_file": "",
    "publication_new": "RLD",
    "original": "IYRLDO",
    "taken": "IYRLDOFA",
    "diary": "RA",
    "diary_export": "R",
    "public_register": "RA",
    "public_register_export": "RA",
}
# Steps that several cases of one's queue take together.
TOGETHER = {"register": "RL", "assign": "I", "propose-striking-off": "RL"}
TABLES = {
    "information-sets": ALL_BUT_ADMINISTRATOR,
    "classifications": ALL_BUT_ADMINISTRATOR,
    "objects": ALL_BUT_ADMINISTRATOR,
    "roles": EVERY,
    "delegations": EVERY,
    "branches": EVERY,
    "connections": EVERY,
    "people": "Y",
    "authorities": EVERY,
    "providers": EVERY,
    "products": EVERY,
    "systems": EVERY,
    "standing-assessments": ALL_BUT_ADMINISTRATOR,
    "standing-recipients": ALL_BUT_ADMINISTRATOR,
}

# model: whose rows (None: everybody's), who sees them, who keeps them.
REGISTERS = {
    "user": ("GSN", EVERY, "Y"),
    "authority": (None, EVERY, "I"),
    "secrecybranch": (None, EVERY, "I"),
    "classificationlabel": ("GSN", EVERY, "IO"),
    "provider": (None, EVERY, "IY"),
    "providerproduct": (None, EVERY, "IY"),
    "connection": ("NIS", EVERY, "IY"),
    "cloudsystem": (None, EVERY, "IY"),
    "accessibilitystatement": ("NIS", EVERY, "IY"),
    "mailrule": ("NIS", "IYRA", "IY"),
    "cloudobject": ("GSN", ALL_BUT_ADMINISTRATOR, "IO"),
    "informationset": ("GSN", ALL_BUT_ADMINISTRATOR, "O"),
    "standingassessment": ("GSN", ALL_BUT_ADMINISTRATOR, "LD"),
    "provision": (None, EVERY, ""),
    "statuteparagraph": (None, EVERY, ""),
    "roleassignment": ("GSN", EVERY, "I"),
    "absence": ("GSN", "IA", "I"),
    "delegationrule": ("GSN", EVERY, "R"),
    "rostergroup": ("GSN", EVERY, "I"),
    "noticeladder": ("GSN", "IA", "I"),
    "readinglimit": ("GSN", EVERY, "IF"),
    "registerpage": ("GSN", EVERY, "IF"),
    "retentionrule": ("GSN", EVERY, "IF"),
    "disposalrule": ("GSN", EVERY, "RLD"),
    "disclosuretariff": ("GSN", EVERY, "RLD"),
    "processingpaper": ("GSN", "IP", "IP"),
    "providerlog": ("NIS", "IYFSPA", "I"),
    "reconciliationrule": ("NIS", "IFSPA", "IFS"),
    "publisher": ("GSN", "IYRLDOFA", "IF"),
}

# Of the authority that runs the connections: who sees, and who keeps, others' rows too.
BY_WHO_RUNS = {"roleassignment": ("I", ""), "user": ("Y", "Y")}
# Seen everywhere, and kept only here: by the authority's own, or by whoever runs it.
KEPT_AT = {
    "authority": "GSN",
    "secrecybranch": "GSN",
    "provider": "NIS",
    "providerproduct": "NIS",
}
# Made by others than whoever keeps it.
ADDED_BY = {"authority": "Y", "providerlog": ""}

# model: who opens the list (each sees their own in it), who adds.
LISTS = {
    "secrecyreview": (EVERY, ""),
    "accessrequest": (EVERY, "RE"),
    "delivery": (EVERY, ""),
    "accessgrant": (EVERY, ""),
    "drill": (EVERY, "I"),
    "freeze": (EVERY, "F"),
    "alteration": ("PFIYA", ""),
    "breach": ("PFSA", "PF"),
    "datasubjectrequest": ("RPDA", "RP"),
    "disclosurerequest": ("RLDA", "RL"),
    "discloseddocument": ("RLDA", ""),
    "textmask": ("RLODPA", ""),
    "comparison": ("REIA", ""),
    "deviation": (EVERY, ""),
    "incidentduty": (EVERY, ""),
    "subsequentreview": (EVERY, ""),
    "lapse": (EVERY, ""),
    "recertification": (EVERY, ""),
    "arrival": ("RA", ""),
    # Nothing here is of a provider whose log comes as a file.
    "accessevent": ("IFSPA", ""),
    "diaryentry": ("RA", ""),
    "loggap": ("IYFSPA", ""),
    "contractclient": ("IYA", "IY"),
    "noticechannel": ("IA", "I"),
    "sidedoor": ("EIFSPA", ""),
    "supportticket": ("EIRA", ""),
    "rosterpattern": (EVERY, ""),
    "shift": (EVERY, ""),
    "shiftoffer": (EVERY, ""),
    "boardreport": ("RDA", "R"),
    "disposal": ("RLDPA", "RLD"),
    "disposaldate": ("RLDPA", ""),
    "disposedcase": ("RLDPA", ""),
    "transparencyreport": ("RLDA", "RLD"),
    "archivedelivery": ("RA", "R"),
    "consultation": (EVERY, ""),
    "listedreview": ("AD", ""),
    "registerchange": ("IYOFPARLDKS", ""),
    "firstmanagers": ("IA", "I"),
    "replayrun": ("LDA", "LD"),
}
# Of those who add: only at the authority that runs the connections.
ADDED_AT = {"firstmanagers": ("NIS",)}
# The auditor's pages; those of a case and of a person, where the auditor may know of it.
AUDIT = tuple(
    f"audit{name}"
    for name in (
        *("", "_decisions", "_roles", "_reading", "_figures", "_outside"),
        *("_verdict", "_patterns", "_find", "_saved", "_draw"),
    )
)
AUDIT_OF = (
    "audit_case",
    "audit_readers",
    "audit_sight",
    "audit_person",
    # Of an audit that is kept, of the authority that it is of.
    "audit_one",
    "audit_checklist",
    "audit_end",
    "audit_report",
    "audit_population",
)

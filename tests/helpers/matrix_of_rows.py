"""Which rows of each table each role sees and reads, by whose they are."""

from tests.helpers.matrix import EVERY, READS, SEES

# What a person is to a case, and of it what their role sees. "own": of their authority;
# "runs": on a connection that theirs runs; "named": on a named list with them on it.
SEEN = {
    "own": {
        "secrecyreview": SEES,
        "accessrequest": SEES,
        "delivery": SEES,
        "accessgrant": SEES,
        "drill": EVERY,
        "freeze": EVERY,
        "alteration": "PFIYA",
        "breach": "PFSA",
        "datasubjectrequest": "RPDA",
        "diaryentry": "RA",
        "disclosurerequest": "RLDA",
        "discloseddocument": "RLDA",
        "textmask": READS,
        "deviation": READS + "PSF",
        "incidentduty": READS + "PSF",
        "subsequentreview": READS,
        "lapse": SEES,
        "recertification": "IA",
        "boardreport": "RDA",
        "disposal": "RLDPA",
        "disposaldate": "RLDPA",
        "disposedcase": "RLDPA",
        "transparencyreport": "RLDA",
        "archivedelivery": "RA",
        "noticechannel": "IA",
        "rosterpattern": EVERY,
        "shift": EVERY,
        "shiftoffer": EVERY,
        "replayrun": "LDA",
        # About what the authority says of itself.
        "registerchange": "IAK",
        "firstmanagers": "IA",
        # The one who is asked, and who reads the case.
        "consultation": READS + "O",
    },
    "runs": {
        "delivery": "E",
        "accessgrant": "E",
        "contractclient": "IYA",
        "sidedoor": "EIFSPA",
        "supportticket": "EIRA",
        "comparison": "REIA",
        "accessevent": "IFSPA",
        "loggap": "IYFSPA",
        "firstmanagers": "I",
    },
    "loose": {"accessrequest": "RA", "arrival": "RA"},
    "named": dict.fromkeys(
        (
            "secrecyreview",
            "accessrequest",
            "delivery",
            "accessgrant",
            "consultation",
            "deviation",
            "incidentduty",
            "subsequentreview",
            "lapse",
            "textmask",
        ),
        EVERY,
    ),
    "other": {},
    "conflict": {},
    # Number and clocks, and the decision-maker's turn to confirm the list.
    "listed": {"listedreview": "AD"},
}

# Of those who see: who reads what arrived, and the proof of an answer.
READ = {
    "requests_app_accessrequest_payload": {"own": READS, "loose": "RA", "named": EVERY},
    "requests_app_accessrequest_proof": {"own": READS, "loose": "RA", "named": EVERY},
    "requests_app_delivery_proof": {"own": READS, "runs": "E", "named": EVERY},
    "requests_app_arrival_payload": {"loose": "RA"},
    # Of an act that belongs to no case.
    "requests_app_accessevent_payload": {"runs": "A"},
    "requests_app_boardreport_document": {"own": "RDA"},
    "requests_app_transparencyreport_document": {"own": "RLDA"},
    "requests_app_transparencyreport_numbers": {"own": "RLDA"},
    "requests_app_transparencyreport_description": {"own": "RLDA"},
    "requests_app_secrecyreview_attachment": {"own": READS, "named": EVERY},
}
READ["requests_app_disclosurerequest_file"] = {"own": "RLDA"}
READ["requests_app_disclosurerequest_paper"] = {"own": "RLDA"}
READ["requests_app_discloseddocument_sheet"] = {"own": "RLDA"}
READ["requests_app_discloseddocument_picture"] = {"own": "RLDA"}
READ["requests_app_disposal_protocol"] = {"own": "RLDPA"}
READ["requests_app_datasubjectrequest_gather"] = {"own": "RPD"}
READ["requests_app_datasubjectrequest_mask"] = {"own": "RD"}
READ["requests_app_datasubjectrequest_extract"] = {"own": "RD"}
# Of what is restricted; of what was corrected whoever audits or registers.
READ["requests_app_textmask_original"] = {"own": READS}
READ["requests_app_secrecyreview_document"] = {"own": READS, "named": EVERY}
READ["requests_app_secrecyreview_proof"] = {"own": READS, "named": EVERY}
READ["requests_app_secrecyreview_documents"] = {"own": READS, "named": EVERY}
READ["requests_app_secrecyreview_who"] = {"own": SEES, "named": EVERY}

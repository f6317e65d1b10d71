"""Records of Microsoft's audit log. OPERATOR is the vendor's sample, in which the cut
list of parameters is closed, the ids are made whole and the address is one of
documentation; STRANGER is the vendor's own, of somebody at the customer. All the others
are constructed from the schema: no vendor's sample of them is public."""

from tests.providers.exchange_online.activity_feed import TENANT

# MicrosoftDocs, “Sensitive information types policy” (2018).
OPERATOR = {
    "CreationTime": "2018-11-28T23:35:01",
    "Id": "a1b2c3d4-daa0-4c4f-a019-03a1234a1b0c",
    "Operation": "New-TransportRule",
    "OrganizationId": TENANT,
    "RecordType": 1,
    "ResultStatus": "True",
    "UserKey": "Microsoft Operator",
    "UserType": 3,
    "Version": 1,
    "Workload": "Exchange",
    "ClientIP": "203.0.113.68:17584",
    "ObjectId": "",
    "UserId": "Microsoft Operator",
    "ExternalAccess": True,
    "OrganizationName": "contoso.onmicrosoft.com",
    "OriginatingServer": "CY4PR13MBXXXX (15.20.1382.008)",
    "Parameters": [
        {"Name": "Organization", "Value": TENANT},
        {"Name": "ApplyRightsProtectionTemplate", "Value": "Encrypt"},
        {
            "Name": "Name",
            "Value": "Encrypt outbound sensitive emails (out of box rule)",
        },
    ],
}
# office-365-management-activity-api-reference.md, “Retrieve content”.
STRANGER = {
    "CreationTime": "2015-06-29T20:03:19",
    "Id": "80c76bd2-9d81-4c57-a97a-accfc3443dca",
    "Operation": "PasswordLogonInitialAuthUsingPassword",
    "OrganizationId": TENANT,
    "RecordType": 9,
    "ResultStatus": "failed",
    "UserKey": "1153977025279851686@contoso.onmicrosoft.com",
    "UserType": 0,
    "Workload": "AzureActiveDirectory",
    "ClientIP": "134.170.188.221",
    "ObjectId": "admin@contoso.onmicrosoft.com",
    "UserId": "admin@contoso.onmicrosoft.com",
    "AzureActiveDirectoryEventType": 0,
}
# Constructed: schema “Data Center Security Cmdlet”.
ELEVATED = {
    "CreationTime": "2026-11-30T07:10:00",
    "Id": "3f2b6f8e-0000-4000-8000-000000000010",
    "Operation": "Get-MessageTrackingReport",
    "OrganizationId": TENANT,
    "RecordType": 10,
    "UserKey": "",
    "UserType": 3,
    "Workload": "Exchange",
    "ClientIP": "[2001:db8::7]:443",
    "UserId": "invented-engineer",
    "DataCenterSecurityEventType": 0,
    "StartTime": "2026-11-30T07:10:00",
    "EffectiveOrganization": "contoso.onmicrosoft.com",
    "ElevationTime": "2026-11-30T07:00:00",
    "ElevationApprover": "invented-manager",
    "ElevationRequestId": "5f1e7c2a-1111-4222-8333-444455556666",
    "ElevationRole": "AccessToCustomerData",
    "ElevationDuration": 240,
}
# Constructed from what Microsoft tells of it: our own answer, as their record.
OUR_ANSWER = {
    **OPERATOR,
    "Id": "3f2b6f8e-0000-4000-8000-000000000011",
    "Operation": "Set-AccessToCustomerDataRequest",
    "UserId": "BOXServiceAccount@eurprd01.prod.outlook.com",
    "UserKey": "BOXServiceAccount",
    "ObjectId": "0d3b5a44-0000-4000-8000-00000000cafe",
    "Parameters": [{"Name": "ApprovalDecision", "Value": "Approve"}],
}


def power_platform(state):
    """The properties are the vendor's sample (Power Platform, “LockboxRequestOperation”),
    what lies around them is constructed from the common schema."""
    prefix = "powerplatform.analytics.resource.tenant.lockbox"
    pairs = {
        f"{prefix}.data_access.duration": "8",
        f"{prefix}.support_ticket.id": "MSFT initiated",
        f"{prefix}.request.state": state,
        f"{prefix}.request.expiration_time": "6/1/2024 11:59:15 PM +00:00",
        f"{prefix}.request.id": "dfdead68-3263-4c05-9e8a-5b61ddb5878c",
        "powerplatform.analytics.activity.name": "LockboxRequestOperation",
        "powerplatform.analytics.resource.environment.id": "ed92c80e-89ef-e0c8-a9eb-98559ca07809",
        "enduser.principal_name": "Test user",
    }
    return {
        "CreationTime": "2024-05-29T00:00:00",
        "Id": f"cb18351c-fa1c-4f34-a6d9-{state.lower()}",
        "Operation": "LockboxRequestOperation",
        "OrganizationId": TENANT,
        "RecordType": 256,
        "UserKey": "",
        "UserType": 0,
        "Workload": "PowerPlatform",
        "UserId": "Test user",
        "PropertyCollection": [
            {"Name": name, "Value": value} for name, value in pairs.items()
        ],
    }

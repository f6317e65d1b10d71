"""Oracle's own SDK calls the simulators; it is 450 MB, and tried where it is installed."""

import pytest
from cryptography.hazmat.primitives import serialization

from tests.providers.oracle.conftest import KEY, KEY_ID

oci = pytest.importorskip(
    "oci", reason="oci (450 MB) is not installed: pip install oci, to try Oracle's SDK"
)
pytestmark = [pytest.mark.long, pytest.mark.django_db]


def config():
    tenancy, user, fingerprint = KEY_ID.split("/")
    pem = KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "tenancy": tenancy,
        "user": user,
        "fingerprint": fingerprint,
        "key_content": pem.decode(),
        "region": "eu-stockholm-1",
    }


def test_the_sdk_and_we_sign_alike_and_the_sdk_reads_the_simulator(cast, operator):
    from oci.operator_access_control import AccessRequestsClient, models

    operator.apply("ocid1.a")
    sdk = AccessRequestsClient(
        config(),
        service_endpoint=operator.url,
        retry_strategy=oci.retry.NoneRetryStrategy(),
    )
    listed = sdk.list_access_requests(compartment_id="ocid1.c").data.items
    assert [row.lifecycle_state for row in listed] == ["APPROVALWAITING"]
    sdk.review_access_request("ocid1.a", models.ReviewAccessRequestDetails())
    question = models.InteractionRequestDetails(more_info_details="Which disk?")
    sdk.interaction_request("ocid1.a", question)
    (row,) = sdk.list_interactions("ocid1.a").data.items
    assert (row.message, row.user_type) == ("Which disk?", "customer")
    details = models.ApproveAccessRequestDetails(approver_comment="Yes")
    sdk.approve_access_request("ocid1.a", details)
    assert sdk.get_access_request("ocid1.a").data.lifecycle_state == "APPROVED"
    sdk.revoke_access_request("ocid1.a", models.RevokeAccessRequestDetails())
    assert operator.decisions == [("ocid1.a", "approve"), ("ocid1.a", "revoke")]


def test_the_sdk_handles_managed_access(cast, managed):
    from oci.lockbox import LockboxClient, models

    managed.apply("ocid1.a")
    sdk = LockboxClient(
        config(),
        service_endpoint=managed.url,
        retry_strategy=oci.retry.NoneRetryStrategy(),
    )
    (row,) = sdk.list_access_requests(lockbox_id="ocid1.l").data.items
    assert row.lifecycle_state == "WAITING"
    handled = models.HandleAccessRequestDetails(action="APPROVE", message="Yes")
    sdk.handle_access_request("ocid1.a", handled)
    shown = sdk.get_access_request("ocid1.a").data
    assert shown.lifecycle_state_details == "APPROVED"
    assert managed.decisions == [("ocid1.a", "approve")]

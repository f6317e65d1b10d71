"""Google's own library calls the simulator: what it stands for is not our guess."""

import base64

import pytest

from lockbox_site.simulators.google import Simulator

google_client = pytest.importorskip(
    "google.cloud.accessapproval_v1",
    reason="google-cloud-access-approval is not installed: pip install it to try",
)
NAME = "projects/p1/approvalRequests/r1"


@pytest.fixture
def called():
    from google.auth.credentials import AnonymousCredentials

    with Simulator() as server:
        server.apply(NAME)
        yield (
            server,
            google_client.AccessApprovalClient(
                transport="rest",
                credentials=AnonymousCredentials(),
                client_options={"api_endpoint": server.url},
            ),
        )


def test_the_library_lists_approves_verifies_and_invalidates(called):
    server, client = called
    (listed,) = client.list_approval_requests(parent="projects/p1")
    assert listed.name == NAME
    approved = client.approve_approval_request(request={"name": NAME})
    assert approved.approve.signature_info.signature
    # The library's messages are older than the document: this field they leave out.
    info = server.requests[NAME]["approve"]["signatureInfo"]
    signed = base64.b64decode(info["serializedApprovalRequest"])
    read = google_client.ApprovalRequest.deserialize(signed)
    assert (read.name, read.requested_resource_name) == (NAME, "projects/123456")
    assert client.invalidate_approval_request(request={"name": NAME})
    assert server.decisions == [(NAME, "approve"), (NAME, "revoke")]


def test_what_the_library_serializes_we_read():
    from requests_app.providers.google.client import _name_in

    made = google_client.ApprovalRequest(
        name=NAME,
        requested_resource_name="x" * 300,
        request_time="2026-01-01T00:00:00Z",
    )
    assert _name_in(google_client.ApprovalRequest.serialize(made)) == NAME

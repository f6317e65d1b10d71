"""People as the authority's directory tells of them: SCIM 2.0 (RFC 7643, RFC 7644)."""

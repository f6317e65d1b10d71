"""What each provider's interface says, turned into our own terms and back."""

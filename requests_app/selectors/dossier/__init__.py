"""What the page of a review shows."""

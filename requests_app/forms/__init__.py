"""The shapes people fill in. What a step allows is in the workflow."""

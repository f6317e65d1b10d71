"""What a running process needs: supervision, signals to stop, progress, memory."""

"""Documents on paper: what stands on them, how they are drawn, and their seal.

Knows nothing of steps; `workflow.document` asks for a document and keeps it.
"""

"""Who may: each right written once, as a queryset or an annotation, beside a question
of one person and one object."""

"""The authority's papers on the processing of personal data in Lockbox, in Swedish,
made of what the models declare and of what the authority has filled in."""

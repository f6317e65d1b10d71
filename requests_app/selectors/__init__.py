"""What a page reads, for one person, in a fixed number of queries; never writes."""

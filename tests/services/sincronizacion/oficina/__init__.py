"""Who belongs to the office, and how a desktop connects."""

"""Rules and values: identifiers, names and ways to reach people."""

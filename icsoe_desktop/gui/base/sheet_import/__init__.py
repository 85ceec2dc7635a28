"""Import of sheets: what the windows of all kinds of sheets share."""

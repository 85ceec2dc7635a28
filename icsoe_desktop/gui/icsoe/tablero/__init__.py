"""The first page of a contratista."""

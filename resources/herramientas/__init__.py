"""Scripts that write files of the repository: pictures, lists, the schema, templates."""

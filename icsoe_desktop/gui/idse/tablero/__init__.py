"""The first page of the module: what today asks for."""

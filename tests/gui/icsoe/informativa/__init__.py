"""The windows of the Informativa."""

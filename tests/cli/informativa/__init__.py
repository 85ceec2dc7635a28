"""The command line of the Informativa."""

"""The command line, one module a command group. Imports services and domain."""

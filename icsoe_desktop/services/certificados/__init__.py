"""Use cases: certificates and registros patronales."""

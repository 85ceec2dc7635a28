"""Rules and values: certificates and registros patronales."""

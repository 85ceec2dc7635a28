"""Files and services outside: certificates and registros patronales."""

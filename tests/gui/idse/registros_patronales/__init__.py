"""The windows of registros patronales."""

"""Reads the IMSS's emission (EMA, EBA), a workbook, in a child process."""

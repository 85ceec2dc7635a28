"""Reads CFDI of payroll: files, folders and ZIPs, in a child process."""

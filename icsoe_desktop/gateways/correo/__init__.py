"""Sends mail by SMTP and fills mail templates. services imports it."""

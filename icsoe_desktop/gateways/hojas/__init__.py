"""Reads workbooks and CSV, writes workbooks. services and cli import it."""

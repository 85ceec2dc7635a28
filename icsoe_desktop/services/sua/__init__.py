"""What SUA takes from this program's notices."""

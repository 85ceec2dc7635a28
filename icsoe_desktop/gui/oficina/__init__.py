"""Windows for those who look after the installation and the office."""

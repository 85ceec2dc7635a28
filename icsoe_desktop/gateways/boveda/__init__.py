"""The vault of the data key: envelope file and system keyring. services and arranque import it."""

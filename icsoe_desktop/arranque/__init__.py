"""Start-up: builds the concrete parts, opens the data, runs the windows. Sees every layer."""

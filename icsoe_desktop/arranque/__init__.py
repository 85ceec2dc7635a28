"""Start-up: builds all parts, opens the data, runs the windows. Imports every layer."""

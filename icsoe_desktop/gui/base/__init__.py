"""What all windows need: shell, registry of windows, presenter base, assets, errors."""

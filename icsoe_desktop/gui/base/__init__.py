"""What every window stands on: shell, registry of windows, presenter base, assets, errors."""

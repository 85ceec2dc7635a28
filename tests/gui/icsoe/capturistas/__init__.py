"""The windows of capturistas: their administration, and their own way in."""

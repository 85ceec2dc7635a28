"""The window that computes an SBC from pay and benefits, step by step."""

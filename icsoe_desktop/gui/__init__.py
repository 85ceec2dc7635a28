"""The windows; imports services and domain."""

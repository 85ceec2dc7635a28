"""What arrives, merged or chosen by a person."""

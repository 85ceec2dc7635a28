"""Records of synchronisation and the rules of merging them. Every layer may import it."""

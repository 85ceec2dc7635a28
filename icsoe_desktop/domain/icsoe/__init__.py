"""Rules and values: contratista and capturista."""

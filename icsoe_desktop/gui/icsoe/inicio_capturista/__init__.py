"""The capturista in the ICSOE window: home, which contratista, Informativa."""

"""The windows of ICSOE."""

"""Información del contratista: general data, domicilio social and the REPSE acuse."""

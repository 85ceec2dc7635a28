"""Fixtures of this folder."""

from __future__ import annotations

from tests.services.correo.caso import caso as caso

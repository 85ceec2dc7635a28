"""The services of a test with some of them replaced."""

from __future__ import annotations

import copy

from icsoe_desktop.services.application import Application


def with_services(application: Application, **services: object) -> Application:
    """A copy of `application` with these attributes instead of its own."""
    changed = copy.copy(application)
    vars(changed).update(services)
    return changed

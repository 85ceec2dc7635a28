"""The WSGI application for gunicorn: the Kinto configured in KINTO_INI."""

import os
from pathlib import Path

from pyramid.paster import get_app, setup_logging

INI = os.environ.get("KINTO_INI", "/etc/icsoe-sync/kinto.ini")
# The administrator's file holds only what differs.
setup_logging(str(Path(__file__).with_name("kinto.ini")), {"http_port": "0"})
application = get_app(INI, options={"http_port": "0"})

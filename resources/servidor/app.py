"""The WSGI application for gunicorn: the Kinto configured in KINTO_INI."""

import os

from pyramid.paster import get_app, setup_logging

INI = os.environ.get("KINTO_INI", "/etc/icsoe-sync/kinto.ini")
setup_logging(INI, {"http_port": "0"})
application = get_app(INI, options={"http_port": "0"})

"""Four processes that share PostgreSQL and the limits of icsoe_cuentas."""

import importlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
# Loaded once before the fork. Each process opens its own connections.
for name in (
    "icsoe_cuentas",
    "icsoe_registros",
    "kinto.core.storage.postgresql",
    "kinto.plugins.accounts.views",
    "kinto.core.views.batch",
):
    importlib.import_module(name)

bind = os.environ.get("ICSOE_SYNC_BIND", "127.0.0.1:8888")
workers = int(os.environ.get("ICSOE_SYNC_PROCESOS", "4"))
worker_class = "sync"
# Clients rely on this limit of a transaction: docs/servidor.md, «Tiempos».
timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
limit_request_line = 8190
control_socket_disable = True
raw_env = ["PYTHONWARNINGS=ignore"]

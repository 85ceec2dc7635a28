"""Four processes that share nothing but PostgreSQL."""

import importlib
import os

# Loaded once, and shared by all processes; the connections are made by each of them.
for name in (
    "kinto.core.storage.postgresql",
    "kinto.plugins.accounts.views",
    "kinto.core.views.batch",
):
    importlib.import_module(name)

bind = os.environ.get("ICSOE_SYNC_BIND", "127.0.0.1:8888")
workers = int(os.environ.get("ICSOE_SYNC_PROCESOS", "4"))
worker_class = "sync"
# Clients trust that no transaction outlives this by far: docs/servidor.md, «Tiempos».
timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
limit_request_line = 8190
control_socket_disable = True
raw_env = ["PYTHONWARNINGS=ignore"]

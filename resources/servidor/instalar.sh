#!/bin/bash
# Como root en Debian 12, en la carpeta resources/servidor. Puede repetirse: conserva lo que hay.
set -euo pipefail
cd "$(dirname "$0")"

# La dirección del servidor y su certificado: docs/servidor.md
apt-get install -y --no-install-recommends openssl postgresql python3-venv
id icsoe-sync >/dev/null 2>&1 || useradd --system --home-dir /opt/icsoe-sync --shell /usr/sbin/nologin icsoe-sync
install -d -m 755 /opt/icsoe-sync
install -d -m 750 -o root -g icsoe-sync /etc/icsoe-sync
install -m 644 app.py gunicorn.conf.py icsoe_cuentas.py icsoe_receta.py icsoe_registros.py icsoe_secretos.py kinto.ini oficinas.py requisitos.txt salud.py /opt/icsoe-sync/
install -m 755 ./*respaldo*.sh respaldar.sh restaurar.sh /opt/icsoe-sync/
# Lo que el administrador cambió se queda: sus ajustes no están en los archivos de la receta.
propios=/etc/icsoe-sync/kinto.ini
[ -e $propios ] || install -m 640 -g icsoe-sync ajustes.ini $propios
install -d -m 755 /etc/letsencrypt/renewal-hooks/deploy
install -m 755 recargar-nginx.sh /etc/letsencrypt/renewal-hooks/deploy/icsoe-sync

[ -x /opt/icsoe-sync/venv/bin/python ] || python3 -m venv /opt/icsoe-sync/venv
/opt/icsoe-sync/venv/bin/pip install --quiet --require-hashes --only-binary :all: -r requisitos.txt
# Para que también las órdenes de Kinto encuentren icsoe_cuentas.
echo /opt/icsoe-sync >"$(echo /opt/icsoe-sync/venv/lib/python3*/site-packages)/icsoe-sync.pth"

if [ ! -e /etc/icsoe-sync/servidor.env ]; then
    clave=$(openssl rand -hex 24)
    url="postgresql://kinto:$clave@127.0.0.1/kinto"
    (
        umask 077
        printf 'KINTO_STORAGE_URL=%s\nKINTO_PERMISSION_URL=%s\nKINTO_CACHE_URL=%s\n' "$url" "$url" "$url"
        printf 'KINTO_USERID_HMAC_SECRET=%s\n' "$(openssl rand -hex 32)"
    ) >/etc/icsoe-sync/servidor.env
    chmod 600 /etc/icsoe-sync/servidor.env
fi
clave=$(sed -n 's|^KINTO_STORAGE_URL=postgresql://kinto:\([^@]*\)@.*|\1|p' /etc/icsoe-sync/servidor.env)
# Por la entrada estándar: un argumento se vería en la lista de procesos.
{ printf '\\set contrasena %s\n' "$clave"; cat base.sql; } |
    (cd / && runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 -d postgres)

set -a
. /etc/icsoe-sync/servidor.env
set +a
PYTHONWARNINGS=ignore /opt/icsoe-sync/venv/bin/python /opt/icsoe-sync/oficinas.py preparar
# Los cambios a una unidad se hacen con «systemctl edit», que los guarda aparte.
install -m 644 icsoe-sync*.service icsoe-sync*.timer /etc/systemd/system/
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable icsoe-sync
    systemctl restart icsoe-sync
    systemctl enable --now icsoe-sync-respaldo.timer icsoe-sync-salud.timer
fi

#!/bin/bash
# Como root, cada noche (icsoe-sync-respaldo.timer). Respalda, prueba el respaldo y borra los viejos:
# quedan los últimos 14 y, de los anteriores, el último de cada mes de un año.
set -euo pipefail
aqui=$(cd "$(dirname "$0")" && pwd)
carpeta=${ICSOE_SYNC_RESPALDOS:-/var/backups/icsoe-sync}
despues=${ICSOE_SYNC_DESPUES:-/etc/icsoe-sync/despues-de-respaldar}
install -d -m 700 "$carpeta"
archivo=$carpeta/icsoe-$(date -u +%Y-%m-%dT%H%M%S).respaldo
"$aqui/respaldar.sh" "$archivo"
if ! "$aqui/probar-respaldo.sh" "$archivo"; then
    mv "$archivo" "$archivo.malo"
    echo "El respaldo no se pudo restaurar; quedó en $archivo.malo. No se borró ninguno anterior." >&2
    exit 1
fi
# Lo que salud.py mira.
printf '%s\n' "$archivo" >"$carpeta/ultimo-probado"
[ ! -x "$despues" ] || "$despues" "$archivo"

mapfile -t todos < <(find "$carpeta" -maxdepth 1 -name 'icsoe-*.respaldo' | sort -r)
declare -A meses=()
for viejo in "${todos[@]:14}"; do
    nombre=${viejo##*/icsoe-}
    mes=${nombre:0:7}
    if [ -z "${meses[$mes]:-}" ] && [ "${#meses[@]}" -lt 12 ]; then
        meses[$mes]=1
    else
        rm -- "$viejo"
    fi
done

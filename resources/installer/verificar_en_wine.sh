#!/bin/bash
# The Windows installer from end to end, on Linux. docs/publicar.md says what Wine cannot tell.
#   verificar_en_wine.sh WINE PROGRAMA
#     WINE: a folder with prefix/ and the launcher wpy, made by windows_en_wine.sh
#     PROGRAMA: what `wpy resources/installer/construir.py programa` made
# Needs makensis, xvfb, openbox, xdotool. Prints a line for each thing seen; ends at the first miss.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# One screen for the whole run: the uninstaller outlives the process that started it.
[ -n "${DISPLAY:-}" ] || exec xvfb-run -a -s "-screen 0 1280x800x24" "$0" "$@"
wine_dir=$(realpath "$1") program=$(realpath "$2")
export WINEPREFIX=$wine_dir/prefix
drive=$WINEPREFIX/drive_c user=$(id -un)
work=$(mktemp -d)
openbox 2>/dev/null & openbox_pid=$!
trap 'kill $openbox_pid 2>/dev/null; rm -rf "$work"' EXIT

app="ICSOE Desktop"
local_data=$drive/users/$user/AppData/Local
installed=$local_data/Programs/$app
data=$local_data/$app
menu="$drive/users/$user/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/$app.lnk"
desktop="$drive/users/$user/Desktop/$app.lnk"
uninstall_key='Software\Microsoft\Windows\CurrentVersion\Uninstall\ICSOE Desktop'

run() { WEXE="$1" "$wine_dir/wpy" "${@:2}"; }
registry() { run 'C:\windows\system32\reg.exe' query "$1" /s 2>/dev/null | tr -d '\r' || true; }
value() { registry "$1" | sed -n "s/^ *$2 *REG_[A-Z]* *//p" | head -1; }
ok() { echo "bien: $*"; }
miss() { echo "FALLA: $*" >&2; exit 1; }
# Every file but the temporary ones and the menus' cache, and every key that speaks of us.
files() { (cd "$drive" && find . -type f ! -path '*/Temp/*' ! -path './windows/*' | sort); }
# What Wine writes down of its own (menus for Linux, its Credential Manager) is not ours.
keys() {
    for hive in HKCU HKLM; do
        registry "$hive\\Software" | awk '/^HKEY_/ { own = /Software\\Wine/ } !own && tolower($0) ~ /icsoe/'
    done
}
secrets() { registry 'HKCU\Software\Wine\Credential Manager' | grep -c '^HKEY.*ICSOE Desktop/' || true; }
# xdotool itself fails when a window goes away while it looks.
seen() { xdotool search --onlyvisible --name "$1" >/dev/null 2>&1; }
shown() { until_true 60 seen "$1" || miss "no apareció la ventana «$1»"; }
running() { pgrep -f 'icsoe-desktop\.exe' >/dev/null; }
# until SECONDS CONDITION…
until_true() { local end=$((SECONDS + $1)); shift; until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.3; done; }
gone() { [ ! -e "$1" ]; }
not_running() { ! running; }
uninstall() { # OPTIONS…: it goes on from a copy of itself in %TEMP%
    run "$installed/desinstalar.exe" /S "$@"
    until_true 60 gone "$installed" || miss "queda $installed"
    until_true 20 gone "$menu" || miss "queda $menu"
}

[ ! -e "$installed" ] || miss "ya está instalado en este prefijo"
rm -rf "$data"
[ "$(secrets)" = 0 ] || miss "el Administrador de credenciales ya tiene llaves"
files >"$work/antes"
[ -z "$(keys)" ] || miss "el registro ya habla de ICSOE: $(keys)"

mkdir "$work/viejo"
cp -r "$program/." "$work/viejo"
echo resto >"$work/viejo/_internal/archivo de la version anterior.txt"
python3 "$here/construir.py" instalador --programa "$work/viejo" --salida "$work" --numero 0.0.1 --rapido 2>/dev/null
python3 "$here/construir.py" instalador --programa "$program" --salida "$work" --rapido 2>/dev/null
old=$work/ICSOE-Desktop-0.0.1-sin-firma.exe
new=$(find "$work" -maxdepth 1 -name 'ICSOE-Desktop-*.exe' ! -name '*-0.0.1-*')
number=$(basename "$new" -sin-firma.exe) number=${number##*-}

run "$old" /S || miss "la instalación silenciosa terminó con $?"
[ -f "$installed/icsoe-desktop.exe" ] && [ -f "$installed/icsoe-consola.exe" ] || miss "faltan programas"
[ -f "$menu" ] && [ -f "$desktop" ] || miss "faltan los accesos directos"
[ "$(value "HKCU\\$uninstall_key" DisplayVersion)" = 0.0.1 ] || miss "Aplicaciones no dice la versión"
command=$(registry 'HKCU\Software\Classes\icsoe\shell\open\command' | sed -n 's/.*REG_SZ *//p')
[ "$command" = '"C:\users\'"$user"'\AppData\Local\Programs\ICSOE Desktop\icsoe-desktop.exe" -- "%1"' ] || miss "protocolo: $command"
ok "instala en silencio, por usuario, con accesos, protocolo y entrada en Aplicaciones"

said=$(run "$installed/icsoe-consola.exe" --version | tr -d '\r')
[[ $said == "ICSOE Desktop "* ]] || miss "icsoe-consola --version: $said"
ok "la línea de órdenes contesta: $said"

run "$installed/icsoe-desktop.exe" >/dev/null &
shown 'Ingreso a conexión en línea con IDSE|Acceso a conexión en línea con IDSE'
until_true 30 test -f "$data/icsoe.db" || miss "no escribió su almacén"
ok "el programa instalado abre la ventana de acceso y escribe su almacén"
[ -z "${FOTO:-}" ] || import -window root "$FOTO"

# What Windows does with a link: the registered command, with it in the place of %1.
sleep 2
first=$(pgrep -f 'icsoe-desktop\.exe' | sort)
timeout 60 env WEXE="$(sed 's/^"\(.*\)" -- "%1"$/\1/' <<<"$command")" "$wine_dir/wpy" 'icsoe://activar/prueba' >/dev/null ||
    miss "el segundo arranque, con el enlace, terminó con $?"
[ "$(pgrep -f 'icsoe-desktop\.exe' | sort)" = "$first" ] || miss "el enlace abrió otro programa"
ok "un enlace icsoe:// llega al programa que ya está abierto"

cksum <"$data/llaves.json" >"$work/llaves"
run "$new" /S || miss "la actualización terminó con $?"
until_true 10 not_running || miss "la actualización no cerró el programa"
[ ! -e "$installed/_internal/archivo de la version anterior.txt" ] || miss "quedó un archivo de la versión anterior"
[ "$(value "HKCU\\$uninstall_key" DisplayVersion)" = "$number" ] || miss "Aplicaciones no dice la versión nueva"
[ "$(cksum <"$data/llaves.json")" = "$(cat "$work/llaves")" ] || miss "cambiaron los datos"
ok "actualiza con el programa abierto: lo cierra, retira lo anterior y conserva los datos"

run "$new" /S || miss "instalar la misma versión encima terminó con $?"
ok "se instala encima de sí mismo"

uninstall
files >"$work/despues"
left=$(comm -13 "$work/antes" "$work/despues" | grep -v "AppData/Local/$app/" || true)
[ -z "$left" ] || miss "archivos que quedaron: $left"
[ -z "$(keys)" ] || miss "claves que quedaron: $(keys)"
[ -f "$data/icsoe.db" ] && [ "$(secrets)" = 1 ] || miss "se llevó los datos o su llave"
ok "desinstala y no deja más que los datos"

run "$new" /S /SINESCRITORIO
[ ! -e "$desktop" ] || miss "/SINESCRITORIO puso un acceso en el escritorio"
uninstall /BORRARDATOS
until_true 20 gone "$data" || miss "/BORRARDATOS dejó los datos"
[ "$(secrets)" = 0 ] || miss "quedó la llave en el Administrador de credenciales"
ok "/BORRARDATOS borra también los datos y su llave"

installed=$drive/"Program Files/$app" menu="$drive/ProgramData/Microsoft/Windows/Start Menu/Programs/$app.lnk"
run "$new" /S /ALLUSERS || miss "/ALLUSERS terminó con $?"
[ -f "$installed/icsoe-desktop.exe" ] && [ -f "$menu" ] || miss "/ALLUSERS no instaló para todos"
[ "$(value "HKLM\\$uninstall_key" DisplayVersion)" = "$number" ] || miss "/ALLUSERS no está en HKLM"
status=0
run "$new" /S || status=$?
[ $status = 4 ] || miss "con uno para todos, el de un usuario terminó con $status y no con 4"
uninstall
files >"$work/despues"
left=$(comm -13 "$work/antes" "$work/despues" || true)
[ -z "$left" ] || miss "archivos que quedaron: $left"
[ -z "$(keys)" ] || miss "claves que quedaron: $(keys)"
ok "/ALLUSERS instala para todos y se desinstala sin dejar nada"

# The installer from end to end on real Windows, with what construir.py left in dist/.
$ErrorActionPreference = "Stop"
$setup = (Get-ChildItem dist\ICSOE-Desktop-*.exe | Select-Object -First 1).FullName
$installed = "$env:LOCALAPPDATA\Programs\ICSOE Desktop"
$data = "$env:LOCALAPPDATA\ICSOE Desktop"
$key = "HKCU:\Software\Microsoft\Windows\CurrentVersion\Uninstall\ICSOE Desktop"

function Check([bool]$good, [string]$what) {
    if (-not $good) { throw "FALLA: $what" }
    Write-Output "bien: $what"
}
function Run([string]$program, [string[]]$options) {
    (Start-Process $program -ArgumentList $options -Wait -PassThru).ExitCode
}
function Wait-For([scriptblock]$condition, [int]$seconds = 60) {
    foreach ($i in 1..($seconds * 2)) {
        if (& $condition) { return $true }
        Start-Sleep -Milliseconds 500
    }
    return $false
}

Check ((Run $setup "/S") -eq 0) "instala en silencio"
Check ((Get-ItemProperty $key).InstallLocation -eq $installed) "entrada en Aplicaciones"
Check ((Get-ItemProperty "HKCU:\Software\Classes\icsoe\shell\open\command")."(default)" -eq "`"$installed\icsoe-desktop.exe`" -- `"%1`"") "protocolo icsoe://"
$env:QT_QPA_PLATFORM = "windows"
& "$installed\icsoe-consola.exe" --smoke
Check ($LASTEXITCODE -eq 0) "lo instalado pasa --smoke con las ventanas de Windows"

Start-Process "$installed\icsoe-desktop.exe"
Check (Wait-For { Test-Path "$data\icsoe.db" }) "el programa abre y escribe su almacén"
$first = (Get-Process icsoe-desktop).Id
Start-Sleep 3
# As a browser does it: by the protocol, not by the path of the program.
Start-Process "icsoe://activar/prueba"
Start-Sleep 8
Check ((Get-Process icsoe-desktop).Id -eq $first) "un enlace icsoe:// llega al programa abierto"

$before = (Get-FileHash "$data\llaves.json").Hash
Check ((Run $setup "/S") -eq 0) "actualiza con el programa abierto"
Check (-not (Get-Process icsoe-desktop -ErrorAction SilentlyContinue)) "y lo cierra"
Check ((Get-FileHash "$data\llaves.json").Hash -eq $before) "y conserva los datos"

Run "$installed\desinstalar.exe" "/S" | Out-Null
Check (Wait-For { -not (Test-Path $installed) }) "desinstala"
Check (-not (Test-Path $key) -and -not (Test-Path "HKCU:\Software\Classes\icsoe")) "sin dejar claves"
Check (Test-Path "$data\icsoe.db") "y deja los datos"

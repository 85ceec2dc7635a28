; The Windows installer. construir.py calls makensis with what it needs:
;   VERSION PROGRAMA (folder) SEP (of this system) SALIDA LISTA (what to delete) KILOBYTES
;   FIRMADO, when there is a certificate, with PYTHON and CONSTRUIR to sign the uninstaller
; Exit codes, also in docs/despliegue.md: 0 done, 1 cancelled, 2 failed, 3 the program did not
; close, 4 installed for the whole machine already, 5 needs an administrator, 6 Windows too old.

; Otherwise the installer is a 32-bit program, which 64-bit Wine does not start.
Target amd64-unicode
Unicode true
ManifestDPIAware true
ManifestSupportedOS Win10
!ifdef RAPIDO ; for verificar_en_wine.sh: twice the size in a tenth of the time
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh

!define APP "ICSOE Desktop"
!define PROGRAM "icsoe-desktop.exe"
!define CONSOLE "icsoe-consola.exe"
!define UNINSTALLER "desinstalar.exe"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP}"
!define PROTOCOL_KEY "Software\Classes\icsoe"

!ifdef FIRMADO
  !uninstfinalize '"${PYTHON}" "${CONSTRUIR}" firmar "%1"' = 0
  BrandingText "${APP} ${VERSION}"
!else
  BrandingText "${APP} ${VERSION}, sin firma digital"
!endif

Name "${APP}"
OutFile "${SALIDA}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "${APP}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileDescription" "Instalador de ${APP}"
VIAddVersionKey /LANG=0 "CompanyName" "${APP}"
VIAddVersionKey /LANG=0 "LegalCopyright" "Licencia MIT"

!define MUI_ICON "${PROGRAMA}${SEP}_internal${SEP}icsoe.ico"
!define MUI_UNICON "${PROGRAMA}${SEP}_internal${SEP}icsoe.ico"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "Se instalará ${APP} ${VERSION}.$\r$\n$\r$\nSi ya estaba, se actualiza; sus datos se conservan.$\r$\n$\r$\n$ForWhom"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Abrir ${APP}"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenProgram
!define MUI_COMPONENTSPAGE_NODESC

Var ForWhom
Var AllUsers
Var WithDesktop

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SpanishInternational"

; result: 1 when the program's file is in use, 0 when it is not
!macro InUse file result
  StrCpy ${result} 0
  ${If} ${FileExists} "${file}"
    ClearErrors
    FileOpen $9 "${file}" a
    ${If} ${Errors}
      StrCpy ${result} 1
    ${Else}
      FileClose $9
    ${EndIf}
  ${EndIf}
!macroend

; Asks the program to close as its own X does; one that does not within 15 s is ended. What was
; saved is safe either way: the store is written in transactions.
!macro CloseProgramFunction prefix
Function ${prefix}CloseProgram
  StrCpy $R0 0
  ${Do}
    !insertmacro InUse "$INSTDIR\${PROGRAM}" $R1
    !insertmacro InUse "$INSTDIR\${CONSOLE}" $R2
    ${If} $R1 = 0
    ${AndIf} $R2 = 0
      ${ExitDo}
    ${EndIf}
    ${If} $R0 = 0
      MessageBox MB_OKCANCEL|MB_ICONINFORMATION "${APP} está abierto. Guarde lo que esté haciendo y pulse Aceptar: se cerrará para continuar." /SD IDOK IDOK +3
      SetErrorLevel 1
      Abort
      nsExec::Exec '"$SYSDIR\taskkill.exe" /IM ${PROGRAM}'
      Pop $R3
    ${ElseIf} $R0 = 30
      nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ${PROGRAM}'
      Pop $R3
      nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ${CONSOLE}'
      Pop $R3
    ${ElseIf} $R0 = 50
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${APP} sigue abierto, tal vez en la sesión de otro usuario. Ciérrelo y reintente. No se cambió nada." /SD IDCANCEL IDRETRY +3
      SetErrorLevel 3
      Abort
      StrCpy $R0 -1
    ${EndIf}
    Sleep 500
    IntOp $R0 $R0 + 1
  ${Loop}
FunctionEnd
!macroend
!insertmacro CloseProgramFunction ""
!insertmacro CloseProgramFunction "un."

; Everything that follows is of the chosen scope: SHCTX, $SMPROGRAMS, $DESKTOP.
!macro EnterScope
  ${If} $AllUsers = 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
!macroend

!macro IsAdministrator result
  UserInfo::GetAccountType
  Pop ${result}
  ${If} ${result} == "Admin"
    StrCpy ${result} 1
  ${Else}
    StrCpy ${result} 0
  ${EndIf}
!macroend

Function .onInit
  SetRegView 64
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "${APP} necesita Windows 10 o posterior." /SD IDOK
    SetErrorLevel 6
    Quit
  ${EndIf}
  ${GetParameters} $R0
  StrCpy $AllUsers 0
  ClearErrors
  ${GetOptions} $R0 "/ALLUSERS" $R1
  ${IfNot} ${Errors}
    StrCpy $AllUsers 1
  ${EndIf}
  StrCpy $WithDesktop 1
  ClearErrors
  ${GetOptions} $R0 "/SINESCRITORIO" $R1
  ${IfNot} ${Errors}
    StrCpy $WithDesktop 0
  ${EndIf}
  !insertmacro IsAdministrator $R2
  ReadRegStr $R3 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $AllUsers = 0
  ${AndIf} $R3 != ""
    MessageBox MB_OK|MB_ICONINFORMATION "${APP} ya está instalado para todos los usuarios de este equipo. Lo actualiza un administrador, con la opción /ALLUSERS." /SD IDOK
    SetErrorLevel 4
    Quit
  ${EndIf}
  ${If} $AllUsers = 1
  ${AndIf} $R2 = 0
    ${IfNot} ${Silent}
      ; Windows asks for an administrator and starts this again as one.
      ExecShell "runas" "$EXEPATH" "$R0"
    ${EndIf}
    SetErrorLevel 5
    Quit
  ${EndIf}
  !insertmacro EnterScope
  ${If} $AllUsers = 1
    StrCpy $ForWhom "Para todos los usuarios de este equipo."
  ${Else}
    StrCpy $ForWhom "Sólo para usted: no hace falta un administrador. Para todos los usuarios del equipo, un administrador lo abre con la opción /ALLUSERS."
  ${EndIf}
  ; /D= has put something there already; it must win.
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $AllUsers = 1
      StrCpy $INSTDIR "$PROGRAMFILES64\${APP}"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${APP}"
    ${EndIf}
  ${EndIf}
FunctionEnd

Section
  ReadRegStr $R5 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  StrCpy $R6 $INSTDIR
  ; An earlier version takes its own files away, wherever it is; nobody else knows them all.
  ${If} $R5 != ""
  ${AndIf} ${FileExists} "$R5\${UNINSTALLER}"
    StrCpy $INSTDIR $R5
    Call CloseProgram
    ExecWait '"$R5\${UNINSTALLER}" /S /ACTUALIZAR _?=$R5' $R7
    StrCpy $INSTDIR $R6
    ${If} $R7 <> 0
      SetErrorLevel 2
      Abort "No se pudo retirar la versión anterior. No se cambió nada más."
    ${EndIf}
  ${Else}
    Call CloseProgram
  ${EndIf}

  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${PROGRAMA}${SEP}*"
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"
  ${If} ${Errors}
    SetErrorLevel 2
    Abort "No se pudo escribir en $INSTDIR. Revise el espacio y los permisos, y repita."
  ${EndIf}

  CreateShortcut "$SMPROGRAMS\${APP}.lnk" "$INSTDIR\${PROGRAM}"
  ${If} $WithDesktop = 1
    CreateShortcut "$DESKTOP\${APP}.lnk" "$INSTDIR\${PROGRAM}"
  ${EndIf}

  WriteRegStr SHCTX "${PROTOCOL_KEY}" "" "URL:${APP}"
  WriteRegStr SHCTX "${PROTOCOL_KEY}" "URL Protocol" ""
  WriteRegStr SHCTX "${PROTOCOL_KEY}\DefaultIcon" "" '"$INSTDIR\${PROGRAM}",0'
  WriteRegStr SHCTX "${PROTOCOL_KEY}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" -- "%1"'

  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${APP}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${APP}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

Function OpenProgram
  ; By the shell: the program must not inherit an administrator's rights from the installer.
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\${PROGRAM}"'
FunctionEnd

Section "un.${APP}"
  SectionIn RO
  Call un.CloseProgram
  SetOutPath "$TEMP"
  !include "${LISTA}"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/ACTUALIZAR" $R1
  ${IfNot} ${Errors}
    Return
  ${EndIf}
  Delete "$INSTDIR\${UNINSTALLER}"
  ; Only when it is empty: whatever else is there is not ours.
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${APP}.lnk"
  Delete "$DESKTOP\${APP}.lnk"
  DeleteRegKey SHCTX "${PROTOCOL_KEY}"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
SectionEnd

Section /o "un.Borrar también mis datos, sin remedio" ERASE
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\${APP}"
  Call un.ForgetKeys
  !insertmacro EnterScope
SectionEnd

; The keys of the data, which the program keeps in Credential Manager as «ICSOE Desktop/…».
Function un.ForgetKeys
  System::Call 'advapi32::CredEnumerateW(w "${APP}/*", i 0, *i .r1, *p .r2) i .r0'
  ${If} $0 = 0
    Return
  ${EndIf}
  StrCpy $3 0
  ${While} $3 < $1
    IntOp $4 $3 * 8
    IntPtrOp $4 $2 + $4
    System::Call '*$4(p .r5)'
    System::Call '*$5(i .r6, i .r7, w .r8)'
    System::Call 'advapi32::CredDeleteW(w r8, i r7, i 0)'
    IntOp $3 $3 + 1
  ${EndWhile}
  System::Call 'advapi32::CredFree(p r2)'
FunctionEnd

Function un.onInit
  SetRegView 64
  StrCpy $AllUsers 0
  ReadRegStr $R1 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $R1 == $INSTDIR
    StrCpy $AllUsers 1
    !insertmacro IsAdministrator $R2
    ${If} $R2 = 0
      ${IfNot} ${Silent}
        ExecShell "runas" "$INSTDIR\${UNINSTALLER}"
      ${EndIf}
      SetErrorLevel 5
      Quit
    ${EndIf}
  ${EndIf}
  !insertmacro EnterScope
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/BORRARDATOS" $R1
  ${IfNot} ${Errors}
    SectionSetFlags ${ERASE} ${SF_SELECTED}
  ${EndIf}
FunctionEnd

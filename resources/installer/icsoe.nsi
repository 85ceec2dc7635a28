; The Windows installer. construir.py calls makensis with what it needs:
;   VERSION PROGRAMA (folder) SEP (of this system) SALIDA ARCHIVOS (what to install) LISTA (what to
;   delete) KILOBYTES IMAGENES
;   FIRMADO, when there is a certificate, with PYTHON and CONSTRUIR to sign the uninstaller
; Exit codes, also in docs/despliegue.md: 0 done, 1 cancelled, 2 failed, 3 files in use, 4 installed
; for the whole machine already, 5 needs an administrator, 6 Windows too old, 7 a newer version is
; installed, 8 installed by the .msi. Why it works so: docs/decisions/0010-empaquetar.md.

; Otherwise the installer is a 32-bit program, which 64-bit Wine does not start.
Target amd64-unicode
Unicode true
ManifestDPIAware true
ManifestSupportedOS Win10
!ifdef RAPIDO ; for the check under Wine: twice the size in a tenth of the time
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include nsDialogs.nsh
!include WinVer.nsh
!include WordFunc.nsh

!define APP "ICSOE Desktop"
!define PROGRAM "icsoe-desktop.exe"
!define CONSOLE "icsoe-consola.exe"
!define UNINSTALLER "desinstalar.exe"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP}"
!define PROTOCOL_KEY "Software\Classes\icsoe"
; What both installers of the whole machine say of themselves. The program reads it.
!define MACHINE_KEY "Software\${APP}"

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
!define MUI_WELCOMEFINISHPAGE_BITMAP "${IMAGENES}${SEP}lado.bmp"
!define MUI_WELCOMEFINISHPAGE_BITMAP_STRETCH AspectFitHeight
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${IMAGENES}${SEP}lado.bmp"
!define MUI_HEADERIMAGE
!define MUI_HEADERIMAGE_RIGHT
!define MUI_HEADERIMAGE_BITMAP "${IMAGENES}${SEP}cabeza.bmp"
!define MUI_HEADERIMAGE_BITMAP_STRETCH AspectFitHeight
!define MUI_HEADERIMAGE_UNBITMAP "${IMAGENES}${SEP}cabeza.bmp"
!define MUI_HEADERIMAGE_UNBITMAP_STRETCH AspectFitHeight
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "Se instalará ${APP} ${VERSION}.$\r$\n$\r$\nSi ya estaba, se actualiza; sus datos se conservan."
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Abrir ${APP}"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenProgram
!define MUI_COMPONENTSPAGE_NODESC

Var AllUsers
Var Administrator
Var MachineFolder ; of the copy for the whole machine; empty without one
Var WithDesktop
Var Incoming ; the new version, unpacked beside the old one
Var Previous ; the old version, until the new one is in its place
Var Busy ; a file that another program uses
Var ForMe
Var ForAll

!insertmacro MUI_PAGE_WELCOME
Page custom ChooseScope LeaveScope
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SpanishInternational"

; result: 1 when any program uses the file, 0 when none does
!macro InUse file result
  StrCpy ${result} 0
  ${If} ${FileExists} "${file}"
    ; To read and write, shared with nobody: a loaded library refuses writing, an open file sharing.
    System::Call 'kernel32::CreateFileW(w "${file}", i 0xC0000000, i 0, p 0, i 3, i 0x80, p 0) p .R4'
    ${If} $R4 = -1
      StrCpy ${result} 1
    ${Else}
      System::Call 'kernel32::CloseHandle(p R4)'
    ${EndIf}
  ${EndIf}
!macroend

; Lets taskkill act on every process of the program: R3 is /F, or nothing to ask. By number: the
; program hides what taskkill asks for when it looks for a name (seguridad/process.py).
!macro EndProgramsFunction prefix
Function ${prefix}EndPrograms
  System::Call 'kernel32::CreateToolhelp32Snapshot(i 2, i 0) p .r1'
  System::Alloc 568 ; PROCESSENTRY32W
  Pop $2
  System::Call '*$2(i 568)'
  System::Call 'kernel32::Process32FirstW(p r1, p r2) i .r0'
  ${While} $0 <> 0
    System::Call '*$2(i, i, i .r3, i, p, i, i, i, i, i, &w260 .r4)'
    ${If} $4 == "${PROGRAM}"
    ${OrIf} $4 == "${CONSOLE}"
      nsExec::Exec '"$SYSDIR\taskkill.exe" $R3 /PID $3'
      Pop $4
    ${EndIf}
    System::Call 'kernel32::Process32NextW(p r1, p r2) i .r0'
  ${EndWhile}
  System::Free $2
  System::Call 'kernel32::CloseHandle(p r1)'
FunctionEnd
!macroend
!insertmacro EndProgramsFunction ""
!insertmacro EndProgramsFunction "un."

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
      MessageBox MB_OKCANCEL|MB_ICONINFORMATION "${APP} está abierto. Guarde lo que esté haciendo y elija Aceptar: se cerrará para continuar." /SD IDOK IDOK +5
      ${If} $Incoming != ""
        RMDir /r "$Incoming"
      ${EndIf}
      SetErrorLevel 1
      Abort
      StrCpy $R3 ""
      Call ${prefix}EndPrograms
    ${ElseIf} $R0 = 30
      StrCpy $R3 "/F"
      Call ${prefix}EndPrograms
    ${ElseIf} $R0 = 50
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${APP} sigue abierto, tal vez en la sesión de otro usuario. Ciérrelo y reintente. No se cambió nada." /SD IDCANCEL IDRETRY +5
      ${If} $Incoming != ""
        RMDir /r "$Incoming"
      ${EndIf}
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

!macro Refuse code sentence
  MessageBox MB_OK|MB_ICONSTOP "${sentence}" /SD IDOK
  SetErrorLevel ${code}
  Quit
!macroend

; An older program refuses the data of a newer one.
!macro RefuseOlderThan root key whose
  ReadRegStr $R4 ${root} "${key}" "DisplayVersion"
  ${If} $R4 != ""
    ${VersionCompare} "$R4" "${VERSION}" $R5
    ${If} $R5 = 1
      !insertmacro Refuse 7 "${whose} tiene ${APP} $R4, más nuevo que ${VERSION}, y sus datos no se abrirían con éste. No se cambió nada. Para volver atrás, quite primero el instalado y restaure un respaldo de entonces."
    ${EndIf}
  ${EndIf}
!macroend

Function RefuseOlder
  !insertmacro RefuseOlderThan HKLM "${UNINSTALL_KEY}" "Este equipo ya"
  !insertmacro RefuseOlderThan HKCU "${UNINSTALL_KEY}" "Su usuario ya"
  ${If} $AllUsers = 1
    ; Users whose session is open; only read: their registry is theirs to write.
    StrCpy $R6 0
    ${Do}
      EnumRegKey $R7 HKU "" $R6
      ${If} $R7 == ""
        ${ExitDo}
      ${EndIf}
      !insertmacro RefuseOlderThan HKU "$R7\${UNINSTALL_KEY}" "Otro usuario de este equipo ya"
      IntOp $R6 $R6 + 1
    ${Loop}
  ${EndIf}
FunctionEnd

Function .onInit
  SetRegView 64
  ${IfNot} ${AtLeastWin10}
    !insertmacro Refuse 6 "${APP} necesita Windows 10 o posterior."
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
  !insertmacro IsAdministrator $Administrator
  ReadRegStr $R3 HKLM "${MACHINE_KEY}" "Instalador"
  ${If} $R3 == "msi"
    !insertmacro Refuse 8 "${APP} está instalado en este equipo con el paquete .msi. Lo actualiza o lo quita un administrador, con el .msi. No se cambió nada."
  ${EndIf}
  ReadRegStr $MachineFolder HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $MachineFolder != ""
  ${AndIf} $AllUsers = 0
    ${If} ${Silent}
      !insertmacro Refuse 4 "${APP} ya está instalado para todos los usuarios de este equipo. Lo actualiza un administrador, con la opción /ALLUSERS."
    ${EndIf}
    StrCpy $AllUsers 1
  ${EndIf}
  Call RefuseOlder
  ${If} $AllUsers = 1
  ${AndIf} $Administrator = 0
  ${AndIf} ${Silent}
    SetErrorLevel 5
    Quit
  ${EndIf}
  Call UseScope
FunctionEnd

; The folder of the chosen scope. /D= has put something there already; it must win.
Function UseScope
  !insertmacro EnterScope
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

Function ChooseScope
  ; An administrator who started this again as such has chosen already.
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/ALLUSERS" $R1
  ${IfNot} ${Errors}
  ${AndIf} $Administrator = 1
    Abort
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "¿Para quién?" "Elija quién podrá usar ${APP} en este equipo."
  nsDialogs::Create 1018
  Pop $R0
  ${NSD_CreateRadioButton} 0 0 100% 12u "Sólo para &mí"
  Pop $ForMe
  ${NSD_CreateLabel} 12u 13u 95% 18u "No hace falta un administrador. Otros usuarios de este equipo no lo verán."
  Pop $R0
  ${NSD_CreateRadioButton} 0 40u 100% 12u "Para &todos los usuarios de este equipo"
  Pop $ForAll
  ${NSD_CreateLabel} 12u 53u 95% 18u "Windows pedirá la autorización de un administrador. Los datos de cada persona siguen siendo sólo suyos."
  Pop $R0
  ${If} $AllUsers = 1
    ${NSD_Check} $ForAll
  ${Else}
    ${NSD_Check} $ForMe
  ${EndIf}
  ${If} $MachineFolder != ""
    EnableWindow $ForMe 0
    ${NSD_CreateLabel} 0 80u 100% 18u "Ya está instalado para todos los usuarios, y así se actualizará."
    Pop $R0
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function LeaveScope
  ${NSD_GetState} $ForAll $R0
  ${If} $R0 <> $AllUsers
    StrCpy $AllUsers $R0
    StrCpy $INSTDIR ""
  ${EndIf}
  Call RefuseOlder
  Call UseScope
  ${If} $AllUsers = 1
  ${AndIf} $Administrator = 0
    Call ElevateAndQuit
  ${EndIf}
FunctionEnd

; Starts this again as an administrator. A copy of this user alone is then taken away here, without
; an administrator's rights: what lies in a user's folder must not run with them.
Function ElevateAndQuit
  ${GetParameters} $R0
  HideWindow
  ExecShellWait "runas" "$EXEPATH" "/ALLUSERS $R0"
  ReadRegStr $R1 HKLM "${MACHINE_KEY}" "Version"
  ${If} $R1 == "${VERSION}"
    ReadRegStr $R2 HKCU "${UNINSTALL_KEY}" "InstallLocation"
    ${If} $R2 != ""
    ${AndIf} ${FileExists} "$R2\${UNINSTALLER}"
      ExecWait '"$R2\${UNINSTALLER}" /S'
    ${EndIf}
  ${EndIf}
  Quit
FunctionEnd

; For ${Locate}, which has $0 to $9 for itself: stops at the first file in use.
Function FindBusy
  !insertmacro InUse "$R9" $R3
  ${If} $R3 = 1
    StrCpy $Busy $R9
    Push "StopLocate"
  ${Else}
    Push ""
  ${EndIf}
FunctionEnd

; Ends the installation with nothing changed, unless every file of $INSTDIR comes free in 10 s.
Function WaitForFiles
  StrCpy $R0 0
  ${Do}
    StrCpy $Busy ""
    ${Locate} "$INSTDIR" "/L=F" "FindBusy"
    ${If} $Busy == ""
      ${ExitDo}
    ${EndIf}
    ${Do}
      !insertmacro InUse "$Busy" $R3
      ${If} $R3 = 0
        ${ExitDo}
      ${EndIf}
      ${If} $R0 = 20
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "Otro programa está usando «$Busy». Ciérrelo y reintente. No se cambió nada." /SD IDCANCEL IDRETRY +4
        RMDir /r "$Incoming"
        SetErrorLevel 3
        Abort
        StrCpy $R0 0
      ${EndIf}
      Sleep 500
      IntOp $R0 $R0 + 1
    ${Loop}
  ${Loop}
FunctionEnd

; $R8: a name beside $INSTDIR that nothing has
!macro FreeName ending result
  StrCpy $R8 0
  ${Do}
    StrCpy ${result} "$INSTDIR.${ending}$R8"
    ${IfNot} ${FileExists} "${result}"
      ${ExitDo}
    ${EndIf}
    IntOp $R8 $R8 + 1
  ${Loop}
!macroend

Section
  ReadRegStr $R5 SHCTX "${UNINSTALL_KEY}" "InstallLocation"
  ; A folder that holds something else, or a whole drive: the program gets one of its own in it.
  StrLen $R6 $INSTDIR
  ${DirState} "$INSTDIR" $R7
  ${If} $R6 < 4
    StrCpy $INSTDIR $INSTDIR 2
    StrCpy $INSTDIR "$INSTDIR\${APP}"
  ${ElseIf} $R7 = 1
  ${AndIf} $INSTDIR != $R5
  ${AndIfNot} ${FileExists} "$INSTDIR\${UNINSTALLER}"
    StrCpy $INSTDIR "$INSTDIR\${APP}"
  ${EndIf}

  Call ClearInterrupted

  ; 1. The new version whole, beside the old one, which still works.
  !insertmacro FreeName "nuevo" $Incoming
  SetOutPath "$Incoming"
  ClearErrors
  ; Not «File /r», which takes files as the disk happens to list them.
  !include "${ARCHIVOS}"
  WriteUninstaller "$Incoming\${UNINSTALLER}"
  SetOutPath "$TEMP"
  ${If} ${Errors}
    RMDir /r "$Incoming"
    SetErrorLevel 2
    Abort "No se pudo escribir en $Incoming. No se cambió nada. Revise el espacio y los permisos, y repita."
  ${EndIf}

  ; 2. Nobody uses the old one, wherever it is.
  ${If} $R5 != ""
  ${AndIf} $R5 != $INSTDIR
  ${AndIf} ${FileExists} "$R5\${UNINSTALLER}"
    StrCpy $R6 $INSTDIR
    StrCpy $INSTDIR $R5
    Push $R6
    Call CloseProgram
    Call WaitForFiles
    Pop $INSTDIR
  ${EndIf}
  StrCpy $Previous ""
  ${If} ${FileExists} "$INSTDIR\*.*"
    Call CloseProgram
    Call WaitForFiles
    !insertmacro FreeName "anterior" $Previous
  ${EndIf}

  ; 3. Old out, new in: two names change, and back if the second cannot.
  ClearErrors
  ${If} $Previous != ""
    Rename "$INSTDIR" "$Previous"
    ${If} ${Errors}
      RMDir /r "$Incoming"
      SetErrorLevel 3
      Abort "Otro programa está usando archivos de $INSTDIR. No se cambió nada. Ciérrelo y repita."
    ${EndIf}
  ${EndIf}
  Rename "$Incoming" "$INSTDIR"
  ${If} ${Errors}
    ${If} $Previous != ""
      Rename "$Previous" "$INSTDIR"
    ${EndIf}
    RMDir /r "$Incoming"
    SetErrorLevel 2
    Abort "No se pudo poner la versión nueva en $INSTDIR. Se dejó la anterior como estaba."
  ${EndIf}

  ; 4. What the old version left; whatever else was in its folder comes back.
  ${If} $Previous != ""
    StrCpy $R6 $Previous
    Call RemoveVersion
    Call BringOthersBack
  ${EndIf}
  ${If} $R5 != ""
  ${AndIf} $R5 != $INSTDIR
    StrCpy $R6 $R5
    Call RemoveVersion
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
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Comments" "Versión ${VERSION}. Ayuda dentro del programa, con F1."
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "HelpLink" "file:///$INSTDIR\_internal\leame.html"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "URLInfoAbout" "file:///$INSTDIR\licencias"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1

  ${If} $AllUsers = 1
    WriteRegStr HKLM "${MACHINE_KEY}" "Instalador" "exe"
    WriteRegStr HKLM "${MACHINE_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKLM "${MACHINE_KEY}" "Version" "${VERSION}"
    Call ForgetLinksOfCopies
  ${EndIf}
SectionEnd

; What an installation left that was cut off: half an incoming version goes, the version before comes
; back if it was out already.
Function ClearInterrupted
  StrCpy $R0 0
  ${Do}
    ${If} ${FileExists} "$INSTDIR.nuevo$R0\_internal\*.*"
      RMDir /r "$INSTDIR.nuevo$R0"
    ${EndIf}
    ${If} ${FileExists} "$INSTDIR.anterior$R0\${UNINSTALLER}"
      ${If} ${FileExists} "$INSTDIR\*.*"
        StrCpy $R6 "$INSTDIR.anterior$R0"
        Push $R0
        Call RemoveVersion
        Pop $R0
      ${Else}
        Rename "$INSTDIR.anterior$R0" "$INSTDIR"
      ${EndIf}
    ${EndIf}
    IntOp $R0 $R0 + 1
  ${LoopUntil} $R0 = 10
FunctionEnd

; $R6: folder of a version. It knows its own files; ours, in case its uninstaller is lost.
Function RemoveVersion
  Push $INSTDIR
  ${If} ${FileExists} "$R6\${UNINSTALLER}"
    ExecWait '"$R6\${UNINSTALLER}" /S /ACTUALIZAR _?=$R6' $R7
  ${EndIf}
  StrCpy $INSTDIR $R6
  Call RemoveFiles
  Delete "$R6\${UNINSTALLER}"
  RMDir "$R6"
  Pop $INSTDIR
FunctionEnd

Function RemoveFiles
  !include "${LISTA}"
FunctionEnd

Function BringOthersBack
  ClearErrors
  FindFirst $R0 $R1 "$Previous\*.*"
  ${DoUntil} ${Errors}
    ${If} $R1 != "."
    ${AndIf} $R1 != ".."
      Rename "$Previous\$R1" "$INSTDIR\$R1"
      ClearErrors
    ${EndIf}
    FindNext $R0 $R1
  ${Loop}
  FindClose $R0
  ClearErrors
  RMDir "$Previous"
FunctionEnd

; Links go to the copy for the whole machine. The files of a user's own copy are left to the program,
; which takes them away when that user starts it: an administrator's process obeys no path that a
; user wrote.
Function ForgetLinksOfCopies
  DeleteRegKey HKCU "${PROTOCOL_KEY}"
  StrCpy $R0 0
  ${Do}
    EnumRegKey $R1 HKU "" $R0
    ${If} $R1 == ""
      ${ExitDo}
    ${EndIf}
    DeleteRegKey HKU "$R1\${PROTOCOL_KEY}"
    IntOp $R0 $R0 + 1
  ${Loop}
FunctionEnd

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
  ${If} $AllUsers = 1
    DeleteRegKey HKLM "${MACHINE_KEY}"
  ${EndIf}
  ; The links of this copy, and not of another that took them over.
  ReadRegStr $R1 SHCTX "${PROTOCOL_KEY}\shell\open\command" ""
  ${If} $R1 == '"$INSTDIR\${PROGRAM}" -- "%1"'
    DeleteRegKey SHCTX "${PROTOCOL_KEY}"
  ${EndIf}
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

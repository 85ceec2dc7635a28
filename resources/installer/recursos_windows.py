"""Version resource and manifest of the Windows programs. Imported only in the Windows build."""

from __future__ import annotations

import sys
from typing import Any

from icsoe_desktop import __version__

COMPANY = "ICSOE Desktop"
DESCRIPTIONS = {
    "icsoe-desktop": "ICSOE Desktop",
    "icsoe-consola": "ICSOE Desktop: línea de órdenes",
}
# Spanish of Mexico, Unicode.
LANGUAGE, CODE_PAGE = 0x080A, 1200

MANIFEST = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security><requestedPrivileges>
      <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
    </requestedPrivileges></security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application><supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/></application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <dpiAware xmlns="http://schemas.microsoft.com/SMI/2005/WindowsSettings">true/pm</dpiAware>
      <dpiAwareness xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings"
        >PerMonitorV2</dpiAwareness>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings"
        >true</longPathAware>
    </windowsSettings>
  </application>
  <dependency><dependentAssembly>
    <assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls" version="6.0.0.0"
      processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/>
  </dependentAssembly></dependency>
</assembly>
"""


def version_of(program: str) -> Any:
    """The version resource of a program, for PyInstaller."""
    if sys.platform != "win32":
        raise RuntimeError("only Windows programs have a version resource")
    from PyInstaller.utils.win32 import versioninfo as v

    numbers = tuple(int(part) for part in f"{__version__}.0".split("."))
    texts = {
        "CompanyName": COMPANY,
        "FileDescription": DESCRIPTIONS[program],
        "FileVersion": __version__,
        "InternalName": program,
        "LegalCopyright": "Licencia MIT",
        "OriginalFilename": f"{program}.exe",
        "ProductName": "ICSOE Desktop",
        "ProductVersion": __version__,
    }
    table = v.StringTable(
        f"{LANGUAGE:04X}{CODE_PAGE:04X}", [v.StringStruct(*pair) for pair in texts.items()]
    )
    return v.VSVersionInfo(
        ffi=v.FixedFileInfo(filevers=numbers, prodvers=numbers, mask=0x3F, OS=0x40004, fileType=1),
        kids=[
            v.StringFileInfo([table]),
            v.VarFileInfo([v.VarStruct("Translation", [LANGUAGE, CODE_PAGE])]),
        ],
    )

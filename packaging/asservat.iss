; The installer for Windows, for one person and without admin rights: Inno Setup 6 makes it of the portable folder.
;
;   python packaging\portable.py
;   iscc /DVersion=0.1.0 packaging\asservat.iss
;   python packaging\portable.py --zip        (writes SHA256SUMS anew, with the installer in it)
;
; It copies the folder, puts an entry into the start menu and takes both away again. It opens no file types with itself,
; changes nothing outside the person's own profile, asks for no network, and never touches cases, packs, keys and
; settings: they lie elsewhere and stay when the program goes.

#ifndef Version
  #error Say the version: /DVersion=0.1.0
#endif

[Setup]
AppId={{0B6E2C3A-6C0E-4E0D-9B0B-3C8B8E6C7A51}
AppName=Asservat
AppVersion={#Version}
AppPublisher=Asservat
LicenseFile=..\LICENSE
PrivilegesRequired=lowest
DefaultDirName={localappdata}\Programs\Asservat
DisableProgramGroupPage=yes
DefaultGroupName=Asservat
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
ChangesAssociations=no
ChangesEnvironment=no
CloseApplications=no
RestartApplications=no
UninstallDisplayName=Asservat {#Version}
UninstallDisplayIcon={app}\Asservat.exe
OutputDir=..\dist
OutputBaseFilename=Asservat-{#Version}-windows-x86_64-setup
Compression=lzma2/normal
SolidCompression=yes
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktop"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; Libraries of an older version must not stay beside those of the new one. Nobody keeps anything of his own in there.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\dist\Asservat\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{group}\Asservat"; Filename: "{app}\Asservat.exe"; WorkingDir: "{userdocs}"
Name: "{userdesktop}\Asservat"; Filename: "{app}\Asservat.exe"; WorkingDir: "{userdocs}"; Tasks: desktop

[Run]
Filename: "{app}\Asservat.exe"; Description: "{cm:LaunchProgram,Asservat}"; Flags: nowait postinstall skipifsilent unchecked

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
<context>
    <name>Acts</name>
    <message>
        <source>Grading</source>
        <translation>Einstufen</translation>
    </message>
    <message>
        <source>Grade {0}</source>
        <translation>Einstufung {0}</translation>
    </message>
    <message>
        <source>Grade {0}: the whole stack of similar ones</source>
        <translation>Einstufung {0}: der ganze Stapel ähnlicher Bilder</translation>
    </message>
    <message>
        <source>Grade {0}: all of this folder in the list</source>
        <translation>Einstufung {0}: alles aus diesem Ordner in der Liste</translation>
    </message>
    <message>
        <source>Take the grade away</source>
        <translation>Einstufung wegnehmen</translation>
    </message>
    <message>
        <source>Next item that is not reviewed</source>
        <translation>Nächster ungesichteter Inhalt</translation>
    </message>
    <message>
        <source>Previous item that is not reviewed</source>
        <translation>Voriger ungesichteter Inhalt</translation>
    </message>
    <message>
        <source>Near duplicates as one: on or off</source>
        <translation>Ähnliche als eines zeigen: ein oder aus</translation>
    </message>
    <message>
        <source>Similar pictures</source>
        <translation>Ähnliche Bilder</translation>
    </message>
    <message>
        <source>Open or close this stack</source>
        <translation>Diesen Stapel öffnen oder schließen</translation>
    </message>
    <message>
        <source>Deciding</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <source>Flag for a second look</source>
        <translation>Zur Zweitsicht vormerken</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Schlagwort</translation>
    </message>
    <message>
        <source>Note, or bookmark at this time</source>
        <translation>Notiz, oder Lesezeichen an dieser Stelle</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Seeing less</source>
        <translation>Weniger sehen</translation>
    </message>
    <message>
        <source>Blur: what is flagged, everything, nothing</source>
        <translation>Weichzeichnen: Auffälliges, alles, nichts</translation>
    </message>
    <message>
        <source>Without colours</source>
        <translation>Ohne Farben</translation>
    </message>
    <message>
        <source>Sound on or off</source>
        <translation>Ton an oder aus</translation>
    </message>
    <message>
        <source>See more (one rung up)</source>
        <translation>Mehr sehen (eine Stufe)</translation>
    </message>
    <message>
        <source>See less (one rung down)</source>
        <translation>Weniger sehen (eine Stufe)</translation>
    </message>
    <message>
        <source>Show at most: {0}</source>
        <translation>Höchstens zeigen: {0}</translation>
    </message>
    <message>
        <source>Reveal while held; tapped: play</source>
        <translation>Aufdecken, solange gehalten; kurz gedrückt: abspielen</translation>
    </message>
    <message>
        <source>Hide everything now</source>
        <translation>Sofort alles verbergen</translation>
    </message>
    <message>
        <source>Not done: here no item is seen that it could be about.</source>
        <translation>Nicht ausgeführt: Hier ist kein Inhalt zu sehen, um den es gehen könnte.</translation>
    </message>
    <message>
        <source>Not done: this case cannot be written, it is only looked at.</source>
        <translation>Nicht ausgeführt: Dieser Fall ist nicht beschreibbar, er lässt sich nur ansehen.</translation>
    </message>
    <message>
        <source>Done in another window: {0}. Press {1} again to take it back.</source>
        <translation>In einem anderen Fenster geschehen: {0}. Noch einmal {1} nimmt es zurück.</translation>
    </message>
    <message>
        <source>Taken back in another window: {0}. Press {1} again to do it again.</source>
        <translation>In einem anderen Fenster zurückgenommen: {0}. Noch einmal {1} stellt es wieder her.</translation>
    </message>
    <message>
        <source>Undo: {0}</source>
        <translation>Rückgängig: {0}</translation>
    </message>
    <message>
        <source>Redo: {0}</source>
        <translation>Wiederholen: {0}</translation>
    </message>
    <message>
        <source>{0} (not in this list)</source>
        <translation>{0} (nicht in dieser Liste)</translation>
    </message>
    <message>
        <source>Not done: another item has been chosen meanwhile.</source>
        <translation>Nicht ausgeführt: Inzwischen ist ein anderer Inhalt gewählt.</translation>
    </message>
    <message numerus="yes">
        <source>Unmasked material for %n minute(s) today. A break would do no harm.</source>
        <translation>
            <numerusform>Heute %n Minute unverdecktes Material. Eine Pause kann nicht schaden.</numerusform>
            <numerusform>Heute %n Minuten unverdecktes Material. Eine Pause kann nicht schaden.</numerusform>
        </translation>
    </message>
    <message>
        <source>This case&apos;s grading scheme has no {0}.</source>
        <translation>Das Schema dieses Falls hat keine {0}.</translation>
    </message>
    <message>
        <source>Not done: the preview does not show this item yet.</source>
        <translation>Nicht ausgeführt: Die Vorschau zeigt diesen Inhalt noch nicht.</translation>
    </message>
    <message>
        <source>Every item is shown now.</source>
        <translation>Jeder Inhalt wird jetzt einzeln gezeigt.</translation>
    </message>
    <message>
        <source>Similar pictures are one item now.</source>
        <translation>Ähnliche Bilder sind jetzt ein Eintrag.</translation>
    </message>
    <message>
        <source>Nothing similar is known to this item.</source>
        <translation>Zu diesem Inhalt ist nichts Ähnliches bekannt.</translation>
    </message>
    <message>
        <source>There is nothing to take back or to do again.</source>
        <translation>Es gibt nichts zurückzunehmen oder zu wiederholen.</translation>
    </message>
    <message>
        <source>Undone: {0}</source>
        <translation>Zurückgenommen: {0}</translation>
    </message>
    <message>
        <source>Done again: {0}</source>
        <translation>Wiederholt: {0}</translation>
    </message>
    <message numerus="yes">
        <source>Graded %n item(s) as {0}</source>
        <translation>
            <numerusform>%n Inhalt als {0} eingestuft</numerusform>
            <numerusform>%n Inhalte als {0} eingestuft</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took the grade from %n item(s)</source>
        <translation>
            <numerusform>Einstufung von %n Inhalt weggenommen</numerusform>
            <numerusform>Einstufung von %n Inhalten weggenommen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Tagged %n item(s) “{0}”</source>
        <translation>
            <numerusform>%n Inhalt mit „{0}“ versehen</numerusform>
            <numerusform>%n Inhalte mit „{0}“ versehen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took the tag “{0}” from %n item(s)</source>
        <translation>
            <numerusform>Schlagwort „{0}“ von %n Inhalt genommen</numerusform>
            <numerusform>Schlagwort „{0}“ von %n Inhalten genommen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Wrote a note to %n item(s)</source>
        <translation>
            <numerusform>Notiz zu %n Inhalt geschrieben</numerusform>
            <numerusform>Notiz zu %n Inhalten geschrieben</numerusform>
        </translation>
    </message>
    <message>
        <source>Set a bookmark</source>
        <translation>Lesezeichen gesetzt</translation>
    </message>
    <message numerus="yes">
        <source>Flagged %n item(s) for a second look</source>
        <translation>
            <numerusform>%n Inhalt zur Zweitsicht vorgemerkt</numerusform>
            <numerusform>%n Inhalte zur Zweitsicht vorgemerkt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took the flag from %n item(s)</source>
        <translation>
            <numerusform>Vormerkung von %n Inhalt genommen</numerusform>
            <numerusform>Vormerkung von %n Inhalten genommen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Marked %n item(s) as reviewed</source>
        <translation>
            <numerusform>%n Inhalt als gesichtet markiert</numerusform>
            <numerusform>%n Inhalte als gesichtet markiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Marked %n item(s) as not reviewed</source>
        <translation>
            <numerusform>%n Inhalt als ungesichtet markiert</numerusform>
            <numerusform>%n Inhalte als ungesichtet markiert</numerusform>
        </translation>
    </message>
    <message>
        <source>Verdict on a finding: {0}</source>
        <translation>Urteil über einen Befund: {0}</translation>
    </message>
    <message>
        <source>Likeness of two faces: {0}</source>
        <translation>Ähnlichkeit zweier Gesichter: {0}</translation>
    </message>
    <message numerus="yes">
        <source>Excluded %n item(s)</source>
        <translation>
            <numerusform>%n Inhalt ausgeschlossen</numerusform>
            <numerusform>%n Inhalte ausgeschlossen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took %n item(s) back in</source>
        <translation>
            <numerusform>%n Inhalt wieder aufgenommen</numerusform>
            <numerusform>%n Inhalte wieder aufgenommen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Settled %n problem(s)</source>
        <translation>
            <numerusform>%n Meldung erledigt</numerusform>
            <numerusform>%n Meldungen erledigt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took up %n problem(s) again</source>
        <translation>
            <numerusform>%n Meldung wieder aufgenommen</numerusform>
            <numerusform>%n Meldungen wieder aufgenommen</numerusform>
        </translation>
    </message>
    <message>
        <source>Took back a note</source>
        <translation>Notiz zurückgenommen</translation>
    </message>
    <message numerus="yes">
        <source>Changed %n fact(s) of “{0}”</source>
        <translation>
            <numerusform>%n Angabe zu „{0}“ geändert</numerusform>
            <numerusform>%n Angaben zu „{0}“ geändert</numerusform>
        </translation>
    </message>
    <message>
        <source>right</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>unclear</source>
        <translation>unklar</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>verworfen</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>zurückgenommen</translation>
    </message>
    <message>
        <source>No item further down is left to review.</source>
        <translation>Weiter unten ist nichts mehr zu sichten.</translation>
    </message>
    <message>
        <source>No item further up is left to review.</source>
        <translation>Weiter oben ist nichts mehr zu sichten.</translation>
    </message>
    <message>
        <source>Nothing in this direction is left to review.</source>
        <translation>In dieser Richtung ist nichts mehr zu sichten.</translation>
    </message>
</context>
<context>
    <name>AnalysisStep</name>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Measure this computer</source>
        <translation>Diesen Rechner messen</translation>
    </message>
    <message>
        <source>Looking at what this computer can do…</source>
        <translation>Es wird geprüft, was dieser Rechner kann …</translation>
    </message>
    <message>
        <source>Choose at least one step.</source>
        <translation>Wählen Sie mindestens einen Schritt.</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>Messung läuft …</translation>
    </message>
    <message>
        <source>One of its options cannot be used: no run can be started with it.</source>
        <translation>Eine seiner Optionen ist so nicht möglich: Damit kann kein Lauf beginnen.</translation>
    </message>
    <message>
        <source>the more is said, the longer it takes</source>
        <translation>je mehr gesprochen wird, desto länger dauert es</translation>
    </message>
    <message>
        <source>{0}: {1} pictures a second</source>
        <translation>{0}: {1} Bilder je Sekunde</translation>
    </message>
    <message>
        <source>Measured here: {0}.</source>
        <translation>Hier gemessen: {0}.</translation>
    </message>
    <message>
        <source>{0}, longer where somebody speaks</source>
        <translation>{0}, länger, wo gesprochen wird</translation>
    </message>
    <message>
        <source>This computer has not been measured yet; it takes about a minute.</source>
        <translation>Dieser Rechner ist noch nicht gemessen; es dauert etwa eine Minute.</translation>
    </message>
    <message>
        <source>With other options than the chosen ones: {0}. Measure again to know.</source>
        <translation>Mit anderen als den gewählten Optionen: {0}. Für genaue Zeiten neu messen.</translation>
    </message>
    <message>
        <source>time: not measured yet</source>
        <translation>Dauer: noch nicht gemessen</translation>
    </message>
    <message>
        <source>time: no files counted yet</source>
        <translation>Dauer: noch keine Dateien gezählt</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>etwa {0}</translation>
    </message>
    <message>
        <source>about {0} to {1}</source>
        <translation>etwa {0} bis {1}</translation>
    </message>
</context>
<context>
    <name>AnalyzerCard</name>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>Until then this step is recorded as not run: never as “nothing found”.</source>
        <translation>Bis dahin wird dieser Schritt als nicht ausgeführt vermerkt, nie als „nichts gefunden“.</translation>
    </message>
    <message>
        <source>Step {0}, version {1}</source>
        <translation>Schritt {0}, Version {1}</translation>
    </message>
    <message>
        <source>{0} pictures a second here</source>
        <translation>hier {0} Bilder je Sekunde</translation>
    </message>
    <message>
        <source>What it cannot know: {0}</source>
        <translation>Was er nicht wissen kann: {0}</translation>
    </message>
    <message>
        <source>Labels: {0}</source>
        <translation>Bezeichnungen: {0}</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Copy the SHA-256</source>
        <translation>SHA-256 kopieren</translation>
    </message>
    <message>
        <source>Copy the SHA-256 of {0}</source>
        <translation>SHA-256 von {0} kopieren</translation>
    </message>
</context>
<context>
    <name>CandidateList</name>
    <message>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>verworfen</translation>
    </message>
    <message>
        <source>badly seen</source>
        <translation>schlecht zu sehen</translation>
    </message>
    <message>
        <source>{0}, seen {1} – {2}</source>
        <translation>{0}, zu sehen {1} – {2}</translation>
    </message>
    <message>
        <source>page {0}</source>
        <translation>Seite {0}</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>Mögliche Treffer</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
</context>
<context>
    <name>CaseCare</name>
    <message>
        <source>This case</source>
        <translation>Dieser Fall</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>Jetzt sichern</translation>
    </message>
    <message>
        <source>Check integrity</source>
        <translation>Unversehrtheit prüfen</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>noch keine</translation>
    </message>
    <message>
        <source>Go back to it</source>
        <translation>Dorthin zurück</translation>
    </message>
    <message>
        <source>Save the audit trail…</source>
        <translation>Protokoll speichern …</translation>
    </message>
    <message>
        <source>Backup of</source>
        <translation>Sicherung vom</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Back up the case</source>
        <translation>Fall sichern</translation>
    </message>
    <message>
        <source>Check the integrity of the case</source>
        <translation>Unversehrtheit des Falls prüfen</translation>
    </message>
    <message>
        <source>Save the audit trail of the case</source>
        <translation>Protokoll des Falls speichern</translation>
    </message>
    <message>
        <source>Hash lists whose file is missing, so that they are in no backup: {0}.</source>
        <translation>Hashlisten, deren Datei fehlt und die deshalb in keiner Sicherung sind: {0}.</translation>
    </message>
    <message>
        <source>The case is backed up; reports, thumbnails and the audit trail stay where they are.</source>
        <translation>Der Fall ist gesichert; Berichte, Vorschaubilder und Protokoll bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>The case is going back to a backup.</source>
        <translation>Der Fall geht auf eine Sicherung zurück.</translation>
    </message>
    <message>
        <source>before going back</source>
        <translation>vor dem Zurückgehen</translation>
    </message>
    <message>
        <source>before a newer version took over</source>
        <translation>vor der Umstellung auf eine neuere Version</translation>
    </message>
    <message>
        <source>Backing up…</source>
        <translation>Sicherung läuft …</translation>
    </message>
    <message>
        <source>Backed up: {0}</source>
        <translation>Gesichert: {0}</translation>
    </message>
    <message>
        <source>A copy of the audit trail</source>
        <translation>Eine Kopie des Protokolls</translation>
    </message>
    <message>
        <source>The audit trail is in {0}; its last line has the SHA-256 {1}….</source>
        <translation>Das Protokoll liegt in {0}; seine letzte Zeile hat den SHA-256 {1}….</translation>
    </message>
    <message>
        <source>The audit trail is saved.</source>
        <translation>Das Protokoll ist gesichert.</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Prüfung läuft …</translation>
    </message>
    <message>
        <source>The case is whole.</source>
        <translation>Der Fall ist unversehrt.</translation>
    </message>
    <message>
        <source>The case is DAMAGED. Go back to a backup; keep this folder.</source>
        <translation>Der Fall ist BESCHÄDIGT. Gehen Sie zu einer Sicherung zurück und heben Sie diesen Ordner auf.</translation>
    </message>
    <message>
        <source>Restored. The state before is kept as a backup, too: {0}</source>
        <translation>Wiederhergestellt. Der Stand davor ist ebenfalls gesichert: {0}</translation>
    </message>
    <message>
        <source>the damaged one, put aside</source>
        <translation>die beschädigte, beiseitegelegt</translation>
    </message>
    <message>
        <source>A backup holds the database (findings, decisions, notes), where the audit trail stands, and the hash lists. Not in it: the evidence itself, finished reports, the audit trail, and what is made again by itself (thumbnails, search index). For a copy of everything, copy the case folder while it is closed.</source>
        <translation>Eine Sicherung enthält die Datenbank (Befunde, Einstufungen, Notizen), den Stand des Protokolls und die Hashlisten. Nicht darin: die Asservate selbst, fertige Berichte, das Protokoll und was von selbst neu entsteht (Vorschaubilder, Suchindex). Für eine Kopie von allem den Fallordner kopieren, während der Fall geschlossen ist.</translation>
    </message>
    <message>
        <source>{0} on disk. Audit trail: {1} lines, the last with hash {2}…</source>
        <translation>{0} auf der Platte. Protokoll: {1} Zeilen, die letzte mit dem Hashwert {2}…</translation>
    </message>
</context>
<context>
    <name>CaseSettings</name>
    <message>
        <source>This case</source>
        <translation>Dieser Fall</translation>
    </message>
    <message>
        <source>Case number</source>
        <translation>Aktenzeichen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Examiner</source>
        <translation>Prüfer/in</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Dienststelle</translation>
    </message>
    <message>
        <source>Requested by</source>
        <translation>Auftraggeber</translation>
    </message>
    <message>
        <source>Legal basis</source>
        <translation>Rechtsgrundlage</translation>
    </message>
    <message>
        <source>Exhibit no.</source>
        <translation>Asservaten-Nr.</translation>
    </message>
    <message>
        <source>Grading scheme</source>
        <translation>Einstufungsschema</translation>
    </message>
    <message>
        <source>Grades that were given keep their digits. Recorded in the audit trail.</source>
        <translation>Vergebene Einstufungen behalten ihre Ziffern. Wird im Protokoll vermerkt.</translation>
    </message>
    <message>
        <source>Facts and grading</source>
        <translation>Angaben und Einstufung</translation>
    </message>
</context>
<context>
    <name>CaseStep</name>
    <message>
        <source>What is it about?</source>
        <translation>Worum geht es?</translation>
    </message>
    <message>
        <source>Case number</source>
        <translation>Aktenzeichen</translation>
    </message>
    <message>
        <source>like 2026-014</source>
        <translation>etwa 2026-014</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>how you call it; stays in the case</source>
        <translation>wie Sie ihn nennen; bleibt im Fall</translation>
    </message>
    <message>
        <source>Examiner</source>
        <translation>Prüfer/in</translation>
    </message>
    <message>
        <source>required: who decides and signs</source>
        <translation>Pflicht: wer entscheidet und unterzeichnet</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Dienststelle</translation>
    </message>
    <message>
        <source>Requested by</source>
        <translation>Auftraggeber</translation>
    </message>
    <message>
        <source>Legal basis</source>
        <translation>Rechtsgrundlage</translation>
    </message>
    <message>
        <source>order or warrant, with its date</source>
        <translation>Anordnung oder Beschluss mit Datum</translation>
    </message>
    <message>
        <source>Exhibit no.</source>
        <translation>Asservaten-Nr.</translation>
    </message>
    <message>
        <source>Case folder</source>
        <translation>Fallordner</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Fill in the examiner.</source>
        <translation>Tragen Sie die prüfende Person ein.</translation>
    </message>
    <message>
        <source>Choose a folder for the case.</source>
        <translation>Wählen Sie einen Ordner für den Fall.</translation>
    </message>
    <message>
        <source>This folder cannot be used: {0}.</source>
        <translation>Dieser Ordner geht nicht: {0}.</translation>
    </message>
    <message>
        <source>There is a case in this folder already. Open it, or choose another folder.</source>
        <translation>In diesem Ordner liegt schon ein Fall. Öffnen Sie ihn oder wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>This is a file. Choose a folder.</source>
        <translation>Das ist eine Datei. Wählen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>This folder is not empty. Choose a new one.</source>
        <translation>Dieser Ordner ist nicht leer. Wählen Sie einen neuen.</translation>
    </message>
    <message>
        <source>{0} is a file: no folder can be made in it.</source>
        <translation>{0} ist eine Datei: Darin kann kein Ordner liegen.</translation>
    </message>
    <message>
        <source>Nothing can be written in {0}. Choose another place.</source>
        <translation>In {0} kann nichts geschrieben werden. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>new-case</source>
        <translation>neuer-fall</translation>
    </message>
    <message>
        <source>Where shall the case lie?</source>
        <translation>Wo soll der Fall liegen?</translation>
    </message>
</context>
<context>
    <name>Columns</name>
    <message>
        <source>timed out</source>
        <translation>Zeit überschritten</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>übersprungen</translation>
    </message>
    <message>
        <source>not analysed</source>
        <translation>nicht analysiert</translation>
    </message>
    <message>
        <source>Explicit</source>
        <translation>Explizit</translation>
    </message>
    <message>
        <source>Nude</source>
        <translation>Nackt</translation>
    </message>
    <message>
        <source>Suggestive</source>
        <translation>Anzüglich</translation>
    </message>
    <message>
        <source>Restraint</source>
        <translation>Fesselung</translation>
    </message>
    <message>
        <source>No indicator</source>
        <translation>Kein Hinweis</translation>
    </message>
    <message>
        <source>Grade</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Characters of recognised text</source>
        <translation>Zeichen erkannten Textes</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Aufgenommen</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Orte</translation>
    </message>
    <message>
        <source>Similar</source>
        <translation>Ähnliche</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Asservat</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Grade {0}</source>
        <translation>Einstufung {0}</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>Film</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Other file</source>
        <translation>Andere Datei</translation>
    </message>
    <message>
        <source>analysed</source>
        <translation>analysiert</translation>
    </message>
    <message>
        <source>partly analysed</source>
        <translation>teilweise analysiert</translation>
    </message>
    <message>
        <source>not supported</source>
        <translation>nicht unterstützt</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>Pictures and films that look nearly the same</source>
        <translation>Bilder und Filme, die fast gleich aussehen</translation>
    </message>
    <message numerus="yes">
        <source>%n similar picture(s)</source>
        <translation>
            <numerusform>%n ähnliches Bild</numerusform>
            <numerusform>%n ähnliche Bilder</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ComfortStep</name>
    <message>
        <source>Least exposure</source>
        <translation>Möglichst wenig ansehen</translation>
    </message>
    <message>
        <source>Fewer and shorter looks are what helps. Blurring and grey lessen what you see; nobody can promise that they protect you. Hold the space bar to see an item as it is; F9 hides everything at once.</source>
        <translation>Was hilft, sind weniger und kürzere Blicke. Weichzeichnen und Grau mindern, was Sie sehen; dass sie schützen, kann niemand versprechen. Halten Sie die Leertaste, um einen Inhalt zu sehen, wie er ist; F9 verbirgt sofort alles.</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Weichzeichnen</translation>
    </message>
    <message>
        <source>flagged and not yet analysed items</source>
        <translation>Auffälliges und noch nicht Analysiertes</translation>
    </message>
    <message>
        <source>everything</source>
        <translation>alles</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>Without colours</source>
        <translation>Ohne Farben</translation>
    </message>
    <message>
        <source>Sound off until asked for</source>
        <translation>Ton aus, bis er verlangt wird</translation>
    </message>
    <message>
        <source>Films start by themselves</source>
        <translation>Filme starten von selbst</translation>
    </message>
    <message>
        <source>Grading</source>
        <translation>Einstufen</translation>
    </message>
    <message>
        <source>The keys 0 to 9 grade. The scheme is copied into the case and can be edited there.</source>
        <translation>Die Tasten 0 bis 9 stufen ein. Das Schema wird in den Fall kopiert und kann dort geändert werden.</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>Schema</translation>
    </message>
</context>
<context>
    <name>Compare</name>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare what is selected, or similar ones</source>
        <translation>Ausgewählte oder ähnliche vergleichen</translation>
    </message>
    <message>
        <source>Comparing: swap with the next</source>
        <translation>Vergleich: mit dem nächsten tauschen</translation>
    </message>
    <message>
        <source>Comparing: one after the other in the same place</source>
        <translation>Vergleich: nacheinander an derselben Stelle</translation>
    </message>
    <message>
        <source>Comparing: move and zoom all together, or one alone</source>
        <translation>Vergleich: alle gemeinsam bewegen oder eines allein</translation>
    </message>
    <message>
        <source>There is nothing to compare this item with.</source>
        <translation>Es gibt nichts, womit dieser Inhalt zu vergleichen wäre.</translation>
    </message>
    <message>
        <source>Comparing the first {0} of {1}.</source>
        <translation>Verglichen werden die ersten {0} von {1}.</translation>
    </message>
    <message>
        <source>the first is a part of it ({0} % of the first)</source>
        <translation>das erste ist ein Teil davon ({0} % des ersten)</translation>
    </message>
    <message>
        <source>the same film ({0} % of its pictures are in the first)</source>
        <translation>derselbe Film ({0} % seiner Bilder sind im ersten)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Aufgenommen</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Kopien</translation>
    </message>
    <message>
        <source>Highest indicator</source>
        <translation>Höchster Hinweis</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Grade</source>
        <translation>Einstufung</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Likeness to the first</source>
        <translation>Ähnlichkeit zum ersten</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>another picture ({0} of 256 bits)</source>
        <translation>ein anderes Bild ({0} von 256 Bit)</translation>
    </message>
    <message>
        <source>nearly the same ({0} of 256 bits differ)</source>
        <translation>fast gleich ({0} von 256 Bit anders)</translation>
    </message>
    <message>
        <source>another film ({0} % of its pictures are in the first)</source>
        <translation>ein anderer Film ({0} % seiner Bilder sind im ersten)</translation>
    </message>
    <message>
        <source>a part of the first ({0} % of its pictures are in it)</source>
        <translation>ein Teil des ersten ({0} % seiner Bilder sind darin)</translation>
    </message>
    <message>
        <source>Facts of the compared items</source>
        <translation>Angaben zu den verglichenen Inhalten</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message numerus="yes">
        <source>Comparing %n item(s)</source>
        <translation>
            <numerusform>Vergleich von %n Inhalt</numerusform>
            <numerusform>Vergleich von %n Inhalten</numerusform>
        </translation>
    </message>
    <message>
        <source>Select two to four items in the list and press C.</source>
        <translation>Wählen Sie in der Liste zwei bis vier Inhalte und drücken Sie C.</translation>
    </message>
    <message>
        <source>Arrows: which one · digits: grade it · Esc: back</source>
        <translation>Pfeile: welches · Ziffern: einstufen · Esc: zurück</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Frame {0} of {1} (counted from 0), {2} × {3} pixels</source>
        <translation>Einzelbild {0} von {1} (ab 0 gezählt), {2} × {3} Pixel</translation>
    </message>
    <message>
        <source>{0} frames a second</source>
        <translation>{0} Bilder je Sekunde</translation>
    </message>
    <message>
        <source>The frame rate varies: times are those of each frame, not counted.</source>
        <translation>Die Bildrate schwankt: Zeiten sind die jedes Einzelbilds, nicht gezählt.</translation>
    </message>
</context>
<context>
    <name>CopiesPanel</name>
    <message>
        <source>Copies</source>
        <translation>Fundstellen</translation>
    </message>
    <message>
        <source>no longer there</source>
        <translation>nicht mehr da</translation>
    </message>
    <message>
        <source>changed since</source>
        <translation>seither geändert</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Asservat</translation>
    </message>
    <message>
        <source>Time zone it states</source>
        <translation>Angegebene Zeitzone</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Its name says</source>
        <translation>Laut Name</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Angelegt</translation>
    </message>
    <message>
        <source>Accessed</source>
        <translation>Zugriff</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n Bild</numerusform>
            <numerusform>%n Bilder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n film(s)</source>
        <translation>
            <numerusform>%n Film</numerusform>
            <numerusform>%n Filme</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sound(s)</source>
        <translation>
            <numerusform>%n Tonaufnahme</numerusform>
            <numerusform>%n Tonaufnahmen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n andere</numerusform>
            <numerusform>%n andere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Cover</name>
    <message>
        <source>Everything is hidden</source>
        <translation>Alles ist verborgen</translation>
    </message>
    <message>
        <source>Hidden. F9 shows everything again; nothing was lost.</source>
        <translation>Verborgen. F9 zeigt alles wieder; nichts ging verloren.</translation>
    </message>
</context>
<context>
    <name>DeviceQuestion</name>
    <message>
        <source>The run needs a decision</source>
        <translation>Die Auswertung braucht eine Entscheidung</translation>
    </message>
    <message>
        <source>What is finished is stored. On the processor everything left is slower; the change of device is recorded with the run and printed in reports.</source>
        <translation>Was fertig ist, ist gespeichert. Auf dem Prozessor dauert der Rest länger; der Wechsel des Geräts wird mit der Auswertung festgehalten und in Berichten genannt.</translation>
    </message>
    <message>
        <source>Try the same device again</source>
        <translation>Dasselbe Gerät noch einmal versuchen</translation>
    </message>
    <message>
        <source>Go on on the processor</source>
        <translation>Auf dem Prozessor fortsetzen</translation>
    </message>
    <message>
        <source>Leave it stopped</source>
        <translation>Angehalten lassen</translation>
    </message>
</context>
<context>
    <name>Ending</name>
    <message>
        <source>Before the program ends</source>
        <translation>Bevor das Programm endet</translation>
    </message>
    <message>
        <source>Something is not finished yet</source>
        <translation>Etwas ist noch nicht fertig</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Warten</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Bleiben</translation>
    </message>
    <message>
        <source>Do not wait</source>
        <translation>Nicht warten</translation>
    </message>
    <message>
        <source>It is being stopped.</source>
        <translation>Es wird abgebrochen.</translation>
    </message>
    <message>
        <source>The window closes by itself when it is done. Without waiting, a report that is not finished is thrown away, and a run is left as after a crash: what it has stored is there, and it can be resumed.</source>
        <translation>Das Fenster schließt sich von selbst, wenn es so weit ist. Ohne zu warten wird ein unfertiger Bericht verworfen, und ein Lauf bleibt wie nach einem Absturz zurück: Was er gespeichert hat, ist da, und er kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The window closes by itself when it is done. This must not be cut off: it takes a moment.</source>
        <translation>Das Fenster schließt sich von selbst, wenn es so weit ist. Dies darf nicht abgebrochen werden: Es dauert einen Augenblick.</translation>
    </message>
</context>
<context>
    <name>EngineLine</name>
    <message>
        <source>ENGINE</source>
        <translation>ANALYSE</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Looking at what this computer can do…</source>
        <translation>Es wird geprüft, was dieser Rechner kann …</translation>
    </message>
    <message>
        <source>The engine does not start: {0}</source>
        <translation>Die Analyse startet nicht: {0}</translation>
    </message>
    <message numerus="yes">
        <source>{0} of %n step(s) ready</source>
        <translation>
            <numerusform>{0} von %n Schritt bereit</numerusform>
            <numerusform>{0} von %n Schritten bereit</numerusform>
        </translation>
    </message>
    <message>
        <source>network: off</source>
        <translation>Netz: aus</translation>
    </message>
</context>
<context>
    <name>EvidenceStep</name>
    <message>
        <source>Take out what cannot be a source.</source>
        <translation>Nehmen Sie heraus, was kein Asservat sein kann.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) left out: drop the folder they lie in.</source>
        <translation>
            <numerusform>%n Datei ausgelassen: Ziehen Sie ihren Ordner herein.</numerusform>
            <numerusform>%n Dateien ausgelassen: Ziehen Sie ihren Ordner herein.</numerusform>
        </translation>
    </message>
    <message>
        <source>It lies inside {0}, which is a source already.</source>
        <translation>Er liegt in {0}, das schon ein Asservat ist.</translation>
    </message>
    <message>
        <source>A folder of evidence</source>
        <translation>Ein Ordner mit Asservaten</translation>
    </message>
    <message>
        <source>Together: {0}</source>
        <translation>Zusammen: {0}</translation>
    </message>
</context>
<context>
    <name>Explained</name>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>partial</source>
        <translation>teilweise</translation>
    </message>
    <message>
        <source>unsupported</source>
        <translation>nicht unterstützt</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>Zeit überschritten</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>übersprungen</translation>
    </message>
    <message>
        <source>noted</source>
        <translation>vermerkt</translation>
    </message>
    <message>
        <source>Listing and hashes</source>
        <translation>Auflisten und Hashwerte</translation>
    </message>
    <message>
        <source>Decoding</source>
        <translation>Dekodieren</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Names body regions, not acts, ages, consent or intent, and misses a good part of explicit pictures: no indicator is no proof of harmless content. Scores are uncalibrated.</source>
        <translation>Benennt Körperbereiche, nicht Handlungen, Alter, Einwilligung oder Absicht, und übersieht einen guten Teil expliziter Bilder: Kein Hinweis ist kein Beweis für Harmlosigkeit. Die Werte sind nicht kalibriert.</translation>
    </message>
    <message>
        <source>Hints for a closer look, uncalibrated unless a calibration is named: arrests, sports taping, medical fixation, costumes, jewellery and climbing gear look alike; thin cords, dark scenes, cropped limbs and small pictures are missed. Nothing found is no proof; consent and context cannot be seen.</source>
        <translation>Hinweise zum genauen Hinsehen, nicht kalibriert, sofern keine Kalibrierung genannt ist: Festnahmen, Sportverbände, medizinische Fixierung, Kostüme, Schmuck und Kletterzeug sehen ähnlich aus; dünne Schnüre, dunkle Szenen, angeschnittene Gliedmaßen und kleine Bilder werden übersehen. Kein Befund ist kein Beweis; Einwilligung und Zusammenhang sind nicht zu sehen.</translation>
    </message>
    <message>
        <source>Finds nothing by itself: it lets similar pictures be looked for. Nearness is a hint, not a statement about what a picture shows; small things in a large scene hardly count.</source>
        <translation>Findet selbst nichts: macht es möglich, nach ähnlichen Bildern zu suchen. Nähe ist ein Hinweis, keine Aussage darüber, was ein Bild zeigt; Kleines in einer großen Szene zählt kaum.</translation>
    </message>
    <message>
        <source>Says where a face is and which others resemble it, never who it is: a likeness is a candidate match, no identification. Small, dark, covered and turned faces are missed or confused more often, and so are children and groups of people that the models saw little of.</source>
        <translation>Sagt, wo ein Gesicht ist und welche anderen ihm ähneln, nie wer es ist: Eine Ähnlichkeit ist ein möglicher Treffer, keine Identifizierung. Kleine, dunkle, verdeckte und gedrehte Gesichter werden häufiger übersehen oder verwechselt, ebenso Kinder und Menschengruppen, von denen die Modelle wenig gesehen haben.</translation>
    </message>
    <message>
        <source>Finds flat logos that the examiner has put into the gallery; one that is not there is not looked for. Misses small ones (below about 30 pixels after the picture is reduced to 800), bent or blurred ones and, without packs, those drawn differently. Plain shapes can be mistaken for a plain logo. A match says that something looks like the reference, not where it comes from. Scores are uncalibrated.</source>
        <translation>Findet flache Logos, die in die Galerie aufgenommen wurden; was dort fehlt, wird nicht gesucht. Übersieht kleine (unter etwa 30 Pixeln, nachdem das Bild auf 800 verkleinert ist), gebogene oder unscharfe und ohne Modellpakete auch anders gezeichnete. Einfache Formen können mit einem einfachen Logo verwechselt werden. Ein Treffer sagt, dass etwas wie die Vorlage aussieht, nicht woher es kommt. Die Werte sind nicht kalibriert.</translation>
    </message>
    <message>
        <source>Finds where somebody speaks, not what is said. Very quiet, distorted or sung speech can be missed; music, animals and machines are sometimes taken for speech.</source>
        <translation>Findet, wo gesprochen wird, nicht was gesagt wird. Sehr leise, verzerrte oder gesungene Sprache kann übersehen werden; Musik, Tiere und Maschinen werden gelegentlich für Sprache gehalten.</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>The file was not hashed and not analysed. This is no negative result.</source>
        <translation>Die Datei wurde weder gehasht noch analysiert. Das ist kein Negativbefund.</translation>
    </message>
    <message>
        <source>Check the permissions and the state of the medium, then retry.</source>
        <translation>Prüfen Sie Rechte und Zustand des Datenträgers, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>No longer there</source>
        <translation>Nicht mehr vorhanden</translation>
    </message>
    <message>
        <source>Check that the medium is still connected, then retry.</source>
        <translation>Prüfen Sie, ob der Datenträger noch verbunden ist, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>Changed while it was being read</source>
        <translation>Beim Lesen verändert</translation>
    </message>
    <message>
        <source>The evidence is not in a fixed state. The old version is kept beside the new.</source>
        <translation>Das Asservat ist nicht in festem Zustand. Die alte Fassung bleibt neben der neuen erhalten.</translation>
    </message>
    <message>
        <source>Work on a write-protected copy, then retry.</source>
        <translation>Arbeiten Sie auf einer schreibgeschützten Kopie, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>Link to another place</source>
        <translation>Verweis auf einen anderen Ort</translation>
    </message>
    <message>
        <source>It was not followed. What it points to is analysed where it really lies.</source>
        <translation>Ihm wurde nicht gefolgt. Sein Ziel wird dort analysiert, wo es wirklich liegt.</translation>
    </message>
    <message>
        <source>Nothing to do, unless its target lies outside of every source.</source>
        <translation>Nichts zu tun, außer sein Ziel liegt außerhalb aller Asservate.</translation>
    </message>
    <message>
        <source>Pipe, socket or device</source>
        <translation>Pipe, Socket oder Gerät</translation>
    </message>
    <message>
        <source>It has no content that could be analysed.</source>
        <translation>Es hat keinen Inhalt, der analysiert werden könnte.</translation>
    </message>
    <message>
        <source>Nothing to do.</source>
        <translation>Nichts zu tun.</translation>
    </message>
    <message>
        <source>Folder that contains itself</source>
        <translation>Ordner, der sich selbst enthält</translation>
    </message>
    <message>
        <source>The file system runs in a circle here; each file was listed once.</source>
        <translation>Das Dateisystem läuft hier im Kreis; jede Datei wurde einmal aufgelistet.</translation>
    </message>
    <message>
        <source>No readable copy left</source>
        <translation>Keine lesbare Fundstelle mehr</translation>
    </message>
    <message>
        <source>All copies of this content have become unreadable; it was not analysed.</source>
        <translation>Alle Fundstellen dieses Inhalts sind unlesbar geworden; er wurde nicht analysiert.</translation>
    </message>
    <message>
        <source>Connect the medium, then retry.</source>
        <translation>Datenträger anschließen, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>Retry with more time or memory, or look at the file with another program.</source>
        <translation>Mit mehr Zeit oder Speicher erneut versuchen, oder die Datei mit einem anderen Programm ansehen.</translation>
    </message>
    <message>
        <source>Look at it in the preview, or with another program; exclude it with a reason.</source>
        <translation>In der Vorschau oder mit einem anderen Programm ansehen; mit Begründung ausschließen.</translation>
    </message>
    <message>
        <source>Only the readable part was analysed. The rest is unknown, not empty.</source>
        <translation>Nur der lesbare Teil wurde analysiert. Der Rest ist unbekannt, nicht leer.</translation>
    </message>
    <message>
        <source>The content was not analysed. This is no negative result.</source>
        <translation>Der Inhalt wurde nicht analysiert. Das ist kein Negativbefund.</translation>
    </message>
    <message>
        <source>Machine transcript: words are misread, names most of all, and text can be invented where nothing is said. Quote from the recording, not from this text. Who speaks is not told. Of a file with several tracks of sound only the first is heard. Its channels are mixed: of people who speak at once, one may be left out.</source>
        <translation>Maschinelle Abschrift: Wörter werden falsch verstanden, vor allem Namen, und wo nichts gesagt wird, kann Text erfunden sein. Aus der Aufnahme zitieren, nicht aus diesem Text. Wer spricht, wird nicht gesagt. Von einer Datei mit mehreren Tonspuren wird nur die erste gehört. Ihre Kanäle werden gemischt: Von Menschen, die gleichzeitig sprechen, kann einer fehlen.</translation>
    </message>
    <message>
        <source>The file was there when it was listed, and later it was not. What was stored of it before stays; nothing new was analysed.</source>
        <translation>Beim Auflisten war die Datei noch da, später nicht mehr. Was vorher von ihr gespeichert war, bleibt; Neues wurde nicht analysiert.</translation>
    </message>
    <message>
        <source>A film inside the picture</source>
        <translation>Ein Film im Bild</translation>
    </message>
    <message>
        <source>Picture and film were looked at. The sound of the film was not listened to.</source>
        <translation>Bild und Film wurden betrachtet. Der Ton des Films wurde nicht angehört.</translation>
    </message>
    <message>
        <source>Play the file in another program if its sound may matter.</source>
        <translation>Die Datei in einem anderen Programm abspielen, falls ihr Ton von Bedeutung sein kann.</translation>
    </message>
    <message>
        <source>A gap in the sound</source>
        <translation>Eine Lücke im Ton</translation>
    </message>
    <message>
        <source>What lies before and after it was listened to, at its right time. What was in the gap is not known.</source>
        <translation>Was davor und danach liegt, wurde zur richtigen Zeit angehört. Was in der Lücke war, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Look for another copy of the file.</source>
        <translation>Nach einer anderen Kopie der Datei suchen.</translation>
    </message>
    <message>
        <source>An impossible time</source>
        <translation>Eine unmögliche Zeit</translation>
    </message>
    <message>
        <source>The file was read and analysed. One of the times that its file system gives was damaged or set to a year that cannot be kept.</source>
        <translation>Die Datei wurde gelesen und analysiert. Eine der Zeiten, die ihr Dateisystem nennt, ist beschädigt oder auf ein Jahr gesetzt, das sich nicht festhalten lässt.</translation>
    </message>
    <message>
        <source>Do not rely on the times of this file.</source>
        <translation>Verlassen Sie sich nicht auf die Zeiten dieser Datei.</translation>
    </message>
    <message>
        <source>Check the medium for damage; work on an image of it, then retry.</source>
        <translation>Den Datenträger auf Schäden prüfen; mit einem Abbild arbeiten, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>Empty file</source>
        <translation>Leere Datei</translation>
    </message>
    <message>
        <source>Nothing to do, unless it should have content.</source>
        <translation>Nichts, es sei denn, sie müsste einen Inhalt haben.</translation>
    </message>
    <message>
        <source>Source not connected</source>
        <translation>Asservat nicht angeschlossen</translation>
    </message>
    <message>
        <source>What lies on it alone was not analysed. This is no negative result.</source>
        <translation>Was nur auf ihm liegt, wurde nicht analysiert. Das ist kein Negativbefund.</translation>
    </message>
    <message>
        <source>Connect the medium, then resume the run.</source>
        <translation>Den Datenträger anschließen, dann den Lauf fortsetzen.</translation>
    </message>
    <message>
        <source>Hash list cannot be used</source>
        <translation>Hashliste nicht verwendbar</translation>
    </message>
    <message>
        <source>New files were not looked up in it: that they are not known says nothing.</source>
        <translation>Neue Dateien wurden nicht in ihr nachgeschlagen: Dass sie nicht bekannt sind, besagt nichts.</translation>
    </message>
    <message>
        <source>Read the list again.</source>
        <translation>Die Liste erneut einlesen.</translation>
    </message>
    <message>
        <source>Reading came to no end</source>
        <translation>Lesen kam zu keinem Ende</translation>
    </message>
    <message>
        <source>The reading process crashed</source>
        <translation>Der lesende Prozess ist abgestürzt</translation>
    </message>
    <message>
        <source>Not a kind of media</source>
        <translation>Kein Medium</translation>
    </message>
    <message>
        <source>It was hashed and listed, but there is nothing to see or hear in it.</source>
        <translation>Die Datei ist aufgelistet und hat Hashwerte, aber es gibt in ihr nichts zu sehen oder zu hören.</translation>
    </message>
    <message>
        <source>Neither pictures nor sound</source>
        <translation>Weder Bilder noch Ton</translation>
    </message>
    <message>
        <source>Coding that is not supported</source>
        <translation>Kodierung nicht unterstützt</translation>
    </message>
    <message>
        <source>Format that is not supported</source>
        <translation>Format nicht unterstützt</translation>
    </message>
    <message>
        <source>Raw file of a camera</source>
        <translation>Rohdatei einer Kamera</translation>
    </message>
    <message>
        <source>Only the preview inside it was analysed; it can be smaller than the picture.</source>
        <translation>Nur die Vorschau darin wurde analysiert; sie kann kleiner sein als das Bild.</translation>
    </message>
    <message>
        <source>Look at it with a program for raw files if details matter.</source>
        <translation>Mit einem Programm für Rohdateien ansehen, wenn Einzelheiten wichtig sind.</translation>
    </message>
    <message>
        <source>Stopped before its end</source>
        <translation>Vor dem Ende beendet</translation>
    </message>
    <message>
        <source>Resume the run.</source>
        <translation>Den Lauf fortsetzen.</translation>
    </message>
    <message>
        <source>Damaged file</source>
        <translation>Beschädigte Datei</translation>
    </message>
    <message>
        <source>File is cut off</source>
        <translation>Datei ist abgeschnitten</translation>
    </message>
    <message>
        <source>More pixels than the limit</source>
        <translation>Mehr Pixel als erlaubt</translation>
    </message>
    <message>
        <source>It was refused to protect this computer. It was not, or not fully, analysed.</source>
        <translation>Zum Schutz dieses Rechners abgelehnt. Nicht oder nicht ganz analysiert.</translation>
    </message>
    <message>
        <source>Raise the limit in the settings of the run and retry, if it is a real picture.</source>
        <translation>Ist es ein echtes Bild, die Grenze in den Einstellungen des Laufs anheben und erneut versuchen.</translation>
    </message>
    <message>
        <source>The decoder crashed</source>
        <translation>Der Dekoder ist abgestürzt</translation>
    </message>
    <message>
        <source>The decoder took too long</source>
        <translation>Der Dekoder brauchte zu lange</translation>
    </message>
    <message>
        <source>The decoder needed too much memory</source>
        <translation>Der Dekoder brauchte zu viel Speicher</translation>
    </message>
    <message>
        <source>Irregular picture file</source>
        <translation>Unregelmäßige Bilddatei</translation>
    </message>
    <message>
        <source>The picture was decoded and analysed all the same.</source>
        <translation>Das Bild wurde trotzdem dekodiert und analysiert.</translation>
    </message>
    <message>
        <source>Nothing to do; it can be a sign of editing or of damage.</source>
        <translation>Nichts zu tun; es kann auf Bearbeitung oder Schaden hindeuten.</translation>
    </message>
    <message>
        <source>Irregular JPEG data</source>
        <translation>Unregelmäßige JPEG-Daten</translation>
    </message>
    <message>
        <source>The picture was analysed; parts of it may be spoilt.</source>
        <translation>Das Bild wurde analysiert; Teile können verdorben sein.</translation>
    </message>
    <message>
        <source>Look at it in the preview.</source>
        <translation>In der Vorschau ansehen.</translation>
    </message>
    <message>
        <source>Damaged page</source>
        <translation>Beschädigte Seite</translation>
    </message>
    <message>
        <source>Number of pages unknown</source>
        <translation>Seitenzahl unbekannt</translation>
    </message>
    <message>
        <source>Damaged metadata</source>
        <translation>Beschädigte Metadaten</translation>
    </message>
    <message>
        <source>The picture was analysed; camera facts may be missing or wrong.</source>
        <translation>Das Bild wurde analysiert; Kameraangaben können fehlen oder falsch sein.</translation>
    </message>
    <message>
        <source>Very large texts inside the file</source>
        <translation>Sehr große Texte in der Datei</translation>
    </message>
    <message>
        <source>They were left out; the picture was analysed.</source>
        <translation>Sie wurden ausgelassen; das Bild wurde analysiert.</translation>
    </message>
    <message>
        <source>Nothing to do; look at the file with another program if texts matter.</source>
        <translation>Nichts zu tun; kommt es auf die Texte an, mit einem anderen Programm ansehen.</translation>
    </message>
    <message>
        <source>More than one film in the file</source>
        <translation>Mehr als ein Film in der Datei</translation>
    </message>
    <message>
        <source>Only the first film was analysed.</source>
        <translation>Nur der erste Film wurde analysiert.</translation>
    </message>
    <message>
        <source>Look at the others with another program.</source>
        <translation>Die anderen mit einem anderen Programm ansehen.</translation>
    </message>
    <message>
        <source>More than one track of sound in the file</source>
        <translation>Mehr als eine Tonspur in der Datei</translation>
    </message>
    <message>
        <source>Only the first was listened to. In the others something else may be said.</source>
        <translation>Nur die erste wurde angehört. In den anderen kann etwas anderes gesagt werden.</translation>
    </message>
    <message>
        <source>Listen to the others with another program.</source>
        <translation>Die anderen mit einem anderen Programm anhören.</translation>
    </message>
    <message>
        <source>Two channels that cancel each other</source>
        <translation>Zwei Kanäle, die einander auslöschen</translation>
    </message>
    <message>
        <source>All of it was listened to: one of the channels was turned over before mixing.</source>
        <translation>Alles wurde angehört: Einer der Kanäle wurde vor dem Mischen umgedreht.</translation>
    </message>
    <message>
        <source>Damaged sound</source>
        <translation>Beschädigter Ton</translation>
    </message>
    <message>
        <source>Damaged pictures</source>
        <translation>Beschädigte Bilder</translation>
    </message>
    <message>
        <source>Not one picture of the film could be shown; its sound was listened to.</source>
        <translation>Kein Bild des Films ließ sich zeigen; sein Ton wurde angehört.</translation>
    </message>
    <message>
        <source>This step has not looked at the content. This is no negative result.</source>
        <translation>Dieser Schritt hat den Inhalt nicht angesehen. Das ist kein Negativbefund.</translation>
    </message>
    <message>
        <source>Retry. If it happens again, note it in the report or exclude it with a reason.</source>
        <translation>Erneut versuchen. Geschieht es wieder, im Bericht vermerken oder mit Begründung ausschließen.</translation>
    </message>
    <message>
        <source>See the models page for what is missing, then run again.</source>
        <translation>Auf der Seite Modelle sehen, was fehlt, dann erneut laufen lassen.</translation>
    </message>
    <message>
        <source>The model crashed on it</source>
        <translation>Das Modell ist daran abgestürzt</translation>
    </message>
    <message>
        <source>The model took too long</source>
        <translation>Das Modell brauchte zu lange</translation>
    </message>
    <message>
        <source>The model reported an error</source>
        <translation>Das Modell meldete einen Fehler</translation>
    </message>
    <message>
        <source>The model cannot run</source>
        <translation>Das Modell kann nicht laufen</translation>
    </message>
    <message>
        <source>The model is missing</source>
        <translation>Das Modell fehlt</translation>
    </message>
    <message>
        <source>Looked at without one of its models</source>
        <translation>Ohne eines seiner Modelle angesehen</translation>
    </message>
    <message>
        <source>What the others found is stored; what this one would have found is not known.</source>
        <translation>Was die anderen gefunden haben, ist gespeichert; was dieses gefunden hätte, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Import the damaged pack again, then run again: it is then looked at anew.</source>
        <translation>Importieren Sie das beschädigte Paket erneut und starten Sie den Lauf noch einmal: Dann wird neu angesehen.</translation>
    </message>
    <message>
        <source>It was noted; the content was analysed as far as its outcome says.</source>
        <translation>Es wurde vermerkt; der Inhalt wurde so weit analysiert, wie sein Ergebnis sagt.</translation>
    </message>
    <message>
        <source>Read the reason; retry, or exclude with a reason.</source>
        <translation>Grund lesen; erneut versuchen oder mit Begründung ausschließen.</translation>
    </message>
    <message>
        <source>Its models are not installed, so it cannot run here. The packs for it, and how they get here, stand at the end of this page.</source>
        <translation>Seine Modelle sind nicht installiert, deshalb kann er hier nicht laufen. Welche Pakete es dafür gibt und wie sie hierher kommen, steht am Ende dieser Seite.</translation>
    </message>
    <message>
        <source>Its models are not installed, so it cannot run here. The page “Models” names the packs and how they get here.</source>
        <translation>Seine Modelle sind nicht installiert, deshalb kann er hier nicht laufen. Die Seite „Modelle“ nennt die Pakete und wie sie hierher kommen.</translation>
    </message>
    <message>
        <source>Reads printed text in the scripts whose recognisers are installed, always Latin (about 50 languages), Chinese and Japanese; other scripts are found but not read, handwriting and very small text often not. Words can be misread: quote from the picture, not from this text.</source>
        <translation>Liest gedruckten Text in den Schriften, deren Erkenner installiert sind, immer Latein (rund 50 Sprachen), Chinesisch und Japanisch; andere Schriften werden gefunden, aber nicht gelesen, Handschrift und sehr kleiner Text oft nicht. Wörter können falsch gelesen sein: aus dem Bild zitieren, nicht aus diesem Text.</translation>
    </message>
</context>
<context>
    <name>Exposure</name>
    <message>
        <source>Blurred: items with indicators and items not analysed yet</source>
        <translation>Weichgezeichnet: Inhalte mit Hinweisen und noch nicht analysierte</translation>
    </message>
    <message>
        <source>Blurred: everything</source>
        <translation>Weichgezeichnet: alles</translation>
    </message>
    <message>
        <source>Blurred: nothing</source>
        <translation>Weichgezeichnet: nichts</translation>
    </message>
    <message>
        <source>At most shown: {0}</source>
        <translation>Höchstens gezeigt: {0}</translation>
    </message>
    <message>
        <source>words only</source>
        <translation>nur Worte</translation>
    </message>
    <message>
        <source>very small</source>
        <translation>sehr klein</translation>
    </message>
    <message>
        <source>context, bodies covered</source>
        <translation>Kontext, Körper verdeckt</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>weichgezeichnet</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>grau</translation>
    </message>
    <message>
        <source>full</source>
        <translation>ganz</translation>
    </message>
</context>
<context>
    <name>ExposureChip</name>
    <message>
        <source>Seen {0}</source>
        <translation>Sichtzeit {0}</translation>
    </message>
    <message>
        <source>Time today in which sensitive material was on the screen unmasked ({0}), and how many items that were ({1}). Kept in your own preferences on this computer, never in the case. Blurring lessens what you see; it is not proven to protect you. Fewer and shorter looks surely lessen it.</source>
        <translation>Zeit, in der heute belastendes Material unverdeckt auf dem Bildschirm war ({0}), und wie viele Inhalte das waren ({1}). Steht nur in Ihren eigenen Einstellungen auf diesem Rechner, nie im Fall. Weichzeichnen mindert, was Sie sehen; dass es schützt, ist nicht belegt. Weniger und kürzere Blicke mindern es sicher.</translation>
    </message>
    <message>
        <source>Time of unmasked looking today</source>
        <translation>Heutige unverdeckte Sichtzeit</translation>
    </message>
</context>
<context>
    <name>FacePane</name>
    <message>
        <source>Loading …</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>The rung in force shows no pixels.</source>
        <translation>Die eingestellte Stufe zeigt keine Bildpunkte.</translation>
    </message>
    <message>
        <source>Words only</source>
        <translation>Nur Worte</translation>
    </message>
    <message>
        <source>Cannot be shown</source>
        <translation>Nicht darstellbar</translation>
    </message>
</context>
<context>
    <name>FaceSearch</name>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>Faces like this one</source>
        <translation>Ähnliche Gesichter</translation>
    </message>
    <message>
        <source>Faces like one in a picture file…</source>
        <translation>Gesichter wie in einer Bilddatei …</translation>
    </message>
    <message>
        <source>No face was found in this item, or none is chosen.</source>
        <translation>In diesem Inhalt wurde kein Gesicht gefunden, oder keiner ist gewählt.</translation>
    </message>
</context>
<context>
    <name>FacesDialog</name>
    <message>
        <source>Looking for faces in the picture…</source>
        <translation>Im Bild werden Gesichter gesucht …</translation>
    </message>
    <message>
        <source>Pictures ({0})</source>
        <translation>Bilder ({0})</translation>
    </message>
    <message>
        <source>A picture that shows the face</source>
        <translation>Ein Bild, das das Gesicht zeigt</translation>
    </message>
    <message>
        <source>face {0} of {1}</source>
        <translation>Gesicht {0} von {1}</translation>
    </message>
    <message>
        <source>weaker matches below</source>
        <translation>schwächere Treffer darunter</translation>
    </message>
    <message numerus="yes">
        <source>%n rejected</source>
        <translation>
            <numerusform>%n verworfen</numerusform>
            <numerusform>%n verworfen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n candidate(s)</source>
        <translation>
            <numerusform>%n möglicher Treffer</numerusform>
            <numerusform>%n mögliche Treffer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n face(s) compared</source>
        <translation>
            <numerusform>%n Gesicht verglichen</numerusform>
            <numerusform>%n Gesichter verglichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n described by another model and not compared</source>
        <translation>
            <numerusform>%n von einem anderen Modell beschrieben und nicht verglichen</numerusform>
            <numerusform>%n von einem anderen Modell beschrieben und nicht verglichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n too small to be compared</source>
        <translation>
            <numerusform>%n zu klein zum Vergleichen</numerusform>
            <numerusform>%n zu klein zum Vergleichen</numerusform>
        </translation>
    </message>
    <message>
        <source>The threshold of this model is a starting value, not calibrated.</source>
        <translation>Die Schwelle dieses Modells ist ein Anfangswert, nicht kalibriert.</translation>
    </message>
    <message>
        <source>Likeness {0}: says nothing here, a face is seen too badly.</source>
        <translation>Ähnlichkeit {0}: sagt hier nichts, ein Gesicht ist zu schlecht zu sehen.</translation>
    </message>
    <message>
        <source>Likeness {0}, a candidate from {1} on.</source>
        <translation>Ähnlichkeit {0}, ein möglicher Treffer ab {1}.</translation>
    </message>
    <message>
        <source>Likeness {0}, below the {1} of a candidate.</source>
        <translation>Ähnlichkeit {0}, unter den {1} eines möglichen Treffers.</translation>
    </message>
    <message>
        <source>A face is badly seen: more likeness is asked for, because such faces resemble all.</source>
        <translation>Ein Gesicht ist schlecht zu sehen: Es wird mehr Ähnlichkeit verlangt, denn solche Gesichter ähneln allen.</translation>
    </message>
    <message>
        <source>You confirmed it.</source>
        <translation>Von Ihnen bestätigt.</translation>
    </message>
    <message>
        <source>You rejected it.</source>
        <translation>Von Ihnen verworfen.</translation>
    </message>
    <message>
        <source>Not done: both faces are not on the screen yet.</source>
        <translation>Nicht getan: Noch sind nicht beide Gesichter zu sehen.</translation>
    </message>
    <message numerus="yes">
        <source>The items of %n candidate(s). A likeness, no identification.</source>
        <translation>
            <numerusform>Inhalte von %n möglichem Treffer. Eine Ähnlichkeit, keine Identifizierung.</numerusform>
            <numerusform>Inhalte von %n möglichen Treffern. Eine Ähnlichkeit, keine Identifizierung.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FacesFrame</name>
    <message>
        <source>Whole picture (Z)</source>
        <translation>Ganzes Bild (Z)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show it in the preview, at its place (Ctrl+Enter)</source>
        <translation>In der Vorschau zeigen, an seiner Stelle (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>Reject (Backspace)</source>
        <translation>Verwerfen (Rücktaste)</translation>
    </message>
    <message>
        <source>Confirm (Enter)</source>
        <translation>Bestätigen (Eingabe)</translation>
    </message>
    <message>
        <source>You see a likeness that speaks for the same person. Again: take it back.</source>
        <translation>Sie sehen eine Ähnlichkeit, die für dieselbe Person spricht. Noch einmal: zurücknehmen.</translation>
    </message>
    <message>
        <source>Not the same person: not suggested for this face again. Again: take it back.</source>
        <translation>Nicht dieselbe Person: wird für dieses Gesicht nicht wieder vorgeschlagen. Noch einmal: zurücknehmen.</translation>
    </message>
    <message>
        <source>Faces like this one</source>
        <translation>Ähnliche Gesichter</translation>
    </message>
    <message>
        <source>Candidates, ranked by likeness. No one is identified here: look at both faces, then decide.</source>
        <translation>Mögliche Treffer, nach Ähnlichkeit geordnet. Hier wird niemand identifiziert: Sehen Sie beide Gesichter an, dann entscheiden Sie.</translation>
    </message>
    <message>
        <source>Candidates from</source>
        <translation>Treffer ab</translation>
    </message>
    <message>
        <source>Likeness from which a face is a candidate</source>
        <translation>Ähnlichkeit, ab der ein Gesicht ein möglicher Treffer ist</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Vergleichsgesicht</translation>
    </message>
    <message>
        <source>Which face of the picture</source>
        <translation>Welches Gesicht des Bildes</translation>
    </message>
    <message>
        <source>Candidate</source>
        <translation>Möglicher Treffer</translation>
    </message>
    <message>
        <source>Choose a face in the preview, or drop a picture here.</source>
        <translation>Wählen Sie ein Gesicht in der Vorschau, oder ziehen Sie ein Bild hierher.</translation>
    </message>
    <message>
        <source>No candidate is chosen.</source>
        <translation>Kein möglicher Treffer gewählt.</translation>
    </message>
    <message>
        <source>Another picture…</source>
        <translation>Anderes Bild …</translation>
    </message>
    <message>
        <source>Show candidates in the list</source>
        <translation>Treffer in der Liste zeigen</translation>
    </message>
</context>
<context>
    <name>FacetPanel</name>
    <message>
        <source>Facets</source>
        <translation>Facetten</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>Listen</translation>
    </message>
    <message>
        <source>Queue: not reviewed</source>
        <translation>Liste: nicht gesichtet</translation>
    </message>
    <message>
        <source>Queue: indicators of 0.50 and more</source>
        <translation>Liste: Hinweise ab 0,50</translation>
    </message>
    <message>
        <source>Queue: disputed</source>
        <translation>Liste: strittig</translation>
    </message>
    <message>
        <source>Queue: second look</source>
        <translation>Liste: Zweitsicht</translation>
    </message>
</context>
<context>
    <name>FacetValueLine</name>
    <message>
        <source>Click: only these. Right click: without these.</source>
        <translation>Klick: nur diese. Rechtsklick: ohne diese.</translation>
    </message>
</context>
<context>
    <name>FactNames</name>
    <message>
        <source>Taken</source>
        <translation>Aufgenommen</translation>
    </message>
    <message>
        <source>Digitised</source>
        <translation>Digitalisiert</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Maker</source>
        <translation>Hersteller</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>Objektiv</translation>
    </message>
    <message>
        <source>Serial number</source>
        <translation>Seriennummer</translation>
    </message>
    <message>
        <source>Software</source>
        <translation>Software</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Urheber</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Colour mode</source>
        <translation>Farbmodus</translation>
    </message>
    <message>
        <source>Transparency</source>
        <translation>Transparenz</translation>
    </message>
    <message>
        <source>Tracks</source>
        <translation>Spuren</translation>
    </message>
    <message>
        <source>Rotation</source>
        <translation>Drehung</translation>
    </message>
    <message>
        <source>Frames per second</source>
        <translation>Bilder je Sekunde</translation>
    </message>
    <message>
        <source>Coding of the film</source>
        <translation>Kodierung des Films</translation>
    </message>
    <message>
        <source>Coding of the sound</source>
        <translation>Kodierung des Tons</translation>
    </message>
    <message>
        <source>Samples per second</source>
        <translation>Abtastwerte je Sekunde</translation>
    </message>
    <message>
        <source>GPS latitude</source>
        <translation>GPS-Breite</translation>
    </message>
    <message>
        <source>GPS longitude</source>
        <translation>GPS-Länge</translation>
    </message>
    <message>
        <source>GPS altitude</source>
        <translation>GPS-Höhe</translation>
    </message>
    <message>
        <source>GPS time</source>
        <translation>GPS-Zeit</translation>
    </message>
    <message>
        <source>Frames looked at</source>
        <translation>Betrachtete Bilder</translation>
    </message>
    <message>
        <source>Pages looked at</source>
        <translation>Betrachtete Seiten</translation>
    </message>
    <message>
        <source>Of how many</source>
        <translation>Von wie vielen</translation>
    </message>
</context>
<context>
    <name>FactsPanel</name>
    <message>
        <source>Find in the facts</source>
        <translation>In den Angaben suchen</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Medium</translation>
    </message>
    <message>
        <source>Metadata, normalised</source>
        <translation>Metadaten, vereinheitlicht</translation>
    </message>
    <message>
        <source>Metadata, as found</source>
        <translation>Metadaten, wie gefunden</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Its name says</source>
        <translation>Laut Name</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>{0} ({1} bytes)</source>
        <translation>{0} ({1} Byte)</translation>
    </message>
    <message>
        <source>{0} (source states {1})</source>
        <translation>{0} (laut Asservat {1})</translation>
    </message>
    <message>
        <source>Size in pixels</source>
        <translation>Größe in Pixeln</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Frames or pages</source>
        <translation>Einzelbilder oder Seiten</translation>
    </message>
    <message>
        <source>Looked at</source>
        <translation>Angesehen</translation>
    </message>
    <message>
        <source>Orientation as found</source>
        <translation>Ausrichtung wie gefunden</translation>
    </message>
    <message>
        <source>Taken (camera&apos;s clock)</source>
        <translation>Aufgenommen (Uhr der Kamera)</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Ort</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Direction of the order</source>
        <translation>Richtung der Reihenfolge</translation>
    </message>
    <message>
        <source>Turn the order round</source>
        <translation>Reihenfolge umkehren</translation>
    </message>
    <message>
        <source>Order: {0}</source>
        <translation>Reihenfolge: {0}</translation>
    </message>
    <message>
        <source>Remove filter: {0}</source>
        <translation>Filter entfernen: {0}</translation>
    </message>
    <message>
        <source>Click: remove. Right click: turn into its opposite.</source>
        <translation>Klick: entfernen. Rechtsklick: ins Gegenteil verkehren.</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Search names, text, speech, notes, tags</source>
        <translation>Namen, Text, Sprache, Notizen, Schlagwörter durchsuchen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
</context>
<context>
    <name>FindingsList</name>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>page {0}</source>
        <translation>Seite {0}</translation>
    </message>
</context>
<context>
    <name>FirstRunPage</name>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>To the start page</source>
        <translation>Zur Startseite</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>Erste Schritte</translation>
    </message>
    <message>
        <source>Four short pages. Leave whenever you like: {0} finds them again.</source>
        <translation>Vier kurze Seiten. Sie können jederzeit abbrechen: {0} findet sie wieder.</translation>
    </message>
    <message>
        <source>Language and look</source>
        <translation>Sprache und Aussehen</translation>
    </message>
    <message>
        <source>Seeing less</source>
        <translation>Weniger sehen</translation>
    </message>
    <message>
        <source>What can be analysed</source>
        <translation>Was analysiert werden kann</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Anfangen</translation>
    </message>
    <message>
        <source>Page {0} of {1}: {2}</source>
        <translation>Seite {0} von {1}: {2}</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
</context>
<context>
    <name>GalleryDialog</name>
    <message>
        <source>Add pictures…</source>
        <translation>Bilder hinzufügen …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Stop searching</source>
        <translation>Suche beenden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message numerus="yes">
        <source>{0}
%n found</source>
        <translation>
            <numerusform>{0}
%n Treffer</numerusform>
            <numerusform>{0}
%n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, added {1} by {2}</source>
        <translation>{0}, hinzugefügt am {1} von {2}</translation>
    </message>
    <message>
        <source>While a run is under way the gallery stays as it is.</source>
        <translation>Während eines Laufs bleibt die Galerie, wie sie ist.</translation>
    </message>
    <message>
        <source>Pictures ({0})</source>
        <translation>Bilder ({0})</translation>
    </message>
    <message>
        <source>Pictures of one logo</source>
        <translation>Bilder eines Logos</translation>
    </message>
    <message>
        <source>What do the pictures show?</source>
        <translation>Was zeigen die Bilder?</translation>
    </message>
    <message>
        <source>Looking at the picture…</source>
        <translation>Das Bild wird angesehen …</translation>
    </message>
    <message>
        <source>Stopped. The search goes on with the next picture that is added.</source>
        <translation>Beendet. Die Suche geht mit dem nächsten hinzugefügten Bild weiter.</translation>
    </message>
    <message>
        <source>Searching what is already analysed…</source>
        <translation>Das bereits Analysierte wird durchsucht …</translation>
    </message>
    <message>
        <source>This picture is there already.</source>
        <translation>Dieses Bild ist schon da.</translation>
    </message>
    <message numerus="yes">
        <source>Added. %n possible matches in what is analysed already.</source>
        <translation>
            <numerusform>Hinzugefügt. %n mögliche Übereinstimmung in bereits Analysiertem.</numerusform>
            <numerusform>Hinzugefügt. %n mögliche Übereinstimmungen in bereits Analysiertem.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Removed, with %n findings.</source>
        <translation>
            <numerusform>Entfernt, mit %n Befund.</numerusform>
            <numerusform>Entfernt, mit %n Befunden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n findings stay, because somebody has decided about them.</source>
        <translation>
            <numerusform>%n Befund bleibt, weil jemand darüber entschieden hat.</numerusform>
            <numerusform>%n Befunde bleiben, weil jemand darüber entschieden hat.</numerusform>
        </translation>
    </message>
    <message>
        <source>Logos to look for…</source>
        <translation>Gesuchte Logos …</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Logos to look for</source>
        <translation>Gesuchte Logos</translation>
    </message>
    <message>
        <source>One sharp picture of a logo is enough. It is looked for in what is analysed already, and in every later run of the step “logo”. A match is a possible match: look at it.</source>
        <translation>Ein scharfes Bild eines Logos genügt. Gesucht wird in allem, was bereits analysiert ist, und in jedem späteren Lauf des Schritts „Logos“. Ein Treffer ist eine mögliche Übereinstimmung: Sehen Sie ihn sich an.</translation>
    </message>
    <message>
        <source>Nothing is looked for yet. Drop pictures here, or add them below.</source>
        <translation>Noch wird nichts gesucht. Ziehen Sie Bilder hierher oder fügen Sie sie unten hinzu.</translation>
    </message>
    <message>
        <source>Searching what is already analysed</source>
        <translation>Bereits Analysiertes wird durchsucht</translation>
    </message>
</context>
<context>
    <name>Gauges</name>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Disk of the case</source>
        <translation>Platte des Falls</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>Grafikkarte</translation>
    </message>
    <message numerus="yes">
        <source>{0} of {1}; this program {2} in %n process(es)</source>
        <translation>
            <numerusform>{0} von {1}; dieses Programm {2} in %n Prozess</numerusform>
            <numerusform>{0} von {1}; dieses Programm {2} in %n Prozessen</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} free of {1}</source>
        <translation>{0} frei von {1}</translation>
    </message>
    <message>
        <source>{0}: {1} of {2}, load {3} %</source>
        <translation>{0}: {1} von {2}, Last {3} %</translation>
    </message>
    <message>
        <source>no NVIDIA card found</source>
        <translation>keine NVIDIA-Karte gefunden</translation>
    </message>
</context>
<context>
    <name>GradeBar</name>
    <message>
        <source>Grade {0}</source>
        <translation>Einstufung {0}</translation>
    </message>
</context>
<context>
    <name>GridView</name>
    <message>
        <source>nearness {0}</source>
        <translation>Nähe {0}</translation>
    </message>
    <message>
        <source>Grid of items</source>
        <translation>Kacheln der Inhalte</translation>
    </message>
</context>
<context>
    <name>HashList</name>
    <message>
        <source>A list of hashes (text, CSV, NSRL)</source>
        <translation>Eine Hashliste (Text, CSV, NSRL)</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) of the case are in this list</source>
        <translation>
            <numerusform>%n Inhalt des Falls steht in dieser Liste</numerusform>
            <numerusform>%n Inhalte des Falls stehen in dieser Liste</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading the list …</source>
        <translation>Die Liste wird gelesen …</translation>
    </message>
    <message>
        <source>Tag what is in a hash list…</source>
        <translation>Mit einer Hashliste verschlagworten …</translation>
    </message>
    <message>
        <source>Hash lists of this case…</source>
        <translation>Hashlisten dieses Falls …</translation>
    </message>
</context>
<context>
    <name>HashListsDialog</name>
    <message>
        <source>{0} by {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>Forgotten: {0}. Its tags stay.</source>
        <translation>Vergessen: {0}. Die Schlagwörter bleiben.</translation>
    </message>
    <message>
        <source>Hash lists</source>
        <translation>Hashlisten</translation>
    </message>
    <message>
        <source>What is in one of these lists is marked by a tag, also what later runs find. Nothing is graded by that. MD5 and SHA-1 can be forged: a hit is a reason to look.</source>
        <translation>Was in einer dieser Listen steht, bekommt ein Schlagwort, auch was spätere Läufe finden. Eingestuft wird dadurch nichts. MD5 und SHA-1 lassen sich fälschen: Ein Treffer ist ein Grund hinzusehen.</translation>
    </message>
    <message>
        <source>The case knows no list yet. Read one below: text, CSV or NSRL.</source>
        <translation>Der Fall kennt noch keine Liste. Unten eine einlesen: Text, CSV oder NSRL.</translation>
    </message>
    <message>
        <source>Read a list…</source>
        <translation>Liste einlesen …</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Look nothing up in this list any more; its tags stay</source>
        <translation>In dieser Liste nichts mehr nachschlagen; ihre Schlagwörter bleiben</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Hashes</source>
        <translation>Hashes</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Inhalte</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Eingelesen</translation>
    </message>
</context>
<context>
    <name>HealthPage</name>
    <message>
        <source>Health</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Save a support bundle…</source>
        <translation>Hilfspaket speichern …</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Installation</source>
        <translation>Installation</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal prüfen</translation>
    </message>
    <message>
        <source>Support bundle</source>
        <translation>Hilfspaket</translation>
    </message>
    <message>
        <source>Versions, settings, counts of problems by code and the tail of the log, for whoever looks for a mistake in the program. No file names, no text, no pictures, no case facts. Nothing is sent.</source>
        <translation>Versionen, Einstellungen, Anzahl der Meldungen je Code und das Ende der Logdatei, für die Fehlersuche im Programm. Keine Dateinamen, kein Text, keine Bilder, keine Angaben zum Fall. Es wird nichts gesendet.</translation>
    </message>
    <message>
        <source>engine</source>
        <translation>Analyse</translation>
    </message>
    <message>
        <source>Looking at what this computer can do…</source>
        <translation>Es wird geprüft, was dieser Rechner kann …</translation>
    </message>
    <message>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>needs attention</source>
        <translation>braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>for your information</source>
        <translation>zur Kenntnis</translation>
    </message>
    <message>
        <source>Save a support bundle</source>
        <translation>Hilfspaket speichern</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>The bundle could not be written ({0}).</source>
        <translation>Das Paket ließ sich nicht schreiben ({0}).</translation>
    </message>
    <message>
        <source>Saved: {0}. Read it before you hand it on.</source>
        <translation>Gespeichert: {0}. Lesen Sie es, bevor Sie es weitergeben.</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>When (UTC)</source>
        <translation>Wann (UTC)</translation>
    </message>
    <message>
        <source>Nothing has been decided about this item yet.</source>
        <translation>Zu diesem Inhalt wurde noch nichts entschieden.</translation>
    </message>
    <message>
        <source>Taken back: {0}</source>
        <translation>Zurückgenommen: {0}</translation>
    </message>
    <message>
        <source>Grade {0}</source>
        <translation>Einstufung {0}</translation>
    </message>
    <message>
        <source>Grade taken away</source>
        <translation>Einstufung weggenommen</translation>
    </message>
    <message>
        <source>Likeness to a face of {0}: {1}</source>
        <translation>Ähnlichkeit mit einem Gesicht aus {0}: {1}</translation>
    </message>
    <message>
        <source>Tag “{0}”</source>
        <translation>Schlagwort „{0}“</translation>
    </message>
    <message>
        <source>Tag “{0}” taken off</source>
        <translation>Schlagwort „{0}“ entfernt</translation>
    </message>
    <message>
        <source>Note: {0}</source>
        <translation>Notiz: {0}</translation>
    </message>
    <message>
        <source>Bookmark at {0}</source>
        <translation>Lesezeichen bei {0}</translation>
    </message>
    <message>
        <source>Flagged for a second look</source>
        <translation>Zur Zweitsicht vorgemerkt</translation>
    </message>
    <message>
        <source>Flag taken off</source>
        <translation>Vormerkung entfernt</translation>
    </message>
    <message>
        <source>Finding “{0}”: {1}</source>
        <translation>Befund „{0}“: {1}</translation>
    </message>
    <message>
        <source>Reviewed</source>
        <translation>Gesichtet</translation>
    </message>
    <message>
        <source>Not reviewed</source>
        <translation>Nicht gesichtet</translation>
    </message>
    <message>
        <source>Excluded: {0}</source>
        <translation>Ausgeschlossen: {0}</translation>
    </message>
    <message>
        <source>Taken back in</source>
        <translation>Wieder aufgenommen</translation>
    </message>
</context>
<context>
    <name>ItemMenu</name>
    <message>
        <source>The stacks are made again …</source>
        <translation>Die Stapel werden neu gebildet …</translation>
    </message>
    <message>
        <source>Show only this folder</source>
        <translation>Nur diesen Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Copy SHA-256</source>
        <translation>SHA-256 kopieren</translation>
    </message>
    <message>
        <source>Grade</source>
        <translation>Einstufen</translation>
    </message>
    <message>
        <source>Grade the whole stack</source>
        <translation>Ganzen Stapel einstufen</translation>
    </message>
    <message>
        <source>Grade the whole folder</source>
        <translation>Ganzen Ordner einstufen</translation>
    </message>
    <message>
        <source>Stacks: the same picture or film, saved again</source>
        <translation>Stapel: dasselbe Bild oder derselbe Film, neu gespeichert</translation>
    </message>
    <message>
        <source>Stacks: the same picture or film, retouched</source>
        <translation>Stapel: dasselbe Bild oder derselbe Film, bearbeitet</translation>
    </message>
    <message>
        <source>Stacks: nearly the same picture or film</source>
        <translation>Stapel: fast dasselbe Bild oder derselbe Film</translation>
    </message>
</context>
<context>
    <name>KeyEditor</name>
    <message>
        <source>Find an action</source>
        <translation>Aktion suchen</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Aktionen und ihre Tasten</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>New keys</source>
        <translation>Neue Tasten</translation>
    </message>
    <message>
        <source>Use these keys</source>
        <translation>Diese Tasten nehmen</translation>
    </message>
    <message>
        <source>No keys</source>
        <translation>Keine Tasten</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>All defaults</source>
        <translation>Alle Vorgaben</translation>
    </message>
    <message>
        <source>Sheet to print…</source>
        <translation>Blatt zum Drucken …</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>Save the keys</source>
        <translation>Tasten speichern</translation>
    </message>
</context>
<context>
    <name>KeyOverlay</name>
    <message>
        <source>All keys</source>
        <translation>Alle Tasten</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>Als PDF speichern …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Letters and digits act only where no text is being typed. The settings change keys.</source>
        <translation>Buchstaben und Ziffern wirken nur, wo kein Text getippt wird. Tasten ändern Sie in den Einstellungen.</translation>
    </message>
    <message>
        <source>Save the keys</source>
        <translation>Tasten speichern</translation>
    </message>
</context>
<context>
    <name>KeyRow</name>
    <message>
        <source>shortcut shortcuts keyboard</source>
        <translation>Tastenkürzel Kürzel Tastatur</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Other</source>
        <translation>Weitere</translation>
    </message>
    <message>
        <source>Asservat: keys</source>
        <translation>Asservat: Tasten</translation>
    </message>
</context>
<context>
    <name>ListsStep</name>
    <message>
        <source>Take out {0}</source>
        <translation>{0} herausnehmen</translation>
    </message>
    <message>
        <source>Take out again; nothing has been stored yet.</source>
        <translation>Wieder herausnehmen; noch ist nichts gespeichert.</translation>
    </message>
    <message>
        <source>What is known before</source>
        <translation>Was vorher bekannt ist</translation>
    </message>
    <message>
        <source>Text, CSV or NSRL files with MD5, SHA-1 or SHA-256 in them. What a list knows gets its tag as soon as a run finds it, and can be shown or left out by that; nothing is graded. More lists can be read later.</source>
        <translation>Text-, CSV- oder NSRL-Dateien mit MD5, SHA-1 oder SHA-256. Was eine Liste kennt, bekommt ihr Schlagwort, sobald ein Lauf es findet, und lässt sich danach zeigen oder weglassen; eingestuft wird nichts. Weitere Listen lassen sich später einlesen.</translation>
    </message>
    <message>
        <source>Choose lists…</source>
        <translation>Listen wählen …</translation>
    </message>
    <message>
        <source>{0} is not there any more. Take it out again.</source>
        <translation>{0} ist nicht mehr da. Nehmen Sie die Liste wieder heraus.</translation>
    </message>
    <message>
        <source>Lists of hashes</source>
        <translation>Hashlisten</translation>
    </message>
    <message>
        <source>No list chosen: this step can be passed over.</source>
        <translation>Keine Liste gewählt: Dieser Schritt kann übergangen werden.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Preview: right, below, own window</source>
        <translation>Vorschau: rechts, unten, eigenes Fenster</translation>
    </message>
    <message>
        <source>The run is stopping; what is in hand is finished first.</source>
        <translation>Der Lauf hält an; was gerade in Arbeit ist, wird noch fertig.</translation>
    </message>
    <message>
        <source>Show or hide the facets</source>
        <translation>Facetten zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Larger thumbnails</source>
        <translation>Größere Kacheln</translation>
    </message>
    <message>
        <source>Smaller thumbnails</source>
        <translation>Kleinere Kacheln</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Update the list</source>
        <translation>Liste auffrischen</translation>
    </message>
    <message>
        <source>Back to the list; twice: show everything</source>
        <translation>Zurück zur Liste; zweimal: alles zeigen</translation>
    </message>
    <message>
        <source>Close the case</source>
        <translation>Fall schließen</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Show files whose names belie their content</source>
        <translation>Dateien zeigen, deren Name dem Inhalt widerspricht</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Esc once more shows everything.</source>
        <translation>Noch einmal Esc zeigt alles.</translation>
    </message>
    <message>
        <source>Facets</source>
        <translation>Facetten</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Asservat</source>
        <translation>Asservat</translation>
    </message>
    <message>
        <source>Files are taken in with the folder they lie in: drop that folder into this window.</source>
        <translation>Dateien kommen mit dem Ordner in den Fall, in dem sie liegen: Ziehen Sie diesen Ordner in das Fenster.</translation>
    </message>
    <message>
        <source>Faces like in this picture</source>
        <translation>Gesichter wie in diesem Bild</translation>
    </message>
    <message>
        <source>Pictures like this one</source>
        <translation>Bilder wie dieses</translation>
    </message>
    <message>
        <source>Preview right of the list</source>
        <translation>Vorschau rechts der Liste</translation>
    </message>
    <message>
        <source>Preview below the list</source>
        <translation>Vorschau unter der Liste</translation>
    </message>
    <message>
        <source>A run is going on</source>
        <translation>Ein Lauf ist im Gang</translation>
    </message>
    <message>
        <source>The run is not finished.</source>
        <translation>Der Lauf ist nicht fertig.</translation>
    </message>
    <message>
        <source>It can stop now: what is done is stored, and it goes on from there whenever you resume it.</source>
        <translation>Er kann jetzt anhalten: Was fertig ist, ist gespeichert, und er geht von dort weiter, wann immer Sie ihn fortsetzen.</translation>
    </message>
    <message>
        <source>Preview in its own window</source>
        <translation>Vorschau im eigenen Fenster</translation>
    </message>
    <message>
        <source>Stop the run and leave</source>
        <translation>Lauf anhalten und beenden</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Bleiben</translation>
    </message>
    <message>
        <source>Stopping the run; what is in hand is finished first.</source>
        <translation>Der Lauf wird beendet; was in Arbeit ist, wird noch fertig.</translation>
    </message>
    <message>
        <source>No preview</source>
        <translation>Keine Vorschau</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Measure this computer</source>
        <translation>Diesen Rechner messen</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal prüfen</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>Messung läuft …</translation>
    </message>
    <message>
        <source>Looking at what this computer can do…</source>
        <translation>Es wird geprüft, was dieser Rechner kann …</translation>
    </message>
    <message>
        <source>The engine does not start</source>
        <translation>Die Analyse startet nicht</translation>
    </message>
    <message numerus="yes">
        <source>{0} of %n step(s) can run here.</source>
        <translation>
            <numerusform>{0} von %n Schritt kann hier laufen.</numerusform>
            <numerusform>{0} von %n Schritten können hier laufen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is ever downloaded.</source>
        <translation>Es wird nie etwas heruntergeladen.</translation>
    </message>
</context>
<context>
    <name>Nearness</name>
    <message>
        <source>weaker below {0}, moved by you</source>
        <translation>schwächer unter {0}, von Ihnen verschoben</translation>
    </message>
    <message>
        <source>weaker below {0}</source>
        <translation>schwächer unter {0}</translation>
    </message>
    <message>
        <source>weaker below {0}, not calibrated</source>
        <translation>schwächer unter {0}, nicht kalibriert</translation>
    </message>
    <message>
        <source>Search by meaning</source>
        <translation>Suche nach Bedeutung</translation>
    </message>
    <message>
        <source>Weaker matches begin earlier</source>
        <translation>Schwächere Treffer früher beginnen lassen</translation>
    </message>
    <message>
        <source>Weaker matches begin later</source>
        <translation>Schwächere Treffer später beginnen lassen</translation>
    </message>
</context>
<context>
    <name>NoteBox</name>
    <message>
        <source>Bookmark at {0}</source>
        <translation>Lesezeichen bei {0}</translation>
    </message>
    <message numerus="yes">
        <source>Note to %n item(s)</source>
        <translation>
            <numerusform>Notiz zu %n Inhalt</numerusform>
            <numerusform>Notiz zu %n Inhalten</numerusform>
        </translation>
    </message>
    <message>
        <source>Words, if you like; Enter keeps it</source>
        <translation>Worte, wenn Sie mögen; Eingabe behält es</translation>
    </message>
    <message>
        <source>Enter keeps it, Esc does not</source>
        <translation>Eingabe behält es, Esc nicht</translation>
    </message>
</context>
<context>
    <name>NothingFound</name>
    <message>
        <source>Nothing matches this filter.&lt;br&gt;What has not been analysed yet cannot appear here.</source>
        <translation>Zu diesem Filter passt nichts.&lt;br&gt;Was noch nicht analysiert ist, kann hier nicht erscheinen.</translation>
    </message>
    <message>
        <source>No match for “{0}” in {1}.</source>
        <translation>Kein Treffer für „{0}“ in {1}.</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Other filters are in force as well.</source>
        <translation>Daneben sind weitere Filter in Kraft.</translation>
    </message>
    <message>
        <source>Search the whole case</source>
        <translation>Im ganzen Fall suchen</translation>
    </message>
    <message>
        <source>names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>Schlagwörtern</translation>
    </message>
    <message>
        <source>text in pictures ({0})</source>
        <translation>Text in Bildern ({0})</translation>
    </message>
    <message>
        <source>speech ({0})</source>
        <translation>Sprache ({0})</translation>
    </message>
    <message>
        <source>not analysed</source>
        <translation>nicht analysiert</translation>
    </message>
    <message>
        <source>not written down: no model for it</source>
        <translation>nicht mitgeschrieben: kein Modell dafür</translation>
    </message>
    <message>
        <source>{0} of {1} items read</source>
        <translation>{0} von {1} Inhalten gelesen</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>Open a case</source>
        <translation>Fall öffnen</translation>
    </message>
    <message>
        <source>A run is going on in the open case.</source>
        <translation>Im offenen Fall ist ein Lauf im Gang.</translation>
    </message>
    <message numerus="yes">
        <source>Looking again at %n result(s)</source>
        <translation>
            <numerusform>%n Ergebnis wird erneut betrachtet</numerusform>
            <numerusform>%n Ergebnisse werden erneut betrachtet</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, with the settings of run {1}.</source>
        <translation>{0}, mit den Einstellungen von Lauf {1}.</translation>
    </message>
    <message numerus="yes">
        <source>%n more had other settings: retry again after this run.</source>
        <translation>
            <numerusform>%n weiteres hatte andere Einstellungen: nach diesem Lauf noch einmal wiederholen.</numerusform>
            <numerusform>%n weitere hatten andere Einstellungen: nach diesem Lauf noch einmal wiederholen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pause and stop it first, or wait until it is finished.</source>
        <translation>Halten Sie ihn erst an, oder warten Sie, bis er fertig ist.</translation>
    </message>
</context>
<context>
    <name>OptionRow</name>
    <message>
        <source>{0} – not installed</source>
        <translation>{0} – nicht installiert</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>Choose: {0}</source>
        <translation>Auswählen: {0}</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>Without {0} a part of these is found but not read.</source>
        <translation>Ohne {0} wird ein Teil davon gefunden, aber nicht gelesen.</translation>
    </message>
    <message>
        <source>Not installed here: {0}. The step would be skipped, with this reason.</source>
        <translation>Hier nicht installiert: {0}. Der Schritt würde mit diesem Grund ausgelassen.</translation>
    </message>
    <message>
        <source>Search the list</source>
        <translation>Liste durchsuchen</translation>
    </message>
    <message>
        <source>{0} – {1} not installed</source>
        <translation>{0} – {1} nicht installiert</translation>
    </message>
    <message>
        <source>None chosen means auto: every installed one is used.</source>
        <translation>Keine gewählt heißt auto: Jede installierte wird benutzt.</translation>
    </message>
</context>
<context>
    <name>PackRow</name>
    <message>
        <source>About {0}</source>
        <translation>Über {0}</translation>
    </message>
    <message>
        <source>What it finds and misses, licence, files</source>
        <translation>Was es findet und übersieht, Lizenz, Dateien</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Remove it from this computer</source>
        <translation>Von diesem Rechner entfernen</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Copy the command that fetches it</source>
        <translation>Befehl zum Holen kopieren</translation>
    </message>
    <message>
        <source>SHA-256 not published</source>
        <translation>SHA-256 nicht veröffentlicht</translation>
    </message>
    <message>
        <source>Not installed: what it would find is not looked for, and the step says so.</source>
        <translation>Nicht installiert: Was es fände, wird nicht gesucht, und der Schritt sagt das.</translation>
    </message>
    <message>
        <source>On a connected computer: main.py models fetch {0}, then main.py models pack {0}; carry the file here.</source>
        <translation>Auf einem Rechner mit Netz: main.py models fetch {0}, dann main.py models pack {0}; die Datei hierher tragen.</translation>
    </message>
    <message>
        <source>Its files have no address to fetch them from; where you have them in a folder: main.py models pack {0} --files FOLDER.</source>
        <translation>Seine Dateien haben keine Adresse, von der man sie holen könnte; liegen sie in einem Ordner: main.py models pack {0} --files ORDNER.</translation>
    </message>
    <message>
        <source>Licence of the weights: {0}</source>
        <translation>Lizenz der Gewichte: {0}</translation>
    </message>
    <message>
        <source>From {0}, version {1}</source>
        <translation>Von {0}, Version {1}</translation>
    </message>
    <message>
        <source>Needs about {0} of memory</source>
        <translation>Braucht etwa {0} Speicher</translation>
    </message>
    <message>
        <source>Thresholds calibrated on: {0}</source>
        <translation>Schwellen kalibriert an: {0}</translation>
    </message>
    <message>
        <source>Its thresholds are uncalibrated starting values.</source>
        <translation>Seine Schwellen sind unkalibrierte Startwerte.</translation>
    </message>
    <message>
        <source>Not in the catalogue: nobody but its source vouches for it.</source>
        <translation>Nicht im Katalog: Außer seiner Quelle bürgt niemand dafür.</translation>
    </message>
    <message>
        <source>comes with the installation</source>
        <translation>gehört zur Installation</translation>
    </message>
    <message>
        <source>installed</source>
        <translation>installiert</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>not installed</source>
        <translation>nicht installiert</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>recommended</source>
        <translation>empfohlen</translation>
    </message>
    <message>
        <source>light</source>
        <translation>leicht</translation>
    </message>
    <message>
        <source>alternative</source>
        <translation>Alternative</translation>
    </message>
    <message>
        <source>of the laboratory</source>
        <translation>des Labors</translation>
    </message>
    <message>
        <source>detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>classifier</source>
        <translation>Klassifikator</translation>
    </message>
    <message>
        <source>classifier with levels</source>
        <translation>Klassifikator mit Stufen</translation>
    </message>
    <message>
        <source>cross-check</source>
        <translation>Gegenprüfung</translation>
    </message>
    <message>
        <source>cross-check, alternative</source>
        <translation>Gegenprüfung, Alternative</translation>
    </message>
    <message>
        <source>persons</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>pose</source>
        <translation>Körperhaltung</translation>
    </message>
    <message>
        <source>pose, alternative</source>
        <translation>Körperhaltung, Alternative</translation>
    </message>
    <message>
        <source>landmarks</source>
        <translation>Gesichtspunkte</translation>
    </message>
    <message>
        <source>quality</source>
        <translation>Güte</translation>
    </message>
    <message>
        <source>finds text</source>
        <translation>findet Text</translation>
    </message>
    <message>
        <source>reads text</source>
        <translation>liest Text</translation>
    </message>
    <message>
        <source>reads another script</source>
        <translation>liest eine andere Schrift</translation>
    </message>
    <message>
        <source>second reader</source>
        <translation>zweiter Leser</translation>
    </message>
    <message>
        <source>finds upside-down lines</source>
        <translation>findet kopfstehende Zeilen</translation>
    </message>
    <message>
        <source>finds speech</source>
        <translation>findet Sprache</translation>
    </message>
    <message>
        <source>research only</source>
        <translation>nur für Forschung</translation>
    </message>
    <message>
        <source>name the author</source>
        <translation>Urheber nennen</translation>
    </message>
</context>
<context>
    <name>PacksPanel</name>
    <message>
        <source>Checking the pack…</source>
        <translation>Das Paket wird geprüft …</translation>
    </message>
    <message>
        <source>Reading every file…</source>
        <translation>Jede Datei wird gelesen …</translation>
    </message>
    <message>
        <source>{0} is removed.</source>
        <translation>{0} ist entfernt.</translation>
    </message>
    <message>
        <source>{0} is being removed.</source>
        <translation>{0} wird entfernt.</translation>
    </message>
    <message>
        <source>Unpacking {0}</source>
        <translation>{0} wird ausgepackt</translation>
    </message>
    <message>
        <source>Reading {0}</source>
        <translation>{0} wird gelesen</translation>
    </message>
    <message>
        <source>Trying {0} out</source>
        <translation>{0} wird ausprobiert</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>Weitere</translation>
    </message>
    <message>
        <source>Installed and tried out: {0}</source>
        <translation>Installiert und ausprobiert: {0}</translation>
    </message>
    <message>
        <source>Not what they should be, and not used:</source>
        <translation>Nicht, was sie sein sollten; sie werden nicht benutzt:</translation>
    </message>
    <message numerus="yes">
        <source>%n pack(s) read in full: every SHA-256 is right.</source>
        <translation>
            <numerusform>%n Paket ganz gelesen: jeder SHA-256 stimmt.</numerusform>
            <numerusform>%n Pakete ganz gelesen: jeder SHA-256 stimmt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Model packs</source>
        <translation>Modellpakete</translation>
    </message>
    <message>
        <source>Import a pack…</source>
        <translation>Paket importieren …</translation>
    </message>
    <message>
        <source>Verify all</source>
        <translation>Alle prüfen</translation>
    </message>
    <message>
        <source>Weights that did not come with the installation. They are fetched on another computer, carried here as a file, and checked before anything is installed. Drop the file here.</source>
        <translation>Gewichte, die nicht mit der Installation kamen. Sie werden auf einem anderen Rechner geholt, als Datei hierher getragen und vor dem Installieren geprüft. Die Datei hier ablegen.</translation>
    </message>
    <message>
        <source>I trust its source: import it all the same</source>
        <translation>Ich vertraue der Quelle: trotzdem importieren</translation>
    </message>
    <message>
        <source>Import a model pack…</source>
        <translation>Modellpaket importieren …</translation>
    </message>
    <message>
        <source>Import a model pack</source>
        <translation>Modellpaket importieren</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>Alle Tasten</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Nothing has these words.</source>
        <translation>Nichts enthält diese Wörter.</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>Not a picture or film</source>
        <translation>Kein Bild und kein Film</translation>
    </message>
    <message>
        <source>Words only</source>
        <translation>Nur Worte</translation>
    </message>
    <message>
        <source>Cannot be shown</source>
        <translation>Kann nicht gezeigt werden</translation>
    </message>
    <message>
        <source>So none can be covered. Hold Space to see.</source>
        <translation>Deshalb kann keiner verdeckt werden. Leertaste halten, um zu sehen.</translation>
    </message>
    <message>
        <source>Nobody has looked for bodies in it</source>
        <translation>Nach Körpern wurde darin nicht gesucht</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Wird geladen …</translation>
    </message>
</context>
<context>
    <name>Player</name>
    <message>
        <source>This system cannot play sound: QtMultimedia is not installed.</source>
        <translation>Dieses System kann keinen Ton abspielen: QtMultimedia fehlt.</translation>
    </message>
    <message>
        <source>No device that could play sound was found on this system.</source>
        <translation>Auf diesem System wurde kein Gerät für Ton gefunden.</translation>
    </message>
</context>
<context>
    <name>PositionBar</name>
    <message>
        <source>Position in the list</source>
        <translation>Stelle in der Liste</translation>
    </message>
    <message>
        <source>Where in the list: indicators red, second look yellow, graded green. Click to go there.</source>
        <translation>Wo in der Liste: Hinweise rot, Zweitsicht gelb, eingestuft grün. Klick springt dorthin.</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>The preferences could not be saved ({}).</source>
        <translation>Die Einstellungen ließen sich nicht speichern ({}).</translation>
    </message>
    <message>
        <source>The preferences could not be read ({}); the defaults are in force.</source>
        <translation>Die Einstellungen ließen sich nicht lesen ({}); es gelten die Vorgaben.</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Triage</source>
        <translation>Triage</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Deep</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <source>A first look: indicators only, few pictures of each film, faster arithmetic. Every result is marked as triage.</source>
        <translation>Ein erster Blick: nur Hinweise, wenige Bilder je Film, schnellere Rechnung. Jedes Ergebnis ist als Triage gekennzeichnet.</translation>
    </message>
    <message>
        <source>All steps, exact arithmetic. Films: a picture at least every two seconds and at each change of scene.</source>
        <translation>Alle Schritte, genaue Rechnung. Filme: mindestens alle zwei Sekunden und bei jedem Szenenwechsel ein Bild.</translation>
    </message>
    <message>
        <source>Like standard, but without early exits: text is looked for in every picture, and films are seen twice as densely.</source>
        <translation>Wie Standard, aber ohne Abkürzungen: In jedem Bild wird Text gesucht, Filme werden doppelt so dicht gesehen.</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} h {1} min</translation>
    </message>
    <message>
        <source>{0} d {1} h</source>
        <translation>{0} T {1} h</translation>
    </message>
</context>
<context>
    <name>PreviewPanel</name>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Nothing is searched for: Ctrl+F takes words.</source>
        <translation>Es wird nach nichts gesucht: Strg+F nimmt Wörter an.</translation>
    </message>
    <message>
        <source>Place {0} of {1} in this file</source>
        <translation>Fundstelle {0} von {1} in dieser Datei</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Fundstellen</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Next hit in this file</source>
        <translation>Nächster Treffer in dieser Datei</translation>
    </message>
    <message>
        <source>Previous hit</source>
        <translation>Voriger Treffer</translation>
    </message>
    <message>
        <source>Next place of the searched words</source>
        <translation>Nächste Stelle der gesuchten Wörter</translation>
    </message>
    <message>
        <source>Previous place of the searched words</source>
        <translation>Vorige Stelle der gesuchten Wörter</translation>
    </message>
    <message>
        <source>Why flagged</source>
        <translation>Warum auffällig</translation>
    </message>
    <message>
        <source>Boxes of findings</source>
        <translation>Rahmen der Befunde</translation>
    </message>
    <message>
        <source>Fit, or one to one</source>
        <translation>Einpassen oder eins zu eins</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Größer</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>Kleiner</translation>
    </message>
    <message>
        <source>Turn the view</source>
        <translation>Ansicht drehen</translation>
    </message>
    <message>
        <source>Films, sound, pages</source>
        <translation>Filme, Ton, Seiten</translation>
    </message>
    <message>
        <source>Storyboard</source>
        <translation>Bilderfolge</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>Langsamer</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>Schneller</translation>
    </message>
    <message>
        <source>One frame or page back</source>
        <translation>Ein Bild oder eine Seite zurück</translation>
    </message>
    <message>
        <source>One frame or page on</source>
        <translation>Ein Bild oder eine Seite weiter</translation>
    </message>
    <message>
        <source>Text ({0})</source>
        <translation>Text ({0})</translation>
    </message>
    <message>
        <source>Speech</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Speech ({0})</source>
        <translation>Sprache ({0})</translation>
    </message>
    <message>
        <source>Copies ({0})</source>
        <translation>Fundstellen ({0})</translation>
    </message>
    <message>
        <source>No hit in this file at this threshold.</source>
        <translation>Kein Treffer in dieser Datei bei dieser Schwelle.</translation>
    </message>
    <message>
        <source>Hit {0} of {1}</source>
        <translation>Treffer {0} von {1}</translation>
    </message>
</context>
<context>
    <name>PreviewWindow</name>
    <message>
        <source>Preview – Asservat</source>
        <translation>Vorschau – Asservat</translation>
    </message>
</context>
<context>
    <name>ProblemsPage</name>
    <message>
        <source>Problems</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>No problems</source>
        <translation>Keine Meldungen</translation>
    </message>
    <message>
        <source>Retry all failed</source>
        <translation>Fehlgeschlagene erneut</translation>
    </message>
    <message>
        <source>Kinds of problems</source>
        <translation>Arten von Meldungen</translation>
    </message>
    <message>
        <source>Show in the grid</source>
        <translation>In Kacheln zeigen</translation>
    </message>
    <message>
        <source>Exclude with reason…</source>
        <translation>Mit Grund ausschließen …</translation>
    </message>
    <message>
        <source>Take back in</source>
        <translation>Wieder aufnehmen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Files with this problem</source>
        <translation>Dateien mit dieser Meldung</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschehen ist</translation>
    </message>
    <message>
        <source>Excluded because</source>
        <translation>Ausgeschlossen, weil</translation>
    </message>
    <message>
        <source>not supported: {0}</source>
        <translation>nicht unterstützt: {0}</translation>
    </message>
    <message>
        <source>models missing: {0}</source>
        <translation>Modelle fehlen: {0}</translation>
    </message>
    <message>
        <source>not analysed yet: {0}</source>
        <translation>noch nicht analysiert: {0}</translation>
    </message>
    <message>
        <source>Nothing was looked for in some items ({0}). That is no negative result.</source>
        <translation>In einigen Inhalten wurde nichts gesucht ({0}). Das ist kein Negativbefund.</translation>
    </message>
    <message>
        <source>Nothing has been read yet.</source>
        <translation>Noch wurde nichts eingelesen.</translation>
    </message>
    <message>
        <source>Nothing went wrong, but no item of this case was looked into.</source>
        <translation>Nichts ging schief, aber kein Inhalt dieses Falls wurde untersucht.</translation>
    </message>
    <message>
        <source>Whatever was looked into could be read and analysed.</source>
        <translation>Was untersucht wurde, ließ sich lesen und analysieren.</translation>
    </message>
    <message>
        <source>Every file could be read and was analysed by the steps that were run.</source>
        <translation>Jede Datei ließ sich lesen und wurde von den gelaufenen Schritten analysiert.</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n Meldung</numerusform>
            <numerusform>%n Meldungen</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} of them excluded with a reason</source>
        <translation>davon {0} mit Begründung ausgeschlossen</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n Schritt</numerusform>
            <numerusform>%n Schritte</numerusform>
        </translation>
    </message>
    <message>
        <source>Code {0}  ·  {1}  ·  {2}</source>
        <translation>Code {0}  ·  {1}  ·  {2}</translation>
    </message>
    <message>
        <source>What it means: {0}</source>
        <translation>Was es bedeutet: {0}</translation>
    </message>
    <message>
        <source>What to do: {0}</source>
        <translation>Was zu tun ist: {0}</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more file(s)</source>
        <translation>
            <numerusform>… und %n weitere Datei</numerusform>
            <numerusform>… und %n weitere Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>Read the sources again</source>
        <translation>Asservate erneut lesen</translation>
    </message>
    <message numerus="yes">
        <source>Retry selected (%n)</source>
        <translation>
            <numerusform>Auswahl wiederholen (%n)</numerusform>
            <numerusform>Auswahl wiederholen (%n)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry this kind (%n)</source>
        <translation>
            <numerusform>Diese Art wiederholen (%n)</numerusform>
            <numerusform>Diese Art wiederholen (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>A note beside a result: there is nothing to look at again.</source>
        <translation>Ein Hinweis neben einem Ergebnis: Es gibt nichts, was erneut anzusehen wäre.</translation>
    </message>
    <message>
        <source>Exclude with reason</source>
        <translation>Mit Grund ausschließen</translation>
    </message>
    <message numerus="yes">
        <source>Why do %n file(s) stay out? The report says so.</source>
        <translation>
            <numerusform>Warum bleibt %n Datei außen vor? Der Bericht nennt es.</numerusform>
            <numerusform>Warum bleiben %n Dateien außen vor? Der Bericht nennt es.</numerusform>
        </translation>
    </message>
    <message>
        <source>Show them in the grid</source>
        <translation>In Kacheln zeigen</translation>
    </message>
</context>
<context>
    <name>ProgramSettings</name>
    <message>
        <source>This program, on this computer</source>
        <translation>Dieses Programm auf diesem Rechner</translation>
    </message>
    <message>
        <source>Least exposure</source>
        <translation>Möglichst wenig ansehen</translation>
    </message>
    <message>
        <source>Language and look</source>
        <translation>Sprache und Aussehen</translation>
    </message>
    <message>
        <source>Language of the screen</source>
        <translation>Sprache des Bildschirms</translation>
    </message>
    <message>
        <source>The window follows when it is opened the next time. Reports have their own language.</source>
        <translation>Gilt, wenn das Fenster das nächste Mal geöffnet wird. Berichte haben ihre eigene Sprache.</translation>
    </message>
    <message>
        <source>like the system</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Dark is easier on the eyes beside pictures.</source>
        <translation>Dunkel schont die Augen neben Bildern.</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Weniger Bewegung</translation>
    </message>
    <message>
        <source>Nothing slides or fades.</source>
        <translation>Nichts gleitet oder blendet über.</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Diskretion</translation>
    </message>
    <message>
        <source>Case number in the window title</source>
        <translation>Aktenzeichen im Fenstertitel</translation>
    </message>
    <message>
        <source>Titles are seen in task bars, in screenshots and by whoever looks over your shoulder.</source>
        <translation>Titel sieht man in Taskleisten, auf Bildschirmfotos und über die Schulter.</translation>
    </message>
    <message>
        <source>Tell me when a run is finished</source>
        <translation>Melden, wenn ein Lauf fertig ist</translation>
    </message>
    <message>
        <source>The window asks for attention; no case data is shown.</source>
        <translation>Das Fenster macht auf sich aufmerksam; Falldaten werden nicht gezeigt.</translation>
    </message>
    <message>
        <source>Examiner</source>
        <translation>Prüfer/in</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Suggested for new cases.</source>
        <translation>Vorschlag für neue Fälle.</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Dienststelle</translation>
    </message>
    <message>
        <source>Size of text</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>80 to 200 percent.</source>
        <translation>80 bis 200 Prozent.</translation>
    </message>
    <message>
        <source>Recent cases</source>
        <translation>Zuletzt geöffnete Fälle</translation>
    </message>
    <message>
        <source>What the start page may remember. What it may not hold any more is forgotten at once.</source>
        <translation>Was die Startseite behalten darf. Was sie nicht mehr behalten darf, wird sofort vergessen.</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>folders and names</source>
        <translation>Ordner und Namen</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Weichzeichnen</translation>
    </message>
    <message>
        <source>Lessens what you see; nobody can promise that it protects you. Hold Space to look.</source>
        <translation>Mindert, was Sie sehen; dass es schützt, kann niemand versprechen. Leertaste halten zum Hinsehen.</translation>
    </message>
    <message>
        <source>Without colours</source>
        <translation>Ohne Farben</translation>
    </message>
    <message>
        <source>Sound off until asked for</source>
        <translation>Ton aus, bis er verlangt wird</translation>
    </message>
    <message>
        <source>Films start by themselves</source>
        <translation>Filme starten von selbst</translation>
    </message>
    <message>
        <source>Suggest a break after</source>
        <translation>Pause vorschlagen nach</translation>
    </message>
    <message>
        <source>Minutes of unmasked looking. Counted for you alone, on this computer.</source>
        <translation>Minuten unverdeckter Sicht. Nur für Sie gezählt, auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Layout of the window</source>
        <translation>Anordnung des Fensters</translation>
    </message>
    <message>
        <source>Columns, panels and sizes as on the first day.</source>
        <translation>Spalten, Bereiche und Größen wie am ersten Tag.</translation>
    </message>
    <message>
        <source>Reset the layout</source>
        <translation>Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Choose an action, then press its new keys. Keys that are taken, or that fail on German keyboards, are refused.</source>
        <translation>Aktion wählen, dann ihre neuen Tasten drücken. Vergebene Tasten und solche, die auf deutschen Tastaturen nicht gehen, werden abgelehnt.</translation>
    </message>
    <message>
        <source>Keys and layout</source>
        <translation>Tasten und Anordnung</translation>
    </message>
</context>
<context>
    <name>Queries</name>
    <message>
        <source>The last changes are being stored.</source>
        <translation>Die letzten Änderungen werden gespeichert.</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
</context>
<context>
    <name>ReasonCard</name>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation>Falsch</translation>
    </message>
    <message>
        <source>Unclear</source>
        <translation>Unklar</translation>
    </message>
    <message>
        <source>{0} {1} {2}: the raw score against your threshold</source>
        <translation>{0} {1} {2}: Rohwert gegen Ihre Schwelle</translation>
    </message>
    <message>
        <source>This finding: {0}</source>
        <translation>Dieser Befund: {0}</translation>
    </message>
    <message>
        <source>Faces like this one…</source>
        <translation>Ähnliche Gesichter …</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>How sure</source>
        <translation>Wie sicher</translation>
    </message>
    <message>
        <source>{0}, {1} UTC</source>
        <translation>{0}, {1} UTC</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>It cannot know</source>
        <translation>Kann nicht wissen</translation>
    </message>
    <message>
        <source>piece {0} of the picture</source>
        <translation>Stück {0} des Bildes</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Durch</translation>
    </message>
    <message>
        <source>Assessment</source>
        <translation>Einschätzung</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>uncalibrated: the numbers only rank</source>
        <translation>nicht kalibriert: Die Zahlen ordnen nur</translation>
    </message>
    <message>
        <source>On the body</source>
        <translation>Am Körper</translation>
    </message>
    <message>
        <source>Posture</source>
        <translation>Haltung</translation>
    </message>
    <message>
        <source>Recognised as</source>
        <translation>Erkannt als</translation>
    </message>
    <message>
        <source>Sub-scores</source>
        <translation>Teilwerte</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>on {0} ({1} positive, {2} negative pictures; {3}, no. {4})</source>
        <translation>an {0} ({1} positive, {2} negative Bilder; {3}, Nr. {4})</translation>
    </message>
    <message>
        <source>likely</source>
        <translation>wahrscheinlich</translation>
    </message>
    <message>
        <source>possible: look at it</source>
        <translation>möglich: ansehen</translation>
    </message>
    <message>
        <source>below the threshold</source>
        <translation>unter der Schwelle</translation>
    </message>
    <message>
        <source>hands</source>
        <translation>Hände</translation>
    </message>
    <message>
        <source>ankles</source>
        <translation>Knöchel</translation>
    </message>
    <message>
        <source>mouth</source>
        <translation>Mund</translation>
    </message>
    <message>
        <source>eyes</source>
        <translation>Augen</translation>
    </message>
    <message>
        <source>head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>neck</source>
        <translation>Hals</translation>
    </message>
    <message>
        <source>trunk</source>
        <translation>Rumpf</translation>
    </message>
    <message>
        <source>Because</source>
        <translation>Weil</translation>
    </message>
    <message>
        <source>Packs for these scripts are missing</source>
        <translation>Für diese Schriften fehlen Pakete</translation>
    </message>
    <message>
        <source>Raw scores</source>
        <translation>Rohwerte</translation>
    </message>
    <message>
        <source>Seen in</source>
        <translation>Gesehen in</translation>
    </message>
    <message>
        <source>Read by</source>
        <translation>Gelesen von</translation>
    </message>
    <message>
        <source>“{0}”, {1} the same</source>
        <translation>„{0}“, zu {1} gleich</translation>
    </message>
    <message>
        <source>Second engine</source>
        <translation>Zweite Texterkennung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Stichproben</translation>
    </message>
    <message>
        <source>Config</source>
        <translation>Konfiguration</translation>
    </message>
    <message>
        <source>page {0}</source>
        <translation>Seite {0}</translation>
    </message>
    <message>
        <source>frame {0}</source>
        <translation>Einzelbild {0}</translation>
    </message>
    <message>
        <source>{0} × {1} pixels at {2}, {3}</source>
        <translation>{0} × {1} Pixel bei {2}, {3}</translation>
    </message>
    <message>
        <source>the whole file</source>
        <translation>die ganze Datei</translation>
    </message>
    <message>
        <source>no score</source>
        <translation>kein Wert</translation>
    </message>
    <message>
        <source>{0}, the recogniser&apos;s own confidence, not calibrated</source>
        <translation>{0}, eigene Zuversicht der Erkennung, nicht kalibriert</translation>
    </message>
    <message>
        <source>{0} {1} {2}: the raw score against your threshold, not calibrated</source>
        <translation>{0} {1} {2}: Rohwert gegen Ihre Schwelle, nicht kalibriert</translation>
    </message>
    <message>
        <source>version {0}</source>
        <translation>Version {0}</translation>
    </message>
</context>
<context>
    <name>RecentRow</name>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>Back to the backup</source>
        <translation>Auf Sicherung zurück</translation>
    </message>
    <message>
        <source>The newest whole backup takes the place of the damaged file, which is kept.</source>
        <translation>Die neueste unversehrte Sicherung ersetzt die beschädigte Datei; diese bleibt daneben erhalten.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open {0}</source>
        <translation>{0} öffnen</translation>
    </message>
    <message>
        <source>Remove from this list. The case itself stays as it is.</source>
        <translation>Aus dieser Liste nehmen. Der Fall selbst bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Remove {0} from the list</source>
        <translation>{0} aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Drive or folder not connected</source>
        <translation>Laufwerk oder Ordner nicht verbunden</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message numerus="yes">
        <source>%n evidence item(s)</source>
        <translation>
            <numerusform>%n Asservat</numerusform>
            <numerusform>%n Asservate</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n Inhalt</numerusform>
            <numerusform>%n Inhalte</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} % graded</source>
        <translation>{0} % eingestuft</translation>
    </message>
    <message>
        <source>run interrupted</source>
        <translation>Lauf unterbrochen</translation>
    </message>
    <message>
        <source>a run goes on</source>
        <translation>ein Lauf ist im Gange</translation>
    </message>
    <message>
        <source>being analysed by another program since {0}</source>
        <translation>wird seit {0} von einem anderen Programm analysiert</translation>
    </message>
    <message>
        <source>Where is this case now?</source>
        <translation>Wo ist dieser Fall jetzt?</translation>
    </message>
</context>
<context>
    <name>Recorded</name>
    <message>
        <source>Technical detail: {0}</source>
        <translation>Technische Einzelheit: {0}</translation>
    </message>
</context>
<context>
    <name>ReportOptions</name>
    <message>
        <source>Masked</source>
        <translation>Abgedeckt</translation>
    </message>
    <message>
        <source>faces, private parts and restraints that a model found are covered; what it missed is not. What was not looked at is unrecognisable</source>
        <translation>Gesichter, Intimbereiche und Fesselungen, die ein Modell gefunden hat, sind geschwärzt; was es übersehen hat, nicht. Was nicht untersucht wurde, ist unkenntlich</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Grau</translation>
    </message>
    <message>
        <source>small, without colour, recognisable: only for a sealed annex</source>
        <translation>klein, ohne Farbe, erkennbar: nur für eine versiegelte Anlage</translation>
    </message>
    <message>
        <source>Recognisable</source>
        <translation>Erkennbar</translation>
    </message>
    <message>
        <source>small, as they are: only for a sealed annex</source>
        <translation>klein, wie sie sind: nur für eine versiegelte Anlage</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>Sprache des Berichts</translation>
    </message>
    <message>
        <source>Hash the evidence again before (takes long)</source>
        <translation>Asservate vorher neu hashen (dauert lange)</translation>
    </message>
    <message>
        <source>Sign it</source>
        <translation>Signieren</translation>
    </message>
    <message>
        <source>Passphrase of the key, if it has one</source>
        <translation>Kennwort des Schlüssels, falls er eines hat</translation>
    </message>
    <message>
        <source>Scope</source>
        <translation>Umfang</translation>
    </message>
    <message>
        <source>The whole case</source>
        <translation>Der ganze Fall</translation>
    </message>
    <message>
        <source>Only items graded as:</source>
        <translation>Nur Inhalte mit Einstufung:</translation>
    </message>
    <message>
        <source>Findings of</source>
        <translation>Befunde von</translation>
    </message>
    <message>
        <source>Only with a score of at least</source>
        <translation>Nur mit Wert ab</translation>
    </message>
    <message>
        <source>The report says how it was filtered, and counts the whole case all the same.</source>
        <translation>Der Bericht nennt den Filter und zählt trotzdem den ganzen Fall.</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>words, numbers and hashes only</source>
        <translation>nur Worte, Zahlen und Hashwerte</translation>
    </message>
    <message>
        <source>Unrecognisable</source>
        <translation>Unkenntlich</translation>
    </message>
    <message>
        <source>small and coarse; nothing can be brought back</source>
        <translation>klein und grob; nichts lässt sich zurückgewinnen</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Write the report</source>
        <translation>Bericht schreiben</translation>
    </message>
    <message>
        <source>Elsewhere…</source>
        <translation>Anderswo …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>Bericht wird geschrieben</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Verify it</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>An empty folder for the report</source>
        <translation>Ein leerer Ordner für den Bericht</translation>
    </message>
    <message>
        <source>The report is being written.</source>
        <translation>Der Bericht wird geschrieben.</translation>
    </message>
    <message>
        <source>Signed with key {0}.</source>
        <translation>Signiert mit Schlüssel {0}.</translation>
    </message>
    <message>
        <source>It is UNSIGNED.</source>
        <translation>Er ist NICHT SIGNIERT.</translation>
    </message>
    <message>
        <source>Report {0}: {1} findings, {2} outcomes. {3}
{4}</source>
        <translation>Bericht {0}: {1} Befunde, {2} Ergebnisse. {3}
{4}</translation>
    </message>
    <message>
        <source>The report is written.</source>
        <translation>Der Bericht ist geschrieben.</translation>
    </message>
    <message>
        <source>Cancelled; nothing of the report was left.</source>
        <translation>Abgebrochen; vom Bericht blieb nichts liegen.</translation>
    </message>
    <message>
        <source>It holds: every file matches the manifest.</source>
        <translation>Er stimmt: Jede Datei passt zum Manifest.</translation>
    </message>
    <message>
        <source>It DOES NOT HOLD.</source>
        <translation>Er stimmt NICHT.</translation>
    </message>
</context>
<context>
    <name>ReportPreview</name>
    <message>
        <source>Pages of the report</source>
        <translation>Seiten des Berichts</translation>
    </message>
    <message>
        <source>The pages appear here</source>
        <translation>Hier erscheinen die Seiten</translation>
    </message>
    <message>
        <source>Nothing is written before you say so.</source>
        <translation>Geschrieben wird erst, wenn Sie es sagen.</translation>
    </message>
    <message>
        <source>Whole page</source>
        <translation>Ganze Seite</translation>
    </message>
    <message>
        <source>Page width</source>
        <translation>Seitenbreite</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Größer</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>Kleiner</translation>
    </message>
    <message>
        <source>Drawing the pages…</source>
        <translation>Seiten werden gezeichnet …</translation>
    </message>
    <message numerus="yes">
        <source>Preview, %n page(s)</source>
        <translation>
            <numerusform>Vorschau, %n Seite</numerusform>
            <numerusform>Vorschau, %n Seiten</numerusform>
        </translation>
    </message>
    <message>
        <source>; shortened: the report itself lists everything</source>
        <translation>; gekürzt: der Bericht selbst führt alles auf</translation>
    </message>
    <message>
        <source>The pages cannot be drawn</source>
        <translation>Die Seiten lassen sich nicht zeichnen</translation>
    </message>
</context>
<context>
    <name>Rescue</name>
    <message>
        <source>Back at the backup of {0}. The damaged file is kept in the case&apos;s backups.</source>
        <translation>Zurück auf dem Stand der Sicherung vom {0}. Die beschädigte Datei liegt bei den Sicherungen des Falls.</translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>Size of the thumbnails</source>
        <translation>Größe der Kacheln</translation>
    </message>
    <message>
        <source>Size of the thumbnails (Ctrl and mouse wheel)</source>
        <translation>Größe der Kacheln (Strg und Mausrad)</translation>
    </message>
    <message>
        <source>Choose columns</source>
        <translation>Spalten wählen</translation>
    </message>
    <message>
        <source>Where the preview is</source>
        <translation>Wo die Vorschau ist</translation>
    </message>
    <message>
        <source>Where the preview is: beside the list, or on a second screen</source>
        <translation>Wo die Vorschau ist: neben der Liste oder auf einem zweiten Bildschirm</translation>
    </message>
    <message>
        <source>No case is open.</source>
        <translation>Es ist kein Fall geöffnet.</translation>
    </message>
    <message>
        <source>&lt;b&gt;This case holds no files yet.&lt;/b&gt;&lt;br&gt;Drag folders into this window, or go to Run and add a source.&lt;br&gt;Your files are only read, never changed.&lt;br&gt;&lt;br&gt;&lt;a href=&apos;run&apos;&gt;Go to Run&lt;/a&gt;</source>
        <translation>&lt;b&gt;Dieser Fall hat noch keine Dateien.&lt;/b&gt;&lt;br&gt;Ordner in dieses Fenster ziehen, oder unter Lauf ein Asservat hinzufügen.&lt;br&gt;Dateien werden nur gelesen, nie verändert.&lt;br&gt;&lt;br&gt;&lt;a href=&apos;run&apos;&gt;Zum Lauf&lt;/a&gt;</translation>
    </message>
    <message numerus="yes">
        <source>%n new · update</source>
        <translation>
            <numerusform>%n neuer · auffrischen</numerusform>
            <numerusform>%n neue · auffrischen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n no longer match · update</source>
        <translation>
            <numerusform>%n passt nicht mehr · auffrischen</numerusform>
            <numerusform>%n passen nicht mehr · auffrischen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunOptions</name>
    <message>
        <source>The next run</source>
        <translation>Der nächste Lauf</translation>
    </message>
    <message>
        <source>How it works</source>
        <translation>Wie er arbeitet</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Chosen at first when a run is prepared.</source>
        <translation>Beim Vorbereiten eines Laufs zuerst gewählt.</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>What you look at can be analysed before the rest. The results are the same.</source>
        <translation>Was Sie ansehen, kann vor dem Rest analysiert werden. Die Ergebnisse sind dieselben.</translation>
    </message>
    <message>
        <source>as found</source>
        <translation>wie gefunden</translation>
    </message>
    <message>
        <source>current view first</source>
        <translation>aktuelle Ansicht zuerst</translation>
    </message>
    <message>
        <source>Files at once</source>
        <translation>Dateien zugleich</translation>
    </message>
    <message>
        <source>Fewer need less memory. The results are the same.</source>
        <translation>Weniger brauchen weniger Speicher. Die Ergebnisse sind dieselben.</translation>
    </message>
    <message>
        <source>as many as cores</source>
        <translation>so viele wie Kerne</translation>
    </message>
    <message>
        <source>Models run on</source>
        <translation>Modelle laufen auf</translation>
    </message>
    <message>
        <source>Results belong to the device: on another one, all is analysed anew and stored beside.</source>
        <translation>Ergebnisse gehören zum Gerät: Auf einem anderen wird alles neu ausgewertet und daneben gespeichert.</translation>
    </message>
    <message>
        <source>NVIDIA card if it can be used, else processor</source>
        <translation>NVIDIA-Karte, wenn nutzbar, sonst Prozessor</translation>
    </message>
    <message>
        <source>processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation>NVIDIA-Karte</translation>
    </message>
    <message>
        <source>Intel graphics</source>
        <translation>Intel-Grafik</translation>
    </message>
    <message>
        <source>graphics through DirectML</source>
        <translation>Grafik über DirectML</translation>
    </message>
    <message>
        <source>Apple Core ML</source>
        <translation>Apple Core ML</translation>
    </message>
    <message>
        <source>Automatic is an NVIDIA card if it can be used, else the processor. Results belong to the device: on another one, all is analysed anew and stored beside.</source>
        <translation>Automatisch heißt: eine NVIDIA-Karte, wenn sie benutzt werden kann, sonst der Prozessor. Ergebnisse gehören zum Gerät: Auf einem anderen wird alles neu analysiert und daneben gespeichert.</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>Exact for evidence. Faster for a first look: every result is marked as triage and kept beside.</source>
        <translation>Genau für Beweise. Schneller für einen ersten Blick: Jedes Ergebnis wird als Triage gekennzeichnet und daneben aufbewahrt.</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>Rechengenauigkeit</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>genau</translation>
    </message>
    <message>
        <source>faster (triage)</source>
        <translation>schneller (Triage)</translation>
    </message>
    <message>
        <source>Where and how exactly</source>
        <translation>Wo und wie genau</translation>
    </message>
    <message>
        <source>Patience with one file</source>
        <translation>Geduld mit einer Datei</translation>
    </message>
    <message>
        <source>Seconds (and two more for each megabyte) before a decoder counts as hanging.</source>
        <translation>Sekunden (und zwei je Megabyte), bis ein Dekoder als hängend gilt.</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>Memory for one decoder</source>
        <translation>Speicher für einen Dekoder</translation>
    </message>
    <message>
        <source>A file that needs more fails, and nothing else does.</source>
        <translation>Eine Datei, die mehr braucht, schlägt fehl, sonst nichts.</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Largest picture</source>
        <translation>Größtes Bild</translation>
    </message>
    <message>
        <source>Million pixels. Results belong to this value: with another one, all is analysed anew.</source>
        <translation>Millionen Pixel. Ergebnisse gehören zu diesem Wert: Mit einem anderen wird alles neu analysiert.</translation>
    </message>
    <message>
        <source> MP</source>
        <translation> MP</translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Start a run…</source>
        <translation>Lauf starten …</translation>
    </message>
    <message>
        <source>Pause or go on with the run</source>
        <translation>Lauf anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Stop the run after the files in hand</source>
        <translation>Lauf nach den Dateien in Arbeit beenden</translation>
    </message>
    <message>
        <source>Go on with the newest run</source>
        <translation>Neuesten Lauf fortsetzen</translation>
    </message>
    <message>
        <source>Try failed files again</source>
        <translation>Fehlgeschlagene Dateien erneut versuchen</translation>
    </message>
    <message>
        <source>Nothing has been analysed yet</source>
        <translation>Noch nichts analysiert</translation>
    </message>
    <message>
        <source>Browsing and grading already work. Drag folders into this window, or choose what to run.</source>
        <translation>Ansehen und Einstufen ist schon möglich. Ordner in dieses Fenster ziehen oder wählen, was laufen soll.</translation>
    </message>
    <message>
        <source>Retry all failed</source>
        <translation>Fehlgeschlagene erneut</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop after the files in hand</source>
        <translation>Nach den Dateien in Arbeit beenden</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Tell me when it is finished</source>
        <translation>Melden, wenn er fertig ist</translation>
    </message>
    <message>
        <source>The window asks for attention; no case data is shown.</source>
        <translation>Das Fenster macht auf sich aufmerksam; Falldaten werden nicht gezeigt.</translation>
    </message>
    <message>
        <source>Runs of this case</source>
        <translation>Läufe dieses Falls</translation>
    </message>
    <message>
        <source>A run is going on: add evidence when it has ended.</source>
        <translation>Ein Lauf ist im Gang: Fügen Sie Asservate hinzu, wenn er beendet ist.</translation>
    </message>
    <message>
        <source>Stopping. What is finished is stored; the run can be resumed.</source>
        <translation>Wird beendet. Was fertig ist, ist gespeichert; der Lauf kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The run is finished.</source>
        <translation>Der Lauf ist fertig.</translation>
    </message>
    <message>
        <source>The run has stopped; it can be resumed.</source>
        <translation>Der Lauf wurde vorzeitig beendet; er kann fortgesetzt werden.</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n Meldung</numerusform>
            <numerusform>%n Meldungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Run {0}</source>
        <translation>Lauf {0}</translation>
    </message>
    <message>
        <source>started {0}</source>
        <translation>begonnen {0}</translation>
    </message>
    <message>
        <source>{0} so far</source>
        <translation>bisher {0}</translation>
    </message>
    <message>
        <source>paused by you</source>
        <translation>von Ihnen angehalten</translation>
    </message>
    <message>
        <source>about {0} left</source>
        <translation>noch etwa {0}</translation>
    </message>
    <message>
        <source>still listing</source>
        <translation>listet noch auf</translation>
    </message>
    <message>
        <source>The run is starting</source>
        <translation>Der Lauf beginnt</translation>
    </message>
    <message>
        <source>Options: {0}</source>
        <translation>Optionen: {0}</translation>
    </message>
    <message>
        <source>The models are being loaded.</source>
        <translation>Die Modelle werden geladen.</translation>
    </message>
    <message>
        <source>{0} items/s, {1}/s</source>
        <translation>{0} Inhalte/s, {1}/s</translation>
    </message>
    <message>
        <source>another program is analysing now</source>
        <translation>ein anderes Programm analysiert gerade</translation>
    </message>
    <message>
        <source>finished after {0}</source>
        <translation>fertig nach {0}</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>vorzeitig beendet</translation>
    </message>
    <message>
        <source>stopped: resume it to go on where it was</source>
        <translation>vorzeitig beendet: „Fortsetzen“ macht dort weiter, wo er war</translation>
    </message>
    <message>
        <source>interrupted: resume it to go on where it was</source>
        <translation>unterbrochen: „Fortsetzen“ macht dort weiter, wo er war</translation>
    </message>
</context>
<context>
    <name>SavedFilters</name>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>There is no filter to keep: everything is shown.</source>
        <translation>Es gibt keinen Filter zu behalten: Alles wird gezeigt.</translation>
    </message>
    <message>
        <source>Keep this filter as</source>
        <translation>Diesen Filter behalten als</translation>
    </message>
    <message>
        <source>Rename filter</source>
        <translation>Filter umbenennen</translation>
    </message>
    <message>
        <source>Forgotten: {0}</source>
        <translation>Vergessen: {0}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>Gespeicherte Filter</translation>
    </message>
    <message>
        <source>Keep this filter</source>
        <translation>Diesen Filter behalten</translation>
    </message>
    <message>
        <source>Keep the filter and order in force under a name</source>
        <translation>Geltenden Filter und Reihenfolge unter einem Namen behalten</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>Zurück zur Vorgabe</translation>
    </message>
    <message>
        <source>Back to the default: {0}</source>
        <translation>Zurück zur Vorgabe: {0}</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Every change is stored at once.</source>
        <translation>Jede Änderung wird sofort gespeichert.</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>Einstellungen durchsuchen</translation>
    </message>
    <message>
        <source>No setting has these words</source>
        <translation>Keine Einstellung enthält diese Wörter</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Ctrl+Alt is AltGr on German keyboards.</source>
        <translation>Strg+Alt ist auf deutschen Tastaturen AltGr.</translation>
    </message>
    <message>
        <source>Shift with a digit types another character.</source>
        <translation>Umschalt mit Ziffer schreibt ein anderes Zeichen.</translation>
    </message>
    <message>
        <source>This key needs Shift or AltGr on German keyboards.</source>
        <translation>Diese Taste braucht auf deutschen Tastaturen Umschalt oder AltGr.</translation>
    </message>
    <message>
        <source>{keys} is already used for “{action}”.</source>
        <translation>{keys} ist schon für „{action}“ vergeben.</translation>
    </message>
    <message>
        <source>{keys} cannot be the only keys. {why}</source>
        <translation>{keys} kann nicht die einzige Taste sein. {why}</translation>
    </message>
</context>
<context>
    <name>Similar</name>
    <message>
        <source>Search by meaning</source>
        <translation>Suche nach Bedeutung</translation>
    </message>
    <message numerus="yes">
        <source>The %n nearest, the first with {0}; {1} near, {2} weaker. A hint, not a finding.</source>
        <translation>
            <numerusform>Das %n nächste, mit {0}; {1} nah, {2} schwächer. Ein Hinweis, kein Befund.</numerusform>
            <numerusform>Die %n nächsten, das erste mit {0}; {1} nah, {2} schwächer. Ein Hinweis, kein Befund.</numerusform>
        </translation>
    </message>
    <message>
        <source>Show pictures like this one</source>
        <translation>Bilder wie dieses zeigen</translation>
    </message>
    <message>
        <source>Show pictures like a picture file…</source>
        <translation>Bilder wie eine Bilddatei zeigen …</translation>
    </message>
    <message>
        <source>Search pictures by description…</source>
        <translation>Bilder nach Beschreibung suchen …</translation>
    </message>
    <message>
        <source>Choose a picture first.</source>
        <translation>Wählen Sie zuerst ein Bild.</translation>
    </message>
    <message>
        <source>Pictures ({0})</source>
        <translation>Bilder ({0})</translation>
    </message>
    <message>
        <source>A picture to compare with</source>
        <translation>Ein Bild zum Vergleichen</translation>
    </message>
    <message>
        <source>Looking at the picture…</source>
        <translation>Das Bild wird angesehen …</translation>
    </message>
    <message>
        <source>What shall be seen in the picture?</source>
        <translation>Was soll auf dem Bild zu sehen sein?</translation>
    </message>
    <message>
        <source>Searching for “{0}” …</source>
        <translation>Suche nach „{0}“ …</translation>
    </message>
    <message numerus="yes">
        <source>The %n nearest, the first with {0}. A hint, not a finding.</source>
        <translation>
            <numerusform>Das %n nächste, mit {0}. Ein Hinweis, kein Befund.</numerusform>
            <numerusform>Die %n nächsten, das erste mit {0}. Ein Hinweis, kein Befund.</numerusform>
        </translation>
    </message>
    <message>
        <source>The pictures of this case have vectors of another model than the one installed.</source>
        <translation>Die Bilder dieses Falls haben Vektoren eines anderen Modells als des installierten.</translation>
    </message>
    <message>
        <source>This item has no vector: it is no picture, or it was not analysed.</source>
        <translation>Dieses Element hat keinen Vektor: Es ist kein Bild, oder es wurde nicht analysiert.</translation>
    </message>
    <message>
        <source>Nothing in the case is near.</source>
        <translation>Nichts im Fall liegt nahe.</translation>
    </message>
    <message>
        <source>This case has no vectors of pictures yet: run the analysis “Search by meaning” first.</source>
        <translation>Dieser Fall hat noch keine Vektoren von Bildern: Führen Sie zuerst die Analyse „Suche nach Bedeutung“ aus.</translation>
    </message>
</context>
<context>
    <name>SourceDialog</name>
    <message>
        <source>Facts of the source</source>
        <translation>Angaben zum Asservat</translation>
    </message>
    <message>
        <source>All of it is optional and can be changed later.</source>
        <translation>Alles ist freiwillig und kann später geändert werden.</translation>
    </message>
</context>
<context>
    <name>SourceForm</name>
    <message>
        <source>how it is called in lists; else its folder</source>
        <translation>Name in Listen; sonst der Ordner</translation>
    </message>
    <message>
        <source>like 3.1.2</source>
        <translation>etwa 3.1.2</translation>
    </message>
    <message>
        <source>2026-11-20 or 20.11.2026 06:15</source>
        <translation>20.11.2026 oder 20.11.2026 06:15</translation>
    </message>
    <message>
        <source>tool and version</source>
        <translation>Werkzeug und Version</translation>
    </message>
    <message>
        <source>make and model</source>
        <translation>Hersteller und Modell</translation>
    </message>
    <message>
        <source>unknown; like Europe/Berlin</source>
        <translation>unbekannt; etwa Europe/Berlin</translation>
    </message>
    <message>
        <source>unknown; ahead: +0:05:30, right: 0</source>
        <translation>unbekannt; ging vor: +0:05:30, richtig: 0</translation>
    </message>
    <message>
        <source>copied folder</source>
        <translation>kopierter Ordner</translation>
    </message>
    <message>
        <source>unknown; like E01</source>
        <translation>unbekannt; etwa E01</translation>
    </message>
    <message>
        <source>Whether a write blocker was used</source>
        <translation>Ob ein Schreibschutz verwendet wurde</translation>
    </message>
    <message>
        <source>none used</source>
        <translation>keiner verwendet</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>used</source>
        <translation>verwendet</translation>
    </message>
    <message>
        <source>Write the day like 2026-11-20 or 20.11.2026, with a time if it is known.</source>
        <translation>Den Tag als 20.11.2026 oder 2026-11-20 schreiben, mit Uhrzeit, falls bekannt.</translation>
    </message>
    <message>
        <source>There is no such time zone. Write its IANA name, like Europe/Berlin.</source>
        <translation>Diese Zeitzone gibt es nicht. Schreiben Sie den IANA-Namen, etwa Europe/Berlin.</translation>
    </message>
    <message>
        <source>Write how far the clock was ahead, like +0:05:30; behind: -0:00:12; right: 0.</source>
        <translation>Schreiben Sie, wie weit die Uhr vorging, etwa +0:05:30; ging nach: -0:00:12; richtig: 0.</translation>
    </message>
    <message>
        <source>{0}: this is too long.</source>
        <translation>{0}: das ist zu lang.</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Was es ist</translation>
    </message>
    <message>
        <source>Seizure and acquisition</source>
        <translation>Sicherstellung und Sicherung</translation>
    </message>
    <message>
        <source>The zone helps to read times that carry none. No stored time is ever shifted.</source>
        <translation>Die Zone hilft, Zeiten ohne Zone zu lesen. Keine gespeicherte Zeit wird je verschoben.</translation>
    </message>
</context>
<context>
    <name>SourceRow</name>
    <message>
        <source>counting…</source>
        <translation>wird gezählt …</translation>
    </message>
    <message>
        <source>Facts…</source>
        <translation>Angaben …</translation>
    </message>
    <message>
        <source>Facts of {0}</source>
        <translation>Angaben zu {0}</translation>
    </message>
    <message>
        <source>Exhibit number, seizure, acquisition, write blocker, time zone: all of it optional.</source>
        <translation>Asservatennummer, Sicherstellung, Sicherung, Schreibschutz, Zeitzone: alles freiwillig.</translation>
    </message>
    <message>
        <source>Take out {0}</source>
        <translation>{0} herausnehmen</translation>
    </message>
    <message>
        <source>Take out again; nothing has been stored yet.</source>
        <translation>Wieder herausnehmen; noch ist nichts gespeichert.</translation>
    </message>
    <message>
        <source> so far…</source>
        <translation> bisher …</translation>
    </message>
    <message numerus="yes">
        <source>%n name(s) cannot be read as files</source>
        <translation>
            <numerusform>%n Name ist nicht als Datei lesbar</numerusform>
            <numerusform>%n Namen sind nicht als Dateien lesbar</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SourceWords</name>
    <message>
        <source>Label</source>
        <translation>Kurzbezeichnung</translation>
    </message>
    <message>
        <source>Exhibit no.</source>
        <translation>Asservatennr.</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Kind of device</source>
        <translation>Art des Geräts</translation>
    </message>
    <message>
        <source>Serial number</source>
        <translation>Seriennummer</translation>
    </message>
    <message>
        <source>Seized on</source>
        <translation>Sichergestellt am</translation>
    </message>
    <message>
        <source>Seized at</source>
        <translation>Sichergestellt wo</translation>
    </message>
    <message>
        <source>Seized by</source>
        <translation>Sichergestellt von</translation>
    </message>
    <message>
        <source>Acquired with</source>
        <translation>Gesichert mit</translation>
    </message>
    <message>
        <source>Type of image</source>
        <translation>Art des Abbilds</translation>
    </message>
    <message>
        <source>Write blocker</source>
        <translation>Schreibschutz</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zeitzone</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Uhr</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>keine Angabe</translation>
    </message>
    <message>
        <source>mobile phone</source>
        <translation>Mobiltelefon</translation>
    </message>
    <message>
        <source>tablet</source>
        <translation>Tablet</translation>
    </message>
    <message>
        <source>computer</source>
        <translation>Computer</translation>
    </message>
    <message>
        <source>hard disk or SSD</source>
        <translation>Festplatte oder SSD</translation>
    </message>
    <message>
        <source>USB stick</source>
        <translation>USB-Stick</translation>
    </message>
    <message>
        <source>memory card</source>
        <translation>Speicherkarte</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>optical disc</source>
        <translation>CD, DVD oder Blu-ray</translation>
    </message>
    <message>
        <source>cloud storage</source>
        <translation>Cloud-Speicher</translation>
    </message>
    <message>
        <source>other</source>
        <translation>anderes</translation>
    </message>
    <message>
        <source>NO write blocker was used</source>
        <translation>KEIN Schreibschutz verwendet</translation>
    </message>
    <message>
        <source>write blocker unknown</source>
        <translation>Schreibschutz unbekannt</translation>
    </message>
    <message>
        <source>write blocker {0}</source>
        <translation>Schreibschutz {0}</translation>
    </message>
    <message>
        <source>clock right</source>
        <translation>Uhr richtig</translation>
    </message>
    <message>
        <source>clock {0} ahead</source>
        <translation>Uhr ging {0} vor</translation>
    </message>
    <message>
        <source>clock {0} behind</source>
        <translation>Uhr ging {0} nach</translation>
    </message>
    <message>
        <source>none was used</source>
        <translation>keiner verwendet</translation>
    </message>
    <message>
        <source>exhibit {0}</source>
        <translation>Asservatennr. {0}</translation>
    </message>
    <message>
        <source>time zone unknown</source>
        <translation>Zeitzone unbekannt</translation>
    </message>
</context>
<context>
    <name>SourcesPage</name>
    <message>
        <source>Nobody has stated anything of this source yet.</source>
        <translation>Zu diesem Asservat hat noch niemand etwas angegeben.</translation>
    </message>
    <message>
        <source>Source {0}: {1}</source>
        <translation>Asservat {0}: {1}</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>listed {0}</source>
        <translation>aufgelistet {0}</translation>
    </message>
    <message>
        <source>not listed yet</source>
        <translation>noch nicht aufgelistet</translation>
    </message>
    <message>
        <source>done again: {0}</source>
        <translation>wiederholt: {0}</translation>
    </message>
    <message>
        <source>undone: {0}</source>
        <translation>zurückgenommen: {0}</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Asservate</translation>
    </message>
    <message>
        <source>What people know of each source. It stands in the report; every change is recorded.</source>
        <translation>Was Menschen über jedes Asservat wissen. Es steht im Bericht; jede Änderung wird protokolliert.</translation>
    </message>
    <message>
        <source>Add evidence…</source>
        <translation>Asservate hinzufügen …</translation>
    </message>
    <message>
        <source>No source yet</source>
        <translation>Noch kein Asservat</translation>
    </message>
    <message>
        <source>Drag folders into this window. Your files are only read, never changed.</source>
        <translation>Ordner in dieses Fenster ziehen. Dateien werden nur gelesen, nie verändert.</translation>
    </message>
    <message>
        <source>How it came to be known</source>
        <translation>Wie es dazu kam</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Fact</source>
        <translation>Angabe</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Nothing is chosen</source>
        <translation>Nichts gewählt</translation>
    </message>
    <message>
        <source>Choose an item to see it here.</source>
        <translation>Wählen Sie einen Inhalt, um ihn hier zu sehen.</translation>
    </message>
    <message>
        <source>{0} · frame {1}</source>
        <translation>{0} · Einzelbild {1}</translation>
    </message>
    <message>
        <source>very small</source>
        <translation>sehr klein</translation>
    </message>
    <message>
        <source>bodies covered</source>
        <translation>Körper verdeckt</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>weichgezeichnet</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>grau</translation>
    </message>
    <message>
        <source>hold Space to see</source>
        <translation>Leertaste halten zum Sehen</translation>
    </message>
    <message>
        <source>Empty file: not one byte</source>
        <translation>Leere Datei, 0 Bytes</translation>
    </message>
    <message>
        <source>unknown type</source>
        <translation>unbekannte Art</translation>
    </message>
    <message>
        <source>Not analysed: nothing is known of it yet.</source>
        <translation>Nicht analysiert: Noch ist nichts darüber bekannt.</translation>
    </message>
    <message>
        <source>Nothing was found in it.</source>
        <translation>Darin wurde nichts gefunden.</translation>
    </message>
</context>
<context>
    <name>StagePixels</name>
    <message>
        <source>Not a picture, film or recording</source>
        <translation>Weder Bild noch Film noch Aufnahme</translation>
    </message>
    <message>
        <source>Words only</source>
        <translation>Nur Worte</translation>
    </message>
    <message>
        <source>It cannot be shown.</source>
        <translation>Er kann nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>This cannot be shown</source>
        <translation>Das kann nicht gezeigt werden</translation>
    </message>
    <message>
        <source>Nobody has looked for bodies in this item yet. Analyse it, or choose another rung.</source>
        <translation>In diesem Inhalt wurde noch nicht nach Körpern gesucht. Analysieren Sie ihn oder wählen Sie eine andere Stufe.</translation>
    </message>
    <message>
        <source>Bodies cannot be covered here</source>
        <translation>Körper können hier nicht verdeckt werden</translation>
    </message>
    <message>
        <source>Muted. U lets you hear it.</source>
        <translation>Stumm. U lässt Sie hören.</translation>
    </message>
    <message>
        <source>Sound, {0}</source>
        <translation>Ton, {0}</translation>
    </message>
    <message>
        <source>This cannot be heard</source>
        <translation>Das kann nicht abgespielt werden</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Wird geladen …</translation>
    </message>
</context>
<context>
    <name>StageTable</name>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n Meldung</numerusform>
            <numerusform>%n Meldungen</numerusform>
        </translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>übersprungen</translation>
    </message>
    <message>
        <source>done; {0} skipped</source>
        <translation>fertig; {0} übersprungen</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>done / total</source>
        <translation>fertig / gesamt</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>left</source>
        <translation>Rest</translation>
    </message>
    <message>
        <source>state</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>paused by you</source>
        <translation>von Ihnen angehalten</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>wird beendet</translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>nicht fertig</translation>
    </message>
    <message>
        <source>Listing and hashes</source>
        <translation>Auflisten und Hashwerte</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0} bis {1}</translation>
    </message>
    <message>
        <source>Skipped is not “nothing found”: the step could not run. The page “Models” names what it needs.</source>
        <translation>Übersprungen heißt nicht „nichts gefunden“: Der Schritt konnte nicht laufen. Was ihm fehlt, nennt die Seite „Modelle“.</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Find, decide, report. Evidence is only ever read; nothing leaves this computer.</source>
        <translation>Finden, entscheiden, berichten. Asservate werden nur gelesen; nichts verlässt diesen Rechner.</translation>
    </message>
    <message>
        <source>Recent cases</source>
        <translation>Zuletzt geöffnete Fälle</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>New case…</source>
        <translation>Neuer Fall …</translation>
    </message>
    <message>
        <source>Open case…</source>
        <translation>Fall öffnen …</translation>
    </message>
    <message>
        <source>Try the sample case…</source>
        <translation>Beispielfall ausprobieren …</translation>
    </message>
    <message>
        <source>New case</source>
        <translation>Neuer Fall</translation>
    </message>
    <message>
        <source>Sample case: try it</source>
        <translation>Beispielfall ausprobieren</translation>
    </message>
    <message>
        <source>Where shall the sample lie?</source>
        <translation>Wo soll das Beispiel liegen?</translation>
    </message>
    <message>
        <source>Making the sample…</source>
        <translation>Beispiel wird erzeugt …</translation>
    </message>
    <message>
        <source>Recent cases are not remembered on this computer. Settings › Privacy changes that.</source>
        <translation>Auf diesem Rechner werden keine Fälle gemerkt. Einstellungen › Diskretion ändert das.</translation>
    </message>
    <message>
        <source>Create a case or try the sample case.</source>
        <translation>Legen Sie einen Fall an oder öffnen Sie den Beispielfall.</translation>
    </message>
    <message>
        <source>No case yet</source>
        <translation>Noch kein Fall</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>The run</source>
        <translation>Der Lauf</translation>
    </message>
    <message>
        <source>Show the run</source>
        <translation>Lauf zeigen</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>Go on with the run</source>
        <translation>Lauf fortsetzen</translation>
    </message>
    <message>
        <source>Pause the run</source>
        <translation>Lauf anhalten</translation>
    </message>
    <message>
        <source>No run</source>
        <translation>Kein Lauf</translation>
    </message>
    <message>
        <source>Another program is analysing</source>
        <translation>Ein anderes Programm analysiert</translation>
    </message>
    <message>
        <source>Run: starting</source>
        <translation>Lauf: beginnt</translation>
    </message>
    <message>
        <source>Run: paused</source>
        <translation>Lauf: angehalten</translation>
    </message>
    <message>
        <source>Run: stopping</source>
        <translation>Lauf: wird beendet</translation>
    </message>
    <message>
        <source>Run: {0} %</source>
        <translation>Lauf: {0} %</translation>
    </message>
    <message>
        <source>Run: {0} files so far</source>
        <translation>Lauf: bisher {0} Dateien</translation>
    </message>
    <message>
        <source>Show the problems</source>
        <translation>Meldungen zeigen</translation>
    </message>
    <message>
        <source>Case cannot be written</source>
        <translation>Fall nicht beschreibbar</translation>
    </message>
    <message>
        <source>It lies on a medium without the right to write: it can be looked at, nothing can be decided.</source>
        <translation>Er liegt auf einem Datenträger ohne Schreibrecht: Ansehen geht, entscheiden nicht.</translation>
    </message>
    <message>
        <source>Network off</source>
        <translation>Netz aus</translation>
    </message>
    <message>
        <source>This program opens no connection: nothing leaves this computer.</source>
        <translation>Dieses Programm öffnet keine Verbindung: Nichts verlässt diesen Rechner.</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n Meldung</numerusform>
            <numerusform>%n Meldungen</numerusform>
        </translation>
    </message>
    <message>
        <source>less than a minute</source>
        <translation>unter einer Minute</translation>
    </message>
    <message>
        <source>{0} min left</source>
        <translation>noch {0} min</translation>
    </message>
    <message>
        <source>{0} min to {1} h left</source>
        <translation>noch {0} min bis {1} h</translation>
    </message>
    <message>
        <source>{0} to {1} h left</source>
        <translation>noch {0} bis {1} h</translation>
    </message>
</context>
<context>
    <name>StepForecast</name>
    <message>
        <source>Would be skipped for every item, with this reason: not installed here: {0}.</source>
        <translation>Würde für jeden Inhalt ausgelassen, mit diesem Grund: hier nicht installiert: {0}.</translation>
    </message>
    <message>
        <source>Would be skipped for every item: its models are not installed here.</source>
        <translation>Würde für jeden Inhalt ausgelassen: Seine Modelle sind hier nicht installiert.</translation>
    </message>
    <message>
        <source>The case has no item yet that this step looks at.</source>
        <translation>Der Fall hat noch keinen Inhalt, den dieser Schritt ansieht.</translation>
    </message>
    <message numerus="yes">
        <source>Nothing to do: all %n item(s) have results under these options.</source>
        <translation>
            <numerusform>Nichts zu tun: Der %n Inhalt hat ein Ergebnis unter diesen Optionen.</numerusform>
            <numerusform>Nichts zu tun: Alle %n Inhalte haben Ergebnisse unter diesen Optionen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n item(s) are looked at again: there are no results under exactly these options yet. Old ones stay.</source>
        <translation>
            <numerusform>Der %n Inhalt wird neu angesehen: Unter genau diesen Optionen gibt es noch kein Ergebnis. Alte bleiben.</numerusform>
            <numerusform>Alle %n Inhalte werden neu angesehen: Unter genau diesen Optionen gibt es noch keine Ergebnisse. Alte bleiben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) left to look at; the others have results under these options.</source>
        <translation>
            <numerusform>Noch %n Inhalt anzusehen; die anderen haben Ergebnisse unter diesen Optionen.</numerusform>
            <numerusform>Noch %n Inhalte anzusehen; die anderen haben Ergebnisse unter diesen Optionen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) to look at.</source>
        <translation>
            <numerusform>%n Inhalt anzusehen.</numerusform>
            <numerusform>%n Inhalte anzusehen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StepOptions</name>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>auto</translation>
    </message>
    <message>
        <source>“{0}” is no number. {1}</source>
        <translation>„{0}“ ist keine Zahl. {1}</translation>
    </message>
    <message>
        <source>“{0}” is no whole number. {1}</source>
        <translation>„{0}“ ist keine ganze Zahl. {1}</translation>
    </message>
    <message>
        <source>{0} is out of range. {1}</source>
        <translation>{0} liegt außerhalb. {1}</translation>
    </message>
    <message>
        <source>Name at least one, or write auto.</source>
        <translation>Mindestens eine nennen oder auto schreiben.</translation>
    </message>
    <message>
        <source>Not installed here: {0}. Choose another, or import it on the page “Models”.</source>
        <translation>Hier nicht installiert: {0}. Etwas anderes wählen oder auf der Seite „Modelle“ importieren.</translation>
    </message>
    <message>
        <source>Not known here: {0}. Write codes like de, ru, or choose from the list.</source>
        <translation>Hier nicht bekannt: {0}. Kürzel wie de, ru schreiben oder aus der Liste wählen.</translation>
    </message>
    <message>
        <source>“{0}” is not possible here. Choose from the list.</source>
        <translation>„{0}“ ist hier nicht möglich. Aus der Liste wählen.</translation>
    </message>
    <message>
        <source>Between {0} and {1}.</source>
        <translation>Zwischen {0} und {1}.</translation>
    </message>
    <message>
        <source>From {0} to {1}.</source>
        <translation>Von {0} bis {1}.</translation>
    </message>
    <message>
        <source>At least {0}.</source>
        <translation>Mindestens {0}.</translation>
    </message>
    <message>
        <source>More than {0}.</source>
        <translation>Mehr als {0}.</translation>
    </message>
    <message>
        <source>At most {0}.</source>
        <translation>Höchstens {0}.</translation>
    </message>
    <message>
        <source>Less than {0}.</source>
        <translation>Weniger als {0}.</translation>
    </message>
</context>
<context>
    <name>StepRow</name>
    <message>
        <source>All back to the preset</source>
        <translation>Alles wie im Profil</translation>
    </message>
    <message>
        <source>Fewer options</source>
        <translation>Weniger Optionen</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>Weitere Optionen</translation>
    </message>
    <message numerus="yes">
        <source>Options, %n changed</source>
        <translation>
            <numerusform>Optionen, %n geändert</numerusform>
            <numerusform>Optionen, %n geändert</numerusform>
        </translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>from this program</source>
        <translation>aus diesem Programm</translation>
    </message>
    <message>
        <source>from the case</source>
        <translation>aus dem Fall</translation>
    </message>
    <message>
        <source>for this run</source>
        <translation>für diesen Lauf</translation>
    </message>
    <message>
        <source>Options of the step {0}</source>
        <translation>Optionen des Schritts {0}</translation>
    </message>
</context>
<context>
    <name>StepSettings</name>
    <message>
        <source>every case</source>
        <translation>alle Fälle</translation>
    </message>
    <message>
        <source>this case</source>
        <translation>dieser Fall</translation>
    </message>
    <message>
        <source>next run</source>
        <translation>nächster Lauf</translation>
    </message>
    <message>
        <source>Options of the steps</source>
        <translation>Optionen der Schritte</translation>
    </message>
    <message>
        <source>every case on this computer</source>
        <translation>alle Fälle auf diesem Computer</translation>
    </message>
    <message>
        <source>this case only</source>
        <translation>nur diesen Fall</translation>
    </message>
    <message>
        <source>the next run</source>
        <translation>den nächsten Lauf</translation>
    </message>
    <message>
        <source>What the options hold for</source>
        <translation>Wofür die Optionen gelten</translation>
    </message>
    <message>
        <source>Hold for</source>
        <translation>Gelten für</translation>
    </message>
    <message>
        <source>What is chosen for the next run wins over the case, and the case over the computer.</source>
        <translation>Was für den nächsten Lauf gewählt ist, gilt vor dem Fall, und der Fall vor dem Computer.</translation>
    </message>
</context>
<context>
    <name>Storyboard</name>
    <message>
        <source>Storyboard</source>
        <translation>Bilderfolge</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
</context>
<context>
    <name>Subject</name>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>speech</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>transcript</source>
        <translation>Abschrift</translation>
    </message>
    <message>
        <source>doubtful transcript</source>
        <translation>zweifelhafte Abschrift</translation>
    </message>
    <message>
        <source>translation</source>
        <translation>Übersetzung</translation>
    </message>
    <message>
        <source>face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>female genital area, covered</source>
        <translation>weiblicher Genitalbereich, bedeckt</translation>
    </message>
    <message>
        <source>buttocks, bare</source>
        <translation>Gesäß, unbedeckt</translation>
    </message>
    <message>
        <source>female breast, bare</source>
        <translation>weibliche Brust, unbedeckt</translation>
    </message>
    <message>
        <source>female genitals, bare</source>
        <translation>weibliche Genitalien, unbedeckt</translation>
    </message>
    <message>
        <source>male chest, bare</source>
        <translation>männliche Brust, unbedeckt</translation>
    </message>
    <message>
        <source>anus, bare</source>
        <translation>Anus, unbedeckt</translation>
    </message>
    <message>
        <source>feet, bare</source>
        <translation>Füße, unbedeckt</translation>
    </message>
    <message>
        <source>belly, covered</source>
        <translation>Bauch, bedeckt</translation>
    </message>
    <message>
        <source>feet, covered</source>
        <translation>Füße, bedeckt</translation>
    </message>
    <message>
        <source>armpits, covered</source>
        <translation>Achseln, bedeckt</translation>
    </message>
    <message>
        <source>armpits, bare</source>
        <translation>Achseln, unbedeckt</translation>
    </message>
    <message>
        <source>belly, bare</source>
        <translation>Bauch, unbedeckt</translation>
    </message>
    <message>
        <source>male genitals, bare</source>
        <translation>männliche Genitalien, unbedeckt</translation>
    </message>
    <message>
        <source>anal area, covered</source>
        <translation>Analbereich, bedeckt</translation>
    </message>
    <message>
        <source>female breast, covered</source>
        <translation>weibliche Brust, bedeckt</translation>
    </message>
    <message>
        <source>buttocks, covered</source>
        <translation>Gesäß, bedeckt</translation>
    </message>
    <message>
        <source>unknown logo</source>
        <translation>unbekanntes Logo</translation>
    </message>
    <message>
        <source>rope</source>
        <translation>Seil</translation>
    </message>
    <message>
        <source>cuffs</source>
        <translation>Fesseln</translation>
    </message>
    <message>
        <source>tape</source>
        <translation>Klebeband</translation>
    </message>
    <message>
        <source>chains</source>
        <translation>Ketten</translation>
    </message>
    <message>
        <source>straps</source>
        <translation>Riemen</translation>
    </message>
    <message>
        <source>gag</source>
        <translation>Knebel</translation>
    </message>
    <message>
        <source>blindfold</source>
        <translation>Augenbinde</translation>
    </message>
    <message>
        <source>doubtful text</source>
        <translation>zweifelhafter Text</translation>
    </message>
    <message>
        <source>unread text</source>
        <translation>nicht gelesener Text</translation>
    </message>
    <message>
        <source>whole picture: classifier</source>
        <translation>ganzes Bild: Klassifikator</translation>
    </message>
    <message>
        <source>whole picture: graded low or higher</source>
        <translation>ganzes Bild: Stufe niedrig oder höher</translation>
    </message>
    <message>
        <source>whole picture: graded medium or higher</source>
        <translation>ganzes Bild: Stufe mittel oder höher</translation>
    </message>
    <message>
        <source>whole picture: graded high</source>
        <translation>ganzes Bild: Stufe hoch</translation>
    </message>
    <message>
        <source>combined indicator: explicit</source>
        <translation>Gesamtindikator: explizit</translation>
    </message>
    <message>
        <source>combined indicator: nude</source>
        <translation>Gesamtindikator: nackt</translation>
    </message>
    <message>
        <source>combined indicator: suggestive</source>
        <translation>Gesamtindikator: anzüglich</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table of items</source>
        <translation>Tabelle der Inhalte</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Columns as they were</source>
        <translation>Spalten wie zu Beginn</translation>
    </message>
</context>
<context>
    <name>TagBox</name>
    <message>
        <source>Tag</source>
        <translation>Schlagwort</translation>
    </message>
    <message>
        <source>A word; Enter puts it on</source>
        <translation>Ein Wort; Eingabe setzt es</translation>
    </message>
    <message>
        <source>Tags of this case</source>
        <translation>Schlagwörter dieses Falls</translation>
    </message>
</context>
<context>
    <name>Terms</name>
    <message>
        <source>has problems</source>
        <translation>mit Meldungen</translation>
    </message>
    <message>
        <source>has notes</source>
        <translation>mit Notizen</translation>
    </message>
    <message>
        <source>has text</source>
        <translation>mit Text</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>ausgeschlossen</translation>
    </message>
    <message>
        <source>has similar ones</source>
        <translation>hat ähnliche</translation>
    </message>
    <message>
        <source>top folder</source>
        <translation>oberster Ordner</translation>
    </message>
    <message>
        <source>second look</source>
        <translation>Zweitsicht</translation>
    </message>
    <message>
        <source>reviewed</source>
        <translation>gesichtet</translation>
    </message>
    <message>
        <source>has a note</source>
        <translation>mit Notiz</translation>
    </message>
    <message>
        <source>name belies the content</source>
        <translation>Name widerspricht dem Inhalt</translation>
    </message>
    <message>
        <source>name: {0}</source>
        <translation>Name: {0}</translation>
    </message>
    <message>
        <source>SHA-256 {0}…</source>
        <translation>SHA-256 {0}…</translation>
    </message>
    <message>
        <source>any finding: {0}</source>
        <translation>irgendein Befund: {0}</translation>
    </message>
    <message>
        <source>grade {0}</source>
        <translation>Einstufung {0}</translation>
    </message>
    <message>
        <source>tag {0}</source>
        <translation>Schlagwort {0}</translation>
    </message>
    <message>
        <source>verdict {0}</source>
        <translation>Urteil {0}</translation>
    </message>
    <message>
        <source>problem {0}</source>
        <translation>Meldung {0}</translation>
    </message>
    <message>
        <source>source {0}</source>
        <translation>Asservat {0}</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>copies</source>
        <translation>Fundstellen</translation>
    </message>
    <message>
        <source>similar to one another</source>
        <translation>einander ähnlich</translation>
    </message>
    <message numerus="yes">
        <source>%n chosen item(s)</source>
        <translation>
            <numerusform>%n gewählter Inhalt</numerusform>
            <numerusform>%n gewählte Inhalte</numerusform>
        </translation>
    </message>
    <message>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>not: {0}</source>
        <translation>nicht: {0}</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>Listen</translation>
    </message>
    <message>
        <source>Indicators</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Bezeichnungen</translation>
    </message>
    <message>
        <source>Highest score</source>
        <translation>Höchster Wert</translation>
    </message>
    <message>
        <source>Grade</source>
        <translation>Einstufung</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Asservate</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>All steps, the worst counts</source>
        <translation>Insgesamt, das Schlechteste zählt</translation>
    </message>
    <message>
        <source>Explicit content</source>
        <translation>Explizite Inhalte</translation>
    </message>
    <message>
        <source>Text in pictures</source>
        <translation>Text in Bildern</translation>
    </message>
    <message>
        <source>Restraint objects</source>
        <translation>Fesselungsgegenstände</translation>
    </message>
    <message>
        <source>Logos</source>
        <translation>Logos</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>Speech</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Search by meaning</source>
        <translation>Suche nach Bedeutung</translation>
    </message>
    <message>
        <source>As found</source>
        <translation>Wie gefunden</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Folder and name</source>
        <translation>Ordner und Name</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Time taken</source>
        <translation>Aufnahmezeit</translation>
    </message>
    <message>
        <source>Time changed</source>
        <translation>Änderungszeit</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Score: explicit</source>
        <translation>Wert: explizit</translation>
    </message>
    <message>
        <source>Score: nude</source>
        <translation>Wert: nackt</translation>
    </message>
    <message>
        <source>Score: suggestive</source>
        <translation>Wert: anzüglich</translation>
    </message>
    <message>
        <source>Number of findings</source>
        <translation>Zahl der Befunde</translation>
    </message>
    <message>
        <source>Amount of text</source>
        <translation>Textmenge</translation>
    </message>
    <message>
        <source>Number of copies</source>
        <translation>Zahl der Fundstellen</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Similar ones together</source>
        <translation>Ähnliche beieinander</translation>
    </message>
    <message>
        <source>The nearest first</source>
        <translation>Das Ähnlichste zuerst</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>not reviewed</source>
        <translation>nicht gesichtet</translation>
    </message>
    <message>
        <source>disputed</source>
        <translation>strittig</translation>
    </message>
</context>
<context>
    <name>TextPanel</name>
    <message>
        <source>Find in this text</source>
        <translation>In diesem Text suchen</translation>
    </message>
    <message>
        <source>Recognised text</source>
        <translation>Erkannter Text</translation>
    </message>
    <message>
        <source>Nobody has looked for text in this file yet.</source>
        <translation>In dieser Datei wurde noch nicht nach Text gesucht.</translation>
    </message>
    <message>
        <source>No text could be read: {0}</source>
        <translation>Es konnte kein Text gelesen werden: {0}</translation>
    </message>
    <message>
        <source>No text was found in this file.</source>
        <translation>In dieser Datei wurde kein Text gefunden.</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>perhaps no speech</source>
        <translation>vielleicht keine Sprache</translation>
    </message>
    <message>
        <source>repeats itself</source>
        <translation>wiederholt sich</translation>
    </message>
    <message>
        <source>guessed</source>
        <translation>geraten</translation>
    </message>
    <message>
        <source>not the same every time</source>
        <translation>nicht jedes Mal gleich</translation>
    </message>
    <message>
        <source>time uncertain</source>
        <translation>Zeit unsicher</translation>
    </message>
    <message>
        <source>language uncertain</source>
        <translation>Sprache unsicher</translation>
    </message>
    <message>
        <source>Doubtful: {0}</source>
        <translation>Zweifelhaft: {0}</translation>
    </message>
</context>
<context>
    <name>TranscriptPanel</name>
    <message>
        <source>Somebody speaks here. It was not written down: no Whisper pack was installed, or none wanted.</source>
        <translation>Hier wird gesprochen. Aufgeschrieben wurde es nicht: Es war kein Whisper-Paket installiert oder keines gewünscht.</translation>
    </message>
    <message>
        <source>{0}, {1} sure</source>
        <translation>{0}, Sicherheit {1}</translation>
    </message>
    <message>
        <source>Machine transcript: words may be wrong or invented. Quote from the recording.</source>
        <translation>Maschinelle Abschrift: Wörter können falsch oder erfunden sein. Aus der Aufnahme zitieren.</translation>
    </message>
    <message>
        <source>Nobody has listened to this file yet.</source>
        <translation>Diese Datei hat noch niemand angehört.</translation>
    </message>
    <message>
        <source>It could not be listened to: {0}</source>
        <translation>Sie konnte nicht angehört werden: {0}</translation>
    </message>
    <message>
        <source>No speech was found in this file.</source>
        <translation>In dieser Datei wurde keine Sprache gefunden.</translation>
    </message>
    <message>
        <source>Find in what is said</source>
        <translation>Im Gesagten suchen</translation>
    </message>
    <message>
        <source>What is said</source>
        <translation>Was gesagt wird</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>What was just done</source>
        <translation>Was gerade geschah</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>Views</name>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Sichten</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Asservate</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>New case</source>
        <translation>Neuer Fall</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>Erste Schritte</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Kacheln</translation>
    </message>
    <message>
        <source>Single item</source>
        <translation>Einzeln</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
</context>
<context>
    <name>WhyPanel</name>
    <message>
        <source>From score</source>
        <translation>Ab Wert</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Filter the list by this threshold, while the slider moves</source>
        <translation>Liste nach dieser Schwelle filtern, während der Regler sich bewegt</translation>
    </message>
    <message>
        <source>Filter the list by this threshold</source>
        <translation>Liste nach dieser Schwelle filtern</translation>
    </message>
    <message numerus="yes">
        <source>%n finding(s)</source>
        <translation>
            <numerusform>%n Befund</numerusform>
            <numerusform>%n Befunde</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing here for: {0}</source>
        <translation>Hier nichts für: {0}</translation>
    </message>
    <message>
        <source>Not looked for, because models are not installed: {0}</source>
        <translation>Nicht gesucht, weil Modelle nicht installiert sind: {0}</translation>
    </message>
    <message>
        <source>nothing was looked for</source>
        <translation>nichts gesucht</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>nichts gefunden</translation>
    </message>
    <message>
        <source>{0}, no indicator</source>
        <translation>{0}, kein Hinweis</translation>
    </message>
    <message>
        <source>Not analysed yet: nobody has looked for anything in this file.</source>
        <translation>Noch nicht analysiert: In dieser Datei wurde noch nichts gesucht.</translation>
    </message>
</context>
<context>
    <name>WizardPage</name>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Asservate</translation>
    </message>
    <message>
        <source>Hash lists</source>
        <translation>Hashlisten</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>Analyse</translation>
    </message>
    <message>
        <source>Comfort and grading</source>
        <translation>Schonung und Einstufung</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>New case</source>
        <translation>Neuer Fall</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>Nothing is stored before the last step.</source>
        <translation>Vor dem letzten Schritt wird nichts gespeichert.</translation>
    </message>
    <message>
        <source>Only what has no result yet under the chosen settings is worked on; old results stay.</source>
        <translation>Bearbeitet wird nur, was unter den gewählten Einstellungen noch kein Ergebnis hat; alte Ergebnisse bleiben.</translation>
    </message>
    <message>
        <source>Create only</source>
        <translation>Nur anlegen</translation>
    </message>
    <message>
        <source>Add evidence only</source>
        <translation>Nur Asservate hinzufügen</translation>
    </message>
    <message>
        <source>Create and start</source>
        <translation>Anlegen und starten</translation>
    </message>
    <message>
        <source>Start the run</source>
        <translation>Lauf starten</translation>
    </message>
    <message>
        <source>No evidence chosen yet: it can be added later.</source>
        <translation>Noch kein Asservat gewählt: Das geht auch später.</translation>
    </message>
</context>
<context>
    <name>_BeginStep</name>
    <message>
        <source>Where to begin</source>
        <translation>Womit anfangen</translation>
    </message>
    <message>
        <source>Sample case</source>
        <translation>Beispielfall</translation>
    </message>
    <message>
        <source>Made on this computer from drawn pictures: nothing in it burdens anybody.</source>
        <translation>Auf diesem Computer aus gezeichneten Bildern erzeugt: nichts darin belastet jemanden.</translation>
    </message>
    <message>
        <source>New case</source>
        <translation>Neuer Fall</translation>
    </message>
    <message>
        <source>Four short steps. Folders of evidence can be dropped on the window at any time.</source>
        <translation>Vier kurze Schritte. Ordner mit Asservaten können jederzeit auf das Fenster gezogen werden.</translation>
    </message>
    <message>
        <source>Open a case</source>
        <translation>Fall öffnen</translation>
    </message>
    <message>
        <source>A case is one folder; it can be dropped on the window, too.</source>
        <translation>Ein Fall ist ein Ordner; auch er kann auf das Fenster gezogen werden.</translation>
    </message>
    <message>
        <source>Two keys for everything else</source>
        <translation>Zwei Tasten für alles andere</translation>
    </message>
    <message>
        <source>shows all keys; in the settings each can be changed</source>
        <translation>zeigt alle Tasten; in den Einstellungen lässt sich jede ändern</translation>
    </message>
    <message>
        <source>finds whatever can be done by a few letters of it; these pages, too</source>
        <translation>findet alles, was man tun kann, nach wenigen Buchstaben; auch diese Seiten</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n gewählt</numerusform>
            <numerusform>%n gewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>({0} of them not in this list)</source>
        <translation>(davon {0} nicht in dieser Liste)</translation>
    </message>
    <message>
        <source>{0} shown</source>
        <translation>{0} gezeigt</translation>
    </message>
    <message>
        <source>{0} matching</source>
        <translation>{0} passend</translation>
    </message>
    <message>
        <source>{0} in the case</source>
        <translation>{0} im Fall</translation>
    </message>
    <message>
        <source>{0} graded ({1} %)</source>
        <translation>{0} eingestuft ({1} %)</translation>
    </message>
</context>
<context>
    <name>_DropZone</name>
    <message>
        <source>Drag folders into this window. Your files are only read, never changed.</source>
        <translation>Ordner in dieses Fenster ziehen. Dateien werden nur gelesen, nie verändert.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen …</translation>
    </message>
</context>
<context>
    <name>_LookStep</name>
    <message>
        <source>Language and look</source>
        <translation>Sprache und Aussehen</translation>
    </message>
    <message>
        <source>Language of the screen</source>
        <translation>Sprache des Bildschirms</translation>
    </message>
    <message>
        <source>Reports have their own language.</source>
        <translation>Berichte haben eine eigene Sprache.</translation>
    </message>
    <message>
        <source>like the system</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Dark is easier on the eyes beside pictures.</source>
        <translation>Dunkel ist neben Bildern angenehmer für die Augen.</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>Size of text</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>Everything grows with it.</source>
        <translation>Alles wächst mit.</translation>
    </message>
    <message>
        <source>What Asservat never does</source>
        <translation>Was Asservat nie tut</translation>
    </message>
    <message>
        <source>It never writes to evidence: not to its bytes, not to its folders, not to its times.</source>
        <translation>Es schreibt nie in Asservate: nicht in Dateien, nicht in Ordner, nicht in Zeitstempel.</translation>
    </message>
    <message>
        <source>It never goes online: no telemetry, no update check, no download while it works.</source>
        <translation>Es geht nie ins Netz: keine Telemetrie, keine Suche nach Updates, kein Herunterladen bei der Arbeit.</translation>
    </message>
    <message>
        <source>It never decides: the machine proposes, you decide, and both are kept apart.</source>
        <translation>Es entscheidet nie: Die Maschine schlägt vor, Sie entscheiden, und beides bleibt getrennt.</translation>
    </message>
</context>
<context>
    <name>_ModelsStep</name>
    <message>
        <source>What can be analysed</source>
        <translation>Was analysiert werden kann</translation>
    </message>
    <message>
        <source>Looking, grading, notes and reports need no models. Each step of the analysis needs its own; they come with the installation or are carried here as packs, never over the network.</source>
        <translation>Ansehen, Einstufen, Notizen und Berichte brauchen keine Modelle. Jeder Schritt der Analyse braucht eigene; sie kommen mit der Installation oder werden als Pakete hierher getragen, nie über das Netz.</translation>
    </message>
    <message>
        <source>Open the page of models</source>
        <translation>Seite der Modelle öffnen</translation>
    </message>
    <message>
        <source>Looking at what this computer can do…</source>
        <translation>Es wird geprüft, was dieser Computer kann …</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
</context>
<context>
    <name>_Section</name>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>geschlossen</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weiterer</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_SeeingStep</name>
    <message>
        <source>Keys to remember</source>
        <translation>Tasten zum Merken</translation>
    </message>
    <message>
        <source>hides everything at once; the same key brings it back</source>
        <translation>blendet sofort alles aus; dieselbe Taste holt es zurück</translation>
    </message>
    <message>
        <source>shows the item as it is, for as long as the key is held</source>
        <translation>zeigt den Inhalt, wie er ist, solange die Taste gehalten wird</translation>
    </message>
    <message>
        <source>blurs what is flagged, everything, nothing</source>
        <translation>zeichnet weich: was markiert ist, alles, nichts</translation>
    </message>
    <message>
        <source>takes the colours away</source>
        <translation>nimmt die Farben weg</translation>
    </message>
    <message>
        <source>switches the sound on and off</source>
        <translation>schaltet den Ton ein und aus</translation>
    </message>
</context>
</TS>

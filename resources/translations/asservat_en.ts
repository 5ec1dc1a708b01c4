<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>Acts</name>
    <message numerus="yes">
        <source>Unmasked material for %n minute(s) today. A break would do no harm.</source>
        <translation>
            <numerusform>Unmasked material for %n minute today. A break would do no harm.</numerusform>
            <numerusform>Unmasked material for %n minutes today. A break would do no harm.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Graded %n item(s) as {0}</source>
        <translation>
            <numerusform>Graded %n item as {0}</numerusform>
            <numerusform>Graded %n items as {0}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took the grade from %n item(s)</source>
        <translation>
            <numerusform>Took the grade from %n item</numerusform>
            <numerusform>Took the grade from %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Tagged %n item(s) “{0}”</source>
        <translation>
            <numerusform>Tagged %n item “{0}”</numerusform>
            <numerusform>Tagged %n items “{0}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took the tag “{0}” from %n item(s)</source>
        <translation>
            <numerusform>Took the tag “{0}” from %n item</numerusform>
            <numerusform>Took the tag “{0}” from %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Wrote a note to %n item(s)</source>
        <translation>
            <numerusform>Wrote a note to %n item</numerusform>
            <numerusform>Wrote a note to %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Flagged %n item(s) for a second look</source>
        <translation>
            <numerusform>Flagged %n item for a second look</numerusform>
            <numerusform>Flagged %n items for a second look</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took the flag from %n item(s)</source>
        <translation>
            <numerusform>Took the flag from %n item</numerusform>
            <numerusform>Took the flag from %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Marked %n item(s) as reviewed</source>
        <translation>
            <numerusform>Marked %n item as reviewed</numerusform>
            <numerusform>Marked %n items as reviewed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Marked %n item(s) as not reviewed</source>
        <translation>
            <numerusform>Marked %n item as not reviewed</numerusform>
            <numerusform>Marked %n items as not reviewed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Excluded %n item(s)</source>
        <translation>
            <numerusform>Excluded %n item</numerusform>
            <numerusform>Excluded %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took %n item(s) back in</source>
        <translation>
            <numerusform>Took %n item back in</numerusform>
            <numerusform>Took %n items back in</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Settled %n problem(s)</source>
        <translation>
            <numerusform>Settled %n problem</numerusform>
            <numerusform>Settled %n problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Took up %n problem(s) again</source>
        <translation>
            <numerusform>Took up %n problem again</numerusform>
            <numerusform>Took up %n problems again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changed %n fact(s) of “{0}”</source>
        <translation>
            <numerusform>Changed %n fact of “{0}”</numerusform>
            <numerusform>Changed %n facts of “{0}”</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Columns</name>
    <message numerus="yes">
        <source>%n similar picture(s)</source>
        <translation>
            <numerusform>%n similar picture</numerusform>
            <numerusform>%n similar pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message numerus="yes">
        <source>Comparing %n item(s)</source>
        <translation>
            <numerusform>Comparing %n item</numerusform>
            <numerusform>Comparing %n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n film(s)</source>
        <translation>
            <numerusform>%n film</numerusform>
            <numerusform>%n films</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sound(s)</source>
        <translation>
            <numerusform>%n sound</numerusform>
            <numerusform>%n sounds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n other</numerusform>
            <numerusform>%n others</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EngineLine</name>
    <message numerus="yes">
        <source>{0} of %n step(s) ready</source>
        <translation>
            <numerusform>{0} of %n step ready</numerusform>
            <numerusform>{0} of %n steps ready</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EvidenceStep</name>
    <message numerus="yes">
        <source>%n file(s) left out: drop the folder they lie in.</source>
        <translation>
            <numerusform>%n file left out: drop the folder they lie in.</numerusform>
            <numerusform>%n files left out: drop the folder they lie in.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FacesDialog</name>
    <message numerus="yes">
        <source>%n rejected</source>
        <translation>
            <numerusform>%n rejected</numerusform>
            <numerusform>%n rejected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n candidate(s)</source>
        <translation>
            <numerusform>%n candidate</numerusform>
            <numerusform>%n candidates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n face(s) compared</source>
        <translation>
            <numerusform>%n face compared</numerusform>
            <numerusform>%n faces compared</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n described by another model and not compared</source>
        <translation>
            <numerusform>%n described by another model and not compared</numerusform>
            <numerusform>%n described by another model and not compared</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n too small to be compared</source>
        <translation>
            <numerusform>%n too small to be compared</numerusform>
            <numerusform>%n too small to be compared</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The items of %n candidate(s). A likeness, no identification.</source>
        <translation>
            <numerusform>The item of %n candidate. A likeness, no identification.</numerusform>
            <numerusform>The items of %n candidates. A likeness, no identification.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryDialog</name>
    <message numerus="yes">
        <source>{0}
%n found</source>
        <translation>
            <numerusform>{0}
%n found</numerusform>
            <numerusform>{0}
%n found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Added. %n possible matches in what is analysed already.</source>
        <translation>
            <numerusform>Added. %n possible match in what is analysed already.</numerusform>
            <numerusform>Added. %n possible matches in what is analysed already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Removed, with %n findings.</source>
        <translation>
            <numerusform>Removed, with %n finding.</numerusform>
            <numerusform>Removed, with %n findings.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n findings stay, because somebody has decided about them.</source>
        <translation>
            <numerusform>%n finding stays, because somebody has decided about it.</numerusform>
            <numerusform>%n findings stay, because somebody has decided about them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Gauges</name>
    <message numerus="yes">
        <source>{0} of {1}; this program {2} in %n process(es)</source>
        <translation>
            <numerusform>{0} of {1}; this program {2} in %n process</numerusform>
            <numerusform>{0} of {1}; this program {2} in %n processes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HashList</name>
    <message numerus="yes">
        <source>%n item(s) of the case are in this list</source>
        <translation>
            <numerusform>%n item of the case is in this list</numerusform>
            <numerusform>%n items of the case are in this list</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message numerus="yes">
        <source>{0} of %n step(s) can run here.</source>
        <translation>
            <numerusform>{0} of %n step can run here.</numerusform>
            <numerusform>{0} of %n steps can run here.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NoteBox</name>
    <message numerus="yes">
        <source>Note to %n item(s)</source>
        <translation>
            <numerusform>Note to %n item</numerusform>
            <numerusform>Note to %n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message numerus="yes">
        <source>Looking again at %n result(s)</source>
        <translation>
            <numerusform>Looking again at %n result</numerusform>
            <numerusform>Looking again at %n results</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more had other settings: retry again after this run.</source>
        <translation>
            <numerusform>%n more had other settings: retry again after this run.</numerusform>
            <numerusform>%n more had other settings: retry again after this run.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PacksPanel</name>
    <message numerus="yes">
        <source>%n pack(s) read in full: every SHA-256 is right.</source>
        <translation>
            <numerusform>%n pack read in full: every SHA-256 is right.</numerusform>
            <numerusform>%n packs read in full: every SHA-256 is right.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProblemsPage</name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more file(s)</source>
        <translation>
            <numerusform>… and %n more file</numerusform>
            <numerusform>… and %n more files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry selected (%n)</source>
        <translation>
            <numerusform>Retry selected (%n)</numerusform>
            <numerusform>Retry selected (%n)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry this kind (%n)</source>
        <translation>
            <numerusform>Retry this kind (%n)</numerusform>
            <numerusform>Retry this kind (%n)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Why do %n file(s) stay out? The report says so.</source>
        <translation>
            <numerusform>Why do %n file stay out? The report says so.</numerusform>
            <numerusform>Why do %n files stay out? The report says so.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecentRow</name>
    <message numerus="yes">
        <source>%n evidence item(s)</source>
        <translation>
            <numerusform>%n evidence item</numerusform>
            <numerusform>%n evidence items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReportPreview</name>
    <message numerus="yes">
        <source>Preview, %n page(s)</source>
        <translation>
            <numerusform>Preview, %n page</numerusform>
            <numerusform>Preview, %n pages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message numerus="yes">
        <source>%n new · update</source>
        <translation>
            <numerusform>%n new · update</numerusform>
            <numerusform>%n new · update</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n no longer match · update</source>
        <translation>
            <numerusform>%n no longer matches · update</numerusform>
            <numerusform>%n no longer match · update</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Similar</name>
    <message numerus="yes">
        <source>The %n nearest, the first with {0}. A hint, not a finding.</source>
        <translation>
            <numerusform>The %n nearest, with {0}. A hint, not a finding.</numerusform>
            <numerusform>The %n nearest, the first with {0}. A hint, not a finding.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The %n nearest, the first with {0}; {1} near, {2} weaker. A hint, not a finding.</source>
        <translation>
            <numerusform>The %n nearest, with {0}; {1} near, {2} weaker. A hint, not a finding.</numerusform>
            <numerusform>The %n nearest, the first with {0}; {1} near, {2} weaker. A hint, not a finding.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SourceRow</name>
    <message numerus="yes">
        <source>%n name(s) cannot be read as files</source>
        <translation>
            <numerusform>%n name cannot be read as files</numerusform>
            <numerusform>%n names cannot be read as files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SourcesPage</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StageTable</name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StepForecast</name>
    <message numerus="yes">
        <source>Nothing to do: all %n item(s) have results under these options.</source>
        <translation>
            <numerusform>Nothing to do: the %n item has a result under these options.</numerusform>
            <numerusform>Nothing to do: all %n items have results under these options.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n item(s) are looked at again: there are no results under exactly these options yet. Old ones stay.</source>
        <translation>
            <numerusform>The %n item is looked at again: there is no result under exactly these options yet. Old ones stay.</numerusform>
            <numerusform>All %n items are looked at again: there are no results under exactly these options yet. Old ones stay.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) left to look at; the others have results under these options.</source>
        <translation>
            <numerusform>%n item left to look at; the others have results under these options.</numerusform>
            <numerusform>%n items left to look at; the others have results under these options.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) to look at.</source>
        <translation>
            <numerusform>%n item to look at.</numerusform>
            <numerusform>%n items to look at.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StepRow</name>
    <message numerus="yes">
        <source>Options, %n changed</source>
        <translation>
            <numerusform>Options, %n changed</numerusform>
            <numerusform>Options, %n changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Terms</name>
    <message numerus="yes">
        <source>%n chosen item(s)</source>
        <translation>
            <numerusform>%n chosen item</numerusform>
            <numerusform>%n chosen items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WhyPanel</name>
    <message numerus="yes">
        <source>%n finding(s)</source>
        <translation>
            <numerusform>%n finding</numerusform>
            <numerusform>%n findings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Section</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
</TS>

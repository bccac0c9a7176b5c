//! Any text as a catalog and as capacity rules: mistakes are told, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tierguard::catalog::Catalog;
use tierguard::measure::Rules;
use tierguard::source::SourceFile;

fuzz_target!(|text: &str| {
    let files = [SourceFile::new("policies/catalog.hcl", text)];
    if let Ok((catalog, _)) = Catalog::load(&files) {
        let _ = tierguard::catalog::diff(&catalog, &catalog);
    }
    // All shipped rules are compiled beside one's own, which takes its time.
    if !["resource", "weightless", "opaque"].iter().any(|word| text.contains(word)) {
        return;
    }
    let rules = [SourceFile::new("policies/capacity/own.hcl", text)];
    let (rules, _) = Rules::with(&rules, &[]);
    for of in ["aws_instance", "own_thing", "kubernetes_pod"] {
        let _ = rules.explain(of);
    }
});

//! Any text as an expression and as a template: it ends, without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tierguard::lang::{NoNames, eval, parse, parse_alone};
use tierguard::source::SourceFile;

fuzz_target!(|text: &str| {
    let file = SourceFile::new("x.hcl", text);
    for expr in [parse(&file), parse_alone(&file)].into_iter().flatten() {
        if let Ok(value) = eval(&expr, &NoNames) {
            assert!(value == value.clone(), "equality is total");
        }
    }
});

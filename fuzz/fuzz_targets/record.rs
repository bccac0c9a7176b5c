//! Any text as an approval record and as a file of deals: mistakes are told, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tierguard::approve::Approval;
use tierguard::read::deal::{holds_deals, read_deals};
use tierguard::source::SourceFile;

fuzz_target!(|text: &str| {
    let _ = Approval::parse(&SourceFile::new("approvals/CR-1.hcl", text), "CR-1");
    let file = SourceFile::new("deals/q4.hcl", text);
    if holds_deals(&file) {
        let _ = read_deals(&[file]);
    }
});

//! Any text as a root module that calls another: evaluated to the end, without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tierguard::measure::{Links, Memo, Rules, measure};
use tierguard::read::module::{Options, read_root};
use tierguard::source::repository::InMemory;

static RULES: LazyLock<Rules> = LazyLock::new(Rules::shipped);

fuzz_target!(|text: &str| {
    // Files of one tree, cut at a line that no configuration has.
    let mut parts = text.split("\n---\n");
    let names = ["main.tf", "m/main.tf", "terraform.tfvars", "override.tf"];
    let files = names.iter().zip(&mut parts);
    let tree = InMemory::new(files.map(|(name, text)| (*name, text)));
    let Ok(root) = read_root(&tree, "", &Options::default()) else {
        return;
    };
    let targets = root.targets(&*RULES);
    let links = Links::new(&RULES, &targets);
    let evaluated = root.evaluate(&*RULES, 1, || |instance| instance);
    let mut memo = Memo::default();
    for instance in evaluated.rows.iter().take(100) {
        let _ = measure(&RULES, &links, &mut memo, "root", instance);
        let _ = root.written_at(&instance.address, "instance_type");
    }
});

//! Whatever stands in the files, evaluating ends, and without a panic.

use super::cases::cases;
use super::generate::Random;
use crate::lang::Value;
use crate::read::module::{Options, read_root};
use crate::read::{AttributeSet, Interest};
use crate::source::repository::InMemory;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

struct Inputs;

impl Interest for Inputs {
    fn attributes(&self, _: &str) -> Option<&AttributeSet> {
        static SET: LazyLock<AttributeSet> = LazyLock::new(|| AttributeSet::new(["input"]));
        Some(&SET)
    }

    fn looks_at(&self, resource_type: &str) -> BTreeSet<Arc<str>> {
        BTreeSet::from([resource_type.into()])
    }
}

/// Pieces that mean something.
const PIECES: [&str; 28] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "${",
    "%{",
    "\n",
    " = ",
    "null",
    "each.value",
    "count = 1e9\n",
    "for_each = toset([1])\n",
    "module",
    "local.a",
    "[*]",
    ".0",
    "...",
    "?",
    ":",
    "-",
    "<<EOT\n",
    "\u{feff}",
    "é",
    "99999999999999999999",
    "source = \"./m\"\n",
];

fn mutated(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(chars.len() + 1);
        match random.below(4) {
            0 => {
                let end = (at + random.below(12)).min(chars.len());
                chars.drain(at..end);
            }
            1 => {
                let end = (at + random.below(60)).min(chars.len());
                let piece: Vec<char> = chars[at..end].to_vec();
                let to = random.below(chars.len() + 1);
                chars.splice(to..to, piece);
            }
            2 => {
                let piece = random.one_of(&PIECES);
                chars.splice(at..at, piece.chars());
            }
            _ => {
                let other = random.below(chars.len() + 1);
                if at < chars.len() && other < chars.len() {
                    chars.swap(at, other);
                }
            }
        }
    }
    chars.into_iter().collect()
}

#[test]
fn nothing_makes_it_panic() {
    let cases = cases();
    let mut random = Random::new(7);
    for _ in 0..1500 {
        let case = &cases[random.below(cases.len())];
        let mut files = case.files.clone();
        for text in files.values_mut() {
            *text = mutated(text, &mut random);
        }
        let tree = InMemory::new(files);
        let Ok(root) = read_root(&tree, "", &Options::default()) else {
            continue;
        };
        let targets = root.targets(&Inputs);
        let evaluated = root.evaluate(&Inputs, 1, || |instance| instance);
        for instance in evaluated.rows.iter().take(50) {
            drop(root.written_at(&instance.address, "input"));
            drop(targets.refer(instance, "input.x[0]"));
            assert!(
                !matches!(instance.after.attribute("input"), Some(value) if Value::is_null(value))
            );
        }
    }
}

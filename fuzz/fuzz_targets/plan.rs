//! Any bytes as a plan or state: read, followed and measured without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tierguard::measure::{Links, Memo, Rules, measure};
use tierguard::read::{Contents, Options, survey};
use tierguard::source::input::Input;

static RULES: LazyLock<Rules> = LazyLock::new(Rules::shipped);

fuzz_target!(|data: &[u8]| {
    let options = Options {
        root: "root".to_owned(),
        allow_partial: data.len() % 2 == 0,
    };
    let input = Input::memory("plan.json", data.to_vec());
    let Ok(Contents::Resources(surveyed)) = survey(input, &*RULES, &options) else {
        return;
    };
    let links = Links::new(&RULES, &*surveyed);
    let mut memo = Memo::default();
    let _ = surveyed.instances(&*RULES, &mut |instance| {
        let measured = measure(&RULES, &links, &mut memo, "root", &instance);
        for one in measured.after.iter() {
            assert!(one.max.high.is_none_or(|high| high >= one.max.low));
        }
    });
});

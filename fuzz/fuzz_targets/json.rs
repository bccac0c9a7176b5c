//! The streaming reader beside serde_json: what one takes the other takes, and both see the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tierguard::read::json::{DEEPEST, Json, Reader};

fuzz_target!(|data: &[u8]| {
    // A buffer of a few bytes, so that everything is cut in two somewhere.
    let size = data.first().map_or(1, |byte| usize::from(*byte % 40) + 1);
    let mut skipping = Reader::with(data, size, 0);
    let skipped = skipping.skip().and_then(|()| skipping.finish());
    let mut reading = Reader::with(data, size, 0);
    let read = reading.tree().and_then(|tree| reading.finish().map(|()| tree));
    let theirs: Result<Value, _> = serde_json::from_slice(data);

    // They stop at 128 brackets, this reader at its own bound; and it refuses keys that occur
    // twice where it reads them.
    let depth = data.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
    if depth >= 100.min(DEEPEST) {
        return;
    }
    match (&skipped, &theirs) {
        (Ok(()), Err(error)) => {
            // A number beyond all floats is JSON all the same.
            assert!(error.to_string().contains("number out of range"), "{error}");
        }
        (Err(error), Ok(_)) => panic!("only they take it: {error:?}"),
        _ => {}
    }
    if let (Ok(read), Ok(theirs)) = (&read, &theirs) {
        assert!(same(read, theirs), "{read:?} is not {theirs:?}");
    }
});

fn same(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Number(a), Value::Number(b)) => {
            a.parse::<f64>().ok() == b.to_string().parse::<f64>().ok()
        }
        (Json::String(a), Value::String(b)) => **a == **b,
        (Json::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, value)| b.get(&**name).is_some_and(|other| same(value, other)))
        }
        _ => false,
    }
}

use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// Hands out a few bytes at a time, so that every token is cut somewhere.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(self.1).min(buffer.len());
        let (now, later) = self.0.split_at(n);
        buffer[..n].copy_from_slice(now);
        self.0 = later;
        Ok(n)
    }
}

fn skip(text: &[u8], size: usize, drip: usize) -> Result<()> {
    let mut reader = Reader::with(Drip(text, drip), size, 0);
    reader.skip()?;
    reader.finish()
}

fn tree(text: &[u8], size: usize, drip: usize) -> Result<Json> {
    let mut reader = Reader::with(Drip(text, drip), size, 0);
    let json = reader.tree()?;
    reader.finish()?;
    Ok(json)
}

fn same(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Number(a), Value::Number(b)) => {
            serde_json::from_str::<serde_json::Number>(a).unwrap() == *b
        }
        (Json::String(a), Value::String(b)) => **a == **b,
        (Json::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Value::Object(b)) => {
            a.len() == b.len() && (a.iter().zip(b)).all(|(a, b)| *a.0 == **b.0 && same(&a.1, b.1))
        }
        _ => false,
    }
}

/// Fails unless `text` is taken or refused as serde_json does, whole and skipped alike.
fn agrees(text: &[u8], size: usize, drip: usize) {
    let shown = String::from_utf8_lossy(text);
    let theirs = serde_json::from_slice::<Value>(text);
    match (skip(text, size, drip), &theirs) {
        (Ok(()), Ok(_)) => {}
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{shown}\nours: {ours:?}\ntheirs: {theirs:?}"),
    }
    match (tree(text, size, drip), &theirs) {
        (Ok(ours), Ok(theirs)) => assert!(same(&ours, theirs), "{shown}\n{ours:?}"),
        (Err(ours), Ok(_)) => {
            assert!(
                matches!(ours.fault(), Fault::Repeated(_)),
                "{shown}\n{ours:?}"
            );
        }
        (Err(_), Err(_)) => {}
        (Ok(_), Err(theirs)) => panic!("{shown}\n{theirs:?}"),
    }
}

const SMALL: &str = r#" {"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"a.b[\"x\"]","values":{"a":1.50e+3,"b":[true,false,null,-0,0.1]},"s":"\u00e9é\ud83d\ude00\n"}]}},"resource_changes":[],"deep":[[[{"a":[{}]}]]],"errored":false}
"#;

#[test]
fn each_kind_of_value_is_read_as_it_is() {
    for drip in [1, 2, 3, 7, 1000] {
        agrees(SMALL.as_bytes(), 1, drip);
    }
}

#[test]
fn what_is_no_json_is_refused_wherever_it_stands() {
    let bad = [
        "",
        " ",
        "nul",
        "nulls",
        "truefalse",
        "tru",
        "+1",
        "01",
        "-",
        "-a",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "'a'",
        "\"a",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1]",
        "1 2",
        "{}{}",
        "{} x",
        "/**/1",
        "\u{feff}1",
        "[1,\u{0}2]",
        "1\u{0}",
        "\u{a0}1",
        "\"\\",
        "\"\\u",
        "// comment\n1",
    ];
    for text in bad {
        for drip in [1, 1000] {
            agrees(text.as_bytes(), 1, drip);
            agrees(format!("{{\"a\":[{text}]}}").as_bytes(), 1, drip);
        }
    }
    for bytes in [
        &b"\"\xff\""[..],
        b"\"\xc3\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xf0\x9f\x98\"",
        b"\"a\xc3",
    ] {
        for drip in [1, 1000] {
            agrees(bytes, 1, drip);
        }
    }
}

#[test]
fn errors_name_the_byte() {
    let at = |text: &str| {
        let error = skip(text.as_bytes(), 1, 3).unwrap_err();
        (error.at(), error.to_string())
    };
    let neither = "neither a comma nor the right closing bracket";
    assert_eq!(at(r#"{"a": [1, 2}"#), (11, neither.to_owned()));
    assert_eq!(
        at(r#"{"a": 1} x"#),
        (9, "text follows behind the value".to_owned())
    );
    let end = "the text ends in the middle of a value";
    for text in [
        r#"{"a": "#,
        r#"{"a": "b"#,
        r#"{"a": tr"#,
        r#"{"a": "\u00"#,
        r#"{"a": "\"#,
        r#"{"a": -"#,
        r#"{"a": 1."#,
    ] {
        let (_, why) = at(text);
        assert_eq!(why, end, "{text}");
    }
    let (byte, why) = at("[\"\u{1}\"]");
    assert_eq!((byte, &*why), (2, "a control character in a string"));
}

#[test]
fn brackets_nest_only_so_deep() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
        assert!(skip(nested(DEEPEST).as_bytes(), 64, 64).is_ok());
        assert!(tree(nested(DEEPEST).as_bytes(), 64, 64).is_ok());
        let error = skip(nested(DEEPEST + 1).as_bytes(), 64, 64).unwrap_err();
        assert!(matches!(error.fault(), Fault::Deep));
        let error = tree(nested(100_000).as_bytes(), 64, 64).unwrap_err();
        assert!(matches!(error.fault(), Fault::Deep));
    }
}

#[test]
fn only_what_is_kept_is_limited_in_length() {
    let long = format!("\"{}\"", "x".repeat(3 * LONGEST));
    assert!(skip(long.as_bytes(), BUFFER, BUFFER).is_ok());
    let error = tree(long.as_bytes(), BUFFER, BUFFER).unwrap_err();
    assert!(matches!(error.fault(), Fault::Long));
    let some = format!("\"{}\"", "x".repeat(LONGEST / 2));
    assert!(tree(some.as_bytes(), BUFFER, BUFFER).is_ok());
}

#[test]
fn a_key_that_is_read_may_occur_once() {
    let read = |text: &str| {
        let mut reader = Reader::with(text.as_bytes(), 1, 0);
        let mut seen = Seen::default();
        let mut found = String::new();
        reader.open_object("")?;
        while let Some(name) = reader.field(&["a", "b"], &mut seen)? {
            found.push_str(name);
            reader.skip()?;
        }
        reader.finish().map(|()| found)
    };
    assert_eq!(
        read(r#"{"x":1,"b":[{}],"x":2,"a":{"a":1,"a":2}}"#).unwrap(),
        "ba"
    );
    for text in [r#"{"a":1,"b":2,"a":3}"#, r#"{"a":1,"\u0061":3}"#] {
        let error = read(text).unwrap_err();
        assert_eq!(error.to_string(), "the key `a` occurs twice in one object");
    }
}

#[test]
fn values_of_another_kind_are_told() {
    let mut reader = Reader::new(&b"{\"a\": [1]}"[..]);
    reader.open_object("").unwrap();
    reader.key().unwrap();
    let error = reader.string("address").unwrap_err();
    assert_eq!(
        (error.at(), &*error.to_string()),
        (6, "expected a string for `address`")
    );
    let error = Reader::new(&b"nul"[..]).string("address").unwrap_err();
    assert_eq!(error.to_string(), "the text ends in the middle of a value");
}

#[test]
fn raw_values_are_what_is_written() {
    let text = br#"[ {"a" : [1, "x\u0041"] } ,2]"#;
    for drip in [1, 100] {
        let mut reader = Reader::with(Drip(text, drip), 1, 0);
        reader.open_array("").unwrap();
        assert!(reader.element().unwrap());
        assert_eq!(reader.raw().unwrap(), br#"{"a" : [1, "x\u0041"] }"#);
        assert!(reader.element().unwrap());
        assert_eq!(reader.number("").unwrap(), "2");
        assert!(!reader.element().unwrap());
        reader.finish().unwrap();
    }
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let json = tree(br#"{"password": ["hunter2", 42]}"#, 1, 1).unwrap();
    assert_eq!(format!("{json:?}"), r#"{"password": [string, number]}"#);
}

/// One small change somewhere in a text.
#[derive(Clone, Debug)]
enum Edit {
    Cut(prop::sample::Index, usize),
    Put(prop::sample::Index, Vec<u8>),
    Flip(prop::sample::Index, u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let piece = prop::sample::select(vec![
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "0",
        "1",
        "-",
        ".",
        "e",
        "E5",
        " ",
        "\n",
        "\u{0}",
        "true",
        "null",
        "\\u",
        "\\ud83d",
        "\\ude00",
        "é",
        "😀",
        "\"a\":",
        "{}",
        "[]",
        "\"x\"",
        "//",
        "9999999999999999999999",
    ]);
    prop_oneof![
        (any::<prop::sample::Index>(), 1..4_usize).prop_map(|(at, n)| Edit::Cut(at, n)),
        (any::<prop::sample::Index>(), piece).prop_map(|(at, text)| Edit::Put(at, text.into())),
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Edit::Flip(at, byte)),
    ]
}

fn edited(text: &str, edits: &[Edit]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for edit in edits {
        let at = |index: &prop::sample::Index| index.index(bytes.len().saturating_add(1));
        match edit {
            Edit::Cut(index, n) => {
                let from = at(index);
                let to = from.saturating_add(*n).min(bytes.len());
                bytes.drain(from..to);
            }
            Edit::Put(index, text) => {
                let at = at(index);
                bytes.splice(at..at, text.iter().copied());
            }
            Edit::Flip(index, byte) => {
                let at = at(index);
                bytes.splice(at..at.saturating_add(1).min(bytes.len()), [*byte]);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edited_plans_are_judged_as_serde_json_does(
        edits in prop::collection::vec(edit(), 1..4),
        size in 1..80_usize,
        drip in 1..80_usize,
    ) {
        agrees(&edited(SMALL, &edits), size, drip);
    }

    #[test]
    fn arbitrary_bytes_are_judged_as_serde_json_does(
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        drip in 1..10_usize,
    ) {
        agrees(&bytes, 1, drip);
    }
}

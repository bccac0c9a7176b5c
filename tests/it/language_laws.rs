//! Laws of the expression language: it never panics, never runs away, and what it says of a
//! value that is not known yet holds of whatever that value turns out to be.

use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tierguard::lang::Members;
use tierguard::lang::{
    self, Expr, Found, LangError, Number, Path, Refinement, Scope, Type, Value, convert,
    unknown_variable,
};
use tierguard::source::{SourceFile, Span};

/// Names and their values.
#[derive(Clone, Default)]
struct Names(BTreeMap<&'static str, Value>);

impl Scope for Names {
    fn variable(&self, path: &Path) -> Result<Found, LangError> {
        match self.0.get(path.root()) {
            Some(value) => Ok(Found {
                value: value.clone(),
                used: 0,
            }),
            None => Err(unknown_variable(path.root())),
        }
    }
}

fn parsed(text: &str) -> Result<Expr, LangError> {
    lang::parse(&SourceFile::new("law", text))
}

fn value(text: &str, names: &Names) -> Result<Value, LangError> {
    lang::eval(&parsed(text)?, names)
}

/// Writes expressions, one choice after the other.
struct Writer(u64);

impl Writer {
    fn below(&mut self, count: usize) -> usize {
        // Knuth's multiplier; the high bits are the good ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// A pattern with its holes filled (there is no `try` and no `can`, whose attempts can succeed
    /// now and fail later): `S` a string, `N` a number, `B` a truth value, `L` a
    /// list, `M` a map or object, `A` anything.
    fn filled(&mut self, pattern: &str, depth: usize) -> String {
        let mut out = String::new();
        for c in pattern.chars() {
            match c {
                'S' | 'N' | 'B' | 'L' | 'M' | 'A' => out.push_str(&self.expression(c, depth)),
                other => out.push(other),
            }
        }
        out
    }

    fn expression(&mut self, kind: char, depth: usize) -> String {
        let leaves: &[&str] = match kind {
            'S' => &["s", "e", "\"a\"", "\"\"", "z", "w"],
            'N' => &["n", "k", "0", "2", "-1", "1.5"],
            'B' => &["b", "true", "false", "c"],
            'L' => &["l", "t", "u", "[]", "[\"a\"]", "q"],
            'M' => &["m", "o", "{}", "{a=\"a\"}"],
            _ => &["s", "n", "b", "l", "t", "m", "o", "u", "z", "null", "q"],
        };
        if depth == 0 || self.below(6) == 0 {
            return self.one_of(leaves).to_owned();
        }
        let patterns: &[&str] = match kind {
            'S' => &[
                "upper(S)",
                "lower(S)",
                "\"x${S}\"",
                "\"${S}y\"",
                "\"${S}\"",
                "join(S, L)",
                "substr(S, N, N)",
                "replace(S, S, S)",
                "trimspace(S)",
                "format(\"%s-%v\", S, A)",
                "strrev(S)",
                "title(S)",
                "chomp(S)",
                "indent(2, S)",
                "trim(S, S)",
                "L[0]",
                "L[N]",
                "M.a",
                "M[S]",
                "lookup(M, S, S)",
                "element(L, N)",
                "B ? S : S",
                "coalesce(S, S)",
                "tostring(A)",
                "jsonencode(A)",
                "one(L)",
                "base64encode(S)",
                "sha1(S)",
                "trimprefix(S, S)",
                "trimsuffix(S, S)",
                "\"%{ if B }S%{ else }S%{ endif }\"",
                "\"%{ for x in L }${x}%{ endfor }\"",
                "yamlencode(A)",
                "max(N, N)",
                "keys(M)[0]",
                "provider::terraform::encode_expr(A)",
                "base64decode(base64encode(S))",
                "(S)",
            ],
            'N' => &[
                "N + N",
                "N - N",
                "N * N",
                "N / N",
                "N % N",
                "-N",
                "length(L)",
                "length(M)",
                "length(S)",
                "max(N, N)",
                "min(N, N, N)",
                "abs(N)",
                "ceil(N)",
                "floor(N)",
                "B ? N : N",
                "sum(L)",
                "tonumber(A)",
                "signum(N)",
                "index(L, A)",
                "parseint(S, 16)",
                "pow(N, 2)",
                "log(N, 2)",
                "element(L, 0)",
                "(N)",
                "length(A)",
            ],
            'B' => &[
                "A == A",
                "A != A",
                "N < N",
                "N >= N",
                "N <= N",
                "N > N",
                "!B",
                "B && B",
                "B || B",
                "contains(L, A)",
                "B ? B : B",
                "startswith(S, S)",
                "endswith(S, S)",
                "strcontains(S, S)",
                "alltrue(L)",
                "anytrue(L)",
                "tobool(A)",
                "S == S",
                "A == null",
                "L == L",
                "(B)",
                "issensitive(A)",
            ],
            'L' => &[
                "[A, A]",
                "[for x in L : x]",
                "[for x in L : x if B]",
                "[for k, x in M : \"${k}${x}\"]",
                "L[*]",
                "A[*]",
                "concat(L, L)",
                "compact(L)",
                "distinct(L)",
                "flatten([L, L])",
                "flatten([L, A])",
                "reverse(L)",
                "slice(L, 0, N)",
                "sort(L)",
                "split(S, S)",
                "keys(M)",
                "values(M)",
                "range(N)",
                "tolist(L)",
                "toset(L)",
                "setunion(L, L)",
                "setintersection(L, L)",
                "setsubtract(L, L)",
                "chunklist(L, 1)",
                "B ? L : L",
                "coalescelist(L, L)",
                "matchkeys(L, L, L)",
                "formatlist(\"%s!\", L)",
                "setproduct(L, L)",
                "[for x in L : B ? x : x]",
                "M[*]",
                "range(0, N, 2)",
            ],
            'M' => &[
                "{a = A}",
                "{a = A, b = A}",
                "{for x in L : x => x}",
                "{for k, x in M : k => x}",
                "{for x in L : \"k\" => x...}",
                "merge(M, M)",
                "tomap(M)",
                "zipmap(L, L)",
                "B ? M : M",
                "{(S) = A}",
                "transpose({a = L})",
                "{for k, x in M : k => x if B}",
            ],
            _ => &["S", "N", "B", "L", "M"],
        };
        let pattern = self.one_of(patterns);
        self.filled(pattern, depth.saturating_sub(1))
    }
}

fn text(value: &str) -> Value {
    Value::string(value)
}

fn names() -> Names {
    let object = |a: Value, b: Value| {
        Value::object(Members::from([(Arc::from("a"), a), (Arc::from("b"), b)]))
    };
    let map = convert(&object(text("x"), text("a")), &Type::map(Type::String)).unwrap();
    let list = Value::tuple(vec![text("b"), text("a"), text("b")]);
    Names(BTreeMap::from([
        ("s", text("ab c")),
        ("e", text("")),
        ("w", text("12")),
        ("z", Value::null_of(Type::String)),
        ("n", Value::number(3)),
        ("k", Value::number(0)),
        ("b", Value::bool(true)),
        ("c", Value::bool(false)),
        ("l", convert(&list, &Type::list(Type::String)).unwrap()),
        ("u", convert(&list, &Type::set(Type::String)).unwrap()),
        ("t", Value::tuple(vec![Value::number(1), text("a")])),
        ("q", Value::tuple(Vec::new())),
        ("m", map),
        ("o", object(Value::number(1), text("z"))),
    ]))
}

/// The names, some of them unknown, as `mask` says; some of those are at least not null.
fn partly_unknown(names: &Names, mask: u64) -> Names {
    let unknown = |(at, (name, value)): (usize, (&&'static str, &Value))| {
        let bits = mask >> (2 * at) & 3;
        let unknown = Value::unknown_of(value.type_of());
        let value = match bits {
            0 | 1 => value.clone(),
            2 if !value.is_null() => unknown.refine(Refinement::not_null),
            _ => unknown,
        };
        (*name, value)
    };
    Names(names.0.iter().enumerate().map(unknown).collect())
}

/// Whether a value that is not wholly known has a type that one that is known can have.
fn agree(actual: &Type, said: &Value) -> bool {
    let of = said.type_of();
    of.to_string().contains("dynamic") || of == *actual
}

/// Why a value is not one of those that another, partly unknown, stands for.
fn contradiction(actual: &Value, said: &Value) -> Option<String> {
    let differ = |what: &str| Some(format!("{what}: {actual} is not {said}"));
    if !said.is_known() {
        if said.is_never_null() && actual.is_null() {
            return differ("null");
        }
        let low = said.lower_bound().zip(actual.as_number());
        let high = said.upper_bound().zip(actual.as_number());
        if low.is_some_and(|(low, actual)| actual < low)
            || high.is_some_and(|(high, actual)| actual > high)
        {
            return differ("out of bounds");
        }
        if let Some(refinement) = said.refinement() {
            let prefix = refinement.prefix.as_deref().unwrap_or("");
            if actual
                .as_str()
                .is_some_and(|actual| !actual.starts_with(prefix))
            {
                return differ(&format!("does not begin with {prefix:?}"));
            }
            let length = actual
                .elements()
                .map(<[Value]>::len)
                .or(actual.entries().map(Members::len));
            let most = refinement.max_length.unwrap_or(usize::MAX);
            if length.is_some_and(|length| length < refinement.min_length || length > most) {
                return differ("length");
            }
        }
        return None;
    }
    if !actual.is_known() {
        // `timestamp()` and the like stay unknown in both.
        return None;
    }
    if said.is_null() || actual.is_null() {
        return (said.is_null() != actual.is_null()).then(|| format!("{actual} is not {said}"));
    }
    if let (Some(a), Some(b)) = (actual.entries(), said.entries()) {
        if !a.keys().eq(b.keys()) {
            return differ("keys");
        }
        return a
            .values()
            .zip(b.values())
            .find_map(|(a, b)| contradiction(a, b));
    }
    if let (Some(a), Some(b)) = (actual.elements(), said.elements()) {
        if matches!(said.type_of(), Type::Set(_)) && !said.is_wholly_known() {
            // Elements that are unknown may turn out to be equal.
            return (a.len() > b.len()).then(|| format!("{actual} is not {said}"));
        }
        if a.len() != b.len() {
            return differ("length");
        }
        return a.iter().zip(b).find_map(|(a, b)| contradiction(a, b));
    }
    // Zero is also less than zero, to look at: `-1 * 0`.
    if actual.as_number().is_some() && actual.as_number() == said.as_number() {
        return None;
    }
    // Where a branch of a conditional has no type yet, the other is not converted to it.
    let text = |value: &Value| convert(&value.deep_unmarked(), &Type::String).ok();
    (text(actual) != text(said)).then(|| format!("{actual} is not {said}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_of_unknown_values_holds_of_the_actual_ones(seed in any::<u64>(), mask in any::<u64>()) {
        let mut writer = Writer(seed);
        let expression = writer.expression('A', 4);
        // Where an unknown element of a set comes when its turn is, Terraform does not know either.
        let in_turn = ["for x", "[*]", "flatten", "concat", "reverse", "slice", "chunk"].iter().any(|word| expression.contains(word));
        if in_turn && expression.contains("set") {
            return Ok(());
        }
        let names = names();
        let unknown = partly_unknown(&names, mask);
        let actual = value(&expression, &names);
        let said = value(&expression, &unknown);
        // A branch that fails has no type, until it is unknown whether it does; and where a type is
        // not known yet, the other types alone decide what they have in common. And a value that
        // may be null may be no element at all to `[*]`.
        let guessed = ["[*]", "?", "%{", " if ", "set", "coalesce"]
            .iter()
            .any(|word| expression.contains(word));
        match (actual, said) {
            (Ok(actual), Ok(said)) => {
                let same_type = guessed || agree(&actual.type_of(), &said);
                prop_assert!(same_type, "{}: {} is not {}", expression, actual.type_of(), said.type_of());
                let why = contradiction(&actual, &said);
                prop_assert!(why.is_none(), "{}: {}", expression, why.unwrap_or_default());
            }
            // What fails for every value may be said early; the actual value has to fail as well,
            // unless it is never asked for: with an unknown condition both branches count.
            (Ok(actual), Err(error)) if !guessed => {
                prop_assert!(false, "{}: is {} and yet {}", expression, actual, error);
            }
            _ => {}
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(
        soup in proptest::collection::vec(prop_oneof![
            "[a-z]{1,3}", "[0-9]{1,4}", "\\PC", "[ \t\n\r]",
            Just("${".to_owned()), Just("%{".to_owned()), Just("}".to_owned()), Just("{".to_owned()),
            Just("\"".to_owned()), Just("<<EOT\n".to_owned()), Just("\nEOT\n".to_owned()),
            Just("<<-E\n".to_owned()), Just("for x in ".to_owned()), Just(" => ".to_owned()),
            Just("...".to_owned()), Just("[*]".to_owned()), Just(".*".to_owned()), Just("if ".to_owned()),
            Just("endif".to_owned()), Just("else".to_owned()), Just("endfor".to_owned()), Just("~}".to_owned()),
            Just("(".to_owned()), Just(")".to_owned()), Just("[".to_owned()), Just("]".to_owned()),
            Just("=".to_owned()), Just("==".to_owned()), Just("?".to_owned()), Just(":".to_owned()),
            Just(",".to_owned()), Just(".".to_owned()), Just("::".to_owned()), Just("\\u00".to_owned()),
            Just("/*".to_owned()), Just("*/".to_owned()), Just("#".to_owned()), Just("$${".to_owned()),
            Just("1e9".to_owned()), Just("-".to_owned()), Just("!".to_owned()), Just("&&".to_owned()),
            Just("max(".to_owned()), Just("null".to_owned()), Just("s".to_owned()),
        ], 0..24)
    ) {
        let soup = soup.concat();
        let file = SourceFile::new("law", soup.clone());
        let names = names();
        for expr in [lang::parse(&file), lang::parse_template(&soup, &file.at(0..soup.len()))].into_iter().flatten() {
            let _ = lang::eval(&expr, &names);
            let _ = lang::type_constraint(&expr);
        }
        if let Err(error) = lang::parse_body(&file) {
            prop_assert!(!error.summary().is_empty());
            // The place is one in the text, whatever the error.
            if let Some(Span { range, .. }) = error.span() {
                prop_assert!(soup.get(range.clone()).is_some(), "{:?} in {:?}", range, soup);
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_argument_makes_a_function_panic(
        name in proptest::sample::select(lang::function_names().collect::<Vec<_>>()),
        arguments in proptest::collection::vec(prop_oneof![
            "\\PC{0,6}", "[-+0-9.e/:TZ]{0,12}", "[%+#0-9.*sdvqxftc\\[\\]]{0,6}", "[\\[\\](){}|*+?^$\\\\a-c.:-]{0,8}",
            "[\\[\\]{}\",:a-z0-9 \n&*!|>-]{0,16}", "[A-Za-z0-9+/=]{0,12}",
        ], 0..4),
        kinds in proptest::collection::vec(0..8_u8, 4),
    ) {
        let mut names = Names::default();
        let mut written = Vec::new();
        for (at, argument) in arguments.iter().enumerate() {
            let name = ["a", "b", "c", "d"][at];
            let plain = Value::string(argument.as_str());
            let value = match kinds[at] {
                0 => Value::number(Number::parse(argument).unwrap_or_else(|| Number::from(-7))),
                1 => Value::tuple(vec![plain.clone(), Value::null(), plain]),
                2 => Value::object(Members::from([(Arc::from(argument.as_str()), plain)])),
                3 => Value::unknown_of(Type::String),
                4 => Value::null(),
                5 => Value::strings([argument.as_str(), "x"]),
                _ => plain,
            };
            names.0.insert(name, value);
            written.push(name);
        }
        let _ = value(&format!("{name}({})", written.join(", ")), &names);
    }

    #[test]
    fn numbers_are_read_as_they_are_written(mantissa in any::<i64>(), exponent in -40..40_i32) {
        let number = Number::parse(&format!("{mantissa}e{exponent}")).unwrap();
        prop_assert_eq!(Number::parse(&number.to_string()), Some(number.clone()));
        let text = convert(&Value::number(number.clone()), &Type::String).unwrap();
        let back = convert(&text, &Type::Number).unwrap();
        prop_assert_eq!(back.as_number(), Some(&number));
    }

    #[test]
    fn what_is_encoded_is_decoded_again(strings in proptest::collection::vec("\\PC{0,8}", 0..4), number in any::<i32>()) {
        let mut names = Names::default();
        let value_of = |names: &Names, text: &str| value(text, names).unwrap();
        let list = Value::tuple(strings.iter().map(|s| Value::string(s.as_str())).collect());
        let object = Value::object(Members::from([
            (Arc::from("list"), list),
            (Arc::from("n"), Value::number(i64::from(number))),
            (Arc::from("none"), Value::null()),
        ]));
        names.0.insert("o", object);
        // The language normalizes strings as it reads them.
        let object = value_of(&names, "jsondecode(jsonencode(o))");
        names.0.insert("o", object);
        let plain = value_of(&names, "{for k, v in o : k => v}");
        for there_and_back in ["jsondecode(jsonencode(o))", "yamldecode(yamlencode(o))"] {
            let back = value_of(&names, there_and_back);
            prop_assert_eq!(value_of(&names, "jsonencode(o)"), {
                names.0.insert("back", back);
                value_of(&names, "jsonencode(back)")
            }, "{} of {}", there_and_back, plain);
        }
        let same = value_of(&names, "[for s in o.list : base64decode(base64encode(s)) == s]");
        prop_assert!(same.elements().unwrap().iter().all(|same| same.as_bool() == Some(true)));
        let same = value_of(&names, "tolist(toset(o.list)) == sort(distinct(o.list))");
        // An empty list that was never anything else is one of no type in particular.
        prop_assert_eq!(same.as_bool(), Some(!strings.is_empty()));
    }
}

/// Evaluates what would take all time or memory there is.
fn fails_fast(text: &str) {
    let start = Instant::now();
    let error = value(text, &names()).unwrap_err();
    assert!(!error.summary().is_empty());
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{text} took {took:?}");
}

#[test]
fn what_would_never_end_is_an_error() {
    fails_fast("range(1e9)");
    fails_fast("length(range(1e18))");
    fails_fast("format(\"%1000000000d\", 1)");
    fails_fast("format(\"%*d\", 2000000000, 1)");
    fails_fast("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]");
    fails_fast("can([for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]])");
    fails_fast("setproduct(range(1000), range(1000), range(1000))");
    fails_fast("indent(1000000000, \"\\n\")");
    fails_fast("1e999999999");
    fails_fast(
        "[for s in [join(\"\", [for i in range(1000) : \"xxxxxxxxxxxxxxxxxxxx\"])] : [for i in range(1000) : [for j in range(100) : \"${s}${s}${s}${s}${s}\"]]]",
    );
    fails_fast(
        "replace(join(\"\", [for i in range(1000) : \"aaaaaaaaaaaaaaaaaaaa\"]), \"a\", join(\"\", [for i in range(1000) : \"aaaaaaaaaaaaaaaaaaaa\"]))",
    );
    fails_fast(
        "cidrsubnets(\"::/0\", [for i in range(100000) : 32]...) == regexall(\"(a*)*b\", join(\"\", [for i in range(900000) : \"aaaaaaaaaaaaaaaaaaaa\"]))",
    );
}

#[test]
fn what_is_nested_without_end_is_an_error() {
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("{a=", "}"),
        ("\"${", "}\""),
        ("-", ""),
        ("!", ""),
        ("a[", "]"),
        ("[for x in ", ": x]"),
        ("max(", ")"),
        ("true ? ", " : 1"),
        ("\"%{ if true }", "%{ endif }\""),
    ] {
        for depth in [60, 200, 3000, 100_000] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let _ = value(&text, &names());
        }
    }
    let long = format!("1{}", " + 1".repeat(100_000));
    let _ = value(&long, &names());
    let chain = format!("o{}", ".a".repeat(100_000));
    let _ = value(&chain, &names());
    let chain = format!("true ? 1 : {}2", "false ? 1 : ".repeat(10_000));
    let _ = value(&chain, &names());
}

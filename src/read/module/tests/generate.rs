//! Makes up configurations as people write them: sizes from maps, counts and conditions,
//! modules with inputs. The same seed gives the same text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Numbers that look random and depend on nothing but where they start.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def0)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((x ^ (x >> 31)) % n.max(1) as u64).unwrap()
    }

    pub(super) fn one_of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The names that expressions of a module may use, by the type of their values.
#[derive(Clone, Default)]
struct Names {
    numbers: Vec<String>,
    texts: Vec<String>,
    flags: Vec<String>,
    /// Lists of numbers.
    lists: Vec<String>,
    /// Maps of objects with `size`, `gib` and `on`.
    maps: Vec<String>,
    /// Known only after apply: text.
    computed: Vec<String>,
}

struct Maker {
    random: Random,
    names: Names,
    /// Whether what is known only after apply may be used.
    may_be_unknown: bool,
}

const SIZES: [&str; 5] = [
    "t3.small",
    "m5.large",
    "m5.4xlarge",
    "c6i.4xlarge",
    "r5.2xlarge",
];

impl Maker {
    fn number(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.chance(30) {
            return match self.random.below(4) {
                0 => self.random.below(12).to_string(),
                1 => format!("{}", (self.random.below(40) + 1) * 25),
                2 if !self.names.numbers.is_empty() => {
                    let at = self.random.below(self.names.numbers.len());
                    self.names.numbers[at].clone()
                }
                _ => format!("\"{}\"", self.random.below(9)),
            };
        }
        let d = depth - 1;
        match self.random.below(16) {
            0 => format!("{} + {}", self.number(d), self.number(d)),
            1 => format!("{} * {}", self.number(d), self.number(d)),
            2 => format!("({} - {})", self.number(d), self.number(d)),
            3 => format!("max({}, {})", self.number(d), self.number(d)),
            4 => format!("min({}, {}, 7)", self.number(d), self.number(d)),
            5 => format!(
                "({} ? {} : {})",
                self.flag(d),
                self.number(d),
                self.number(d)
            ),
            6 => format!("length({})", self.list(d)),
            7 => format!("length({})", self.map(d)),
            8 => format!("ceil({} / 3)", self.number(d)),
            9 => format!("coalesce(null, {})", self.number(d)),
            10 => format!("try({}[0], {})", self.list(d), self.number(d)),
            11 => format!("sum(concat([1], {}))", self.list(d)),
            12 => format!(
                "lookup({{ a = {} }}, {}, {})",
                self.number(d),
                self.text(d),
                self.number(d)
            ),
            13 => format!("sum([for m in values({}) : m.gib])", self.nonempty(d)),
            14 => format!("tonumber(\"{}\")", self.random.below(100)),
            _ => format!("abs({} - 5)", self.number(d)),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if self.may_be_unknown && !self.names.computed.is_empty() && self.random.chance(12) {
            let at = self.random.below(self.names.computed.len());
            return self.names.computed[at].clone();
        }
        if depth == 0 || self.random.chance(30) {
            return match self.random.below(3) {
                0 => format!("\"{}\"", self.random.one_of(&SIZES)),
                1 if !self.names.texts.is_empty() => {
                    let at = self.random.below(self.names.texts.len());
                    self.names.texts[at].clone()
                }
                _ => format!(
                    "\"{}\"",
                    self.random.one_of(&["a", "b", "prod", "x-y", "ü"])
                ),
            };
        }
        let d = depth - 1;
        match self.random.below(9) {
            0 => format!("\"${{{}}}-${{{}}}\"", self.text(d), self.number(d)),
            1 => format!("({} ? {} : {})", self.flag(d), self.text(d), self.text(d)),
            2 => format!("upper({})", self.text(d)),
            3 => format!("format(\"%s.%d\", {}, 3)", self.text(d)),
            4 => format!("join(\"-\", [{}, {}])", self.text(d), self.text(d)),
            5 => format!(
                "lookup({{ a = \"m5.large\", b = \"t3.small\" }}, {}, \"r5.large\")",
                self.text(d)
            ),
            6 => format!("try({}[\"web\"].size, {})", self.map(d), self.text(d)),
            7 => format!("replace({}, \"a\", \"o\")", self.text(d)),
            _ => format!("tostring({})", self.number(d)),
        }
    }

    fn flag(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.chance(20) {
            if !self.names.flags.is_empty() && self.random.chance(60) {
                let at = self.random.below(self.names.flags.len());
                return self.names.flags[at].clone();
            }
            return self
                .random
                .one_of(&["true", "false", "\"true\""])
                .to_owned();
        }
        let d = depth - 1;
        match self.random.below(7) {
            0 => format!("{} > {}", self.number(d), self.number(d)),
            1 => format!("{} == {}", self.text(d), self.text(d)),
            2 => format!("contains([\"a\", \"prod\"], {})", self.text(d)),
            3 => format!("!({})", self.flag(d)),
            4 => format!("({} && {})", self.flag(d), self.flag(d)),
            5 => format!("can({}[\"db\"])", self.map(d)),
            _ => format!("length({}) > 1", self.list(d)),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.chance(30) {
            if !self.names.lists.is_empty() && self.random.chance(60) {
                let at = self.random.below(self.names.lists.len());
                return self.names.lists[at].clone();
            }
            let items: Vec<String> = (0..self.random.below(4))
                .map(|n| ((n + 1) * 50).to_string())
                .collect();
            return format!("[{}]", items.join(", "));
        }
        let d = depth - 1;
        match self.random.below(6) {
            0 => format!(
                "[for n in {} : n * 2 if n > {}]",
                self.list(d),
                self.random.below(90)
            ),
            1 => format!("concat({}, {})", self.list(d), self.list(d)),
            2 => format!("range({})", self.random.below(4)),
            3 => format!("[for k, m in {} : m.gib]", self.map(d)),
            4 => format!("distinct({})", self.list(d)),
            _ => format!("({} ? {} : [])", self.flag(d), self.list(d)),
        }
    }

    /// A map that has something in it.
    fn nonempty(&mut self, depth: usize) -> String {
        format!(
            "merge({{ z = {{ size = \"m5.large\", gib = 10, on = true }} }}, {})",
            self.map(depth)
        )
    }

    fn map(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.chance(30) {
            if !self.names.maps.is_empty() && self.random.chance(75) {
                let at = self.random.below(self.names.maps.len());
                return self.names.maps[at].clone();
            }
            let size = self.random.one_of(&SIZES);
            let gib = (self.random.below(9) + 1) * 10;
            return format!("{{ web = {{ size = \"{size}\", gib = {gib}, on = true }} }}");
        }
        let d = depth - 1;
        match self.random.below(3) {
            0 => format!("{{ for k, m in {} : k => m if m.on }}", self.map(d)),
            1 => format!("merge({}, {})", self.map(d), self.map(d)),
            _ => format!(
                "{{ for k, m in {} : upper(k) => {{ size = m.size, gib = m.gib + 1, on = m.on }} }}",
                self.map(d)
            ),
        }
    }

    /// A number of instances, mostly small and known.
    fn count(&mut self) -> String {
        self.may_be_unknown = false;
        let count = match self.random.below(4) {
            0 => self.random.below(4).to_string(),
            1 => format!("({} ? 1 : 0)", self.flag(2)),
            2 => format!("min(5, max(0, floor({})))", self.number(2)),
            _ => format!("length({})", self.list(1)),
        };
        self.may_be_unknown = true;
        count
    }

    fn variables(&mut self, out: &mut String) {
        for (name, of) in [
            ("n", "number"),
            ("k", "number"),
            ("s", "string"),
            ("b", "bool"),
        ] {
            let default = match of {
                "number" => self.random.below(9).to_string(),
                "string" => format!("\"{}\"", self.random.one_of(&["a", "prod", "m5.large"])),
                _ => self.random.one_of(&["true", "false"]).to_owned(),
            };
            writeln!(
                out,
                "variable \"{name}\" {{\n  type    = {of}\n  default = {default}\n}}"
            )
            .unwrap();
        }
        out.push_str(
            "variable \"l\" {\n  type    = list(number)\n  default = [10, \"20\", 30]\n}\n",
        );
        let on = self.random.one_of(&["", ", on = false"]);
        writeln!(
            out,
            "variable \"m\" {{\n  type = map(object({{\n    size = string\n    gib  = optional(number, 40)\n    on   = optional(bool, true)\n  }}))\n  default = {{\n    web = {{ size = \"m5.large\" }}\n    db  = {{ size = \"r5.2xlarge\", gib = 200{on} }}\n  }}\n}}"
        )
        .unwrap();
        self.names = Names {
            numbers: vec!["var.n".into(), "var.k".into()],
            texts: vec!["var.s".into()],
            flags: vec!["var.b".into()],
            lists: vec!["var.l".into()],
            maps: vec!["var.m".into()],
            computed: Vec::new(),
        };
    }

    fn locals(&mut self, out: &mut String) {
        let number = self.number(3);
        let text = self.text(3);
        let flag = self.flag(3);
        let list = self.list(3);
        let map = self.map(3);
        writeln!(
            out,
            "locals {{\n  n = {number}\n  s = {text}\n  b = {flag}\n  l = {list}\n  m = {map}\n}}"
        )
        .unwrap();
        self.names.numbers.push("local.n".into());
        self.names.texts.push("local.s".into());
        self.names.flags.push("local.b".into());
        self.names.lists.push("local.l".into());
        self.names.maps.push("local.m".into());
    }

    fn resources(&mut self, out: &mut String) {
        out.push_str("resource \"random_pet\" \"p\" {}\n");
        self.names.computed.push("random_pet.p.id".into());
        self.may_be_unknown = true;
        let (count, size, gib) = (self.count(), self.text(2), self.number(2));
        let each = self.list(1);
        writeln!(
            out,
            "resource \"aws_instance\" \"c\" {{\n  count         = {count}\n  instance_type = {size}\n  root_block_device {{\n    volume_size = {gib}\n  }}\n  dynamic \"ebs_block_device\" {{\n    for_each = {each}\n    content {{\n      device_name = \"/dev/sd${{ebs_block_device.key}}\"\n      volume_size = ebs_block_device.value + count.index\n    }}\n  }}\n  tags = merge({{ Name = \"c${{count.index}}\" }}, {{ Size = {size} }})\n}}"
        )
        .unwrap();
        self.may_be_unknown = false;
        let map = self.map(2);
        self.may_be_unknown = true;
        writeln!(
            out,
            "resource \"aws_ebs_volume\" \"e\" {{\n  for_each          = {map}\n  availability_zone = each.key\n  size              = each.value.gib + {}\n  iops              = each.value.on ? {} : null\n}}",
            self.number(1),
            self.number(1)
        )
        .unwrap();
        writeln!(
            out,
            "resource \"aws_launch_template\" \"t\" {{\n  name          = \"t\"\n  instance_type = {}\n}}\nresource \"aws_autoscaling_group\" \"g\" {{\n  name     = \"g\"\n  min_size = {}\n  max_size = {}\n  launch_template {{\n    id = aws_launch_template.t.id\n  }}\n}}",
            self.text(2),
            self.number(2),
            self.number(2)
        )
        .unwrap();
        writeln!(
            out,
            "resource \"aws_db_instance\" \"d\" {{\n  identifier        = \"d\"\n  instance_class    = \"db.${{{}}}\"\n  allocated_storage = {}\n  multi_az          = {}\n}}",
            self.text(1),
            self.number(3),
            self.flag(2)
        )
        .unwrap();
    }
}

/// The files of a root module, with one that it calls.
pub(super) fn configuration(seed: u64) -> BTreeMap<String, String> {
    let mut maker = Maker {
        random: Random::new(seed),
        names: Names::default(),
        may_be_unknown: false,
    };
    let mut root = "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n".to_owned();
    maker.variables(&mut root);
    maker.locals(&mut root);
    maker.resources(&mut root);
    let repeat = match maker.random.below(3) {
        0 => format!("  count = {}\n", maker.count()),
        1 => "  for_each = var.m\n".to_owned(),
        _ => String::new(),
    };
    let computed = std::mem::take(&mut maker.names.computed);
    let number = maker.number(2);
    maker.names.computed = computed;
    let text = maker.text(2);
    let map = maker.map(2);
    writeln!(
        root,
        "module \"m\" {{\n  source = \"./m\"\n{repeat}  n      = {number}\n  s      = {text}\n  m      = {map}\n}}"
    )
    .unwrap();
    let out = match repeat.trim().split(' ').next() {
        Some("count") => "length(module.m[*].out)",
        Some("for_each") => "sum(concat([0], values(module.m)[*].out))",
        _ => "module.m.out",
    };
    writeln!(root, "output \"o\" {{ value = {out} }}").unwrap();
    writeln!(root, "output \"n\" {{ value = local.n }}\noutput \"l\" {{ value = local.l }}\noutput \"m\" {{ value = local.m }}").unwrap();

    let mut inner = String::new();
    maker.names = Names::default();
    maker.variables(&mut inner);
    maker.may_be_unknown = false;
    maker.locals(&mut inner);
    maker.resources(&mut inner);
    inner.push_str(
        "output \"out\" { value = length(aws_ebs_volume.e) + length(aws_instance.c[*].id) }\n",
    );
    BTreeMap::from([
        ("main.tf".to_owned(), root),
        ("m/main.tf".to_owned(), inner),
    ])
}

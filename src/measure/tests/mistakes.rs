//! Files of rules: the shipped ones have no mistake, and those of others are all told.

use crate::finding::Place;
use crate::measure::Rules;
use crate::source::SourceFile;

fn told(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile::new(*path, *text))
        .collect();
    let (_, findings) = Rules::with(&files, &[]);
    findings
        .iter()
        .map(|finding| {
            let place = match finding.labels.first().map(|label| &label.place) {
                Some(Place::Source(span)) => span.to_string(),
                _ => String::new(),
            };
            let help = finding
                .help
                .first()
                .map_or(String::new(), |help| format!(" ({help})"));
            format!("{place} {}{help}", finding.message)
        })
        .collect()
}

#[test]
fn shipped_rules_have_no_mistake() {
    for (_, file) in crate::measure::shipped::RULES {
        assert_eq!(told(&[*file]), [""; 0]);
    }
}

#[test]
fn every_mistake_of_every_file_is_told_with_its_place() {
    let a = r#"weightless = ["acme_dns_*", "Acme Dns"]
resource "acme_server" {
  vcpu    = self.cpus + thing.x
  memory_gib = machin("acme_size", self.size).memory_gib
  nodes {
    size = 3
  }
  use "disk" {
    siez = self.disk
  }
  iops {
    configured = self.iops
  }
  Storage = 3
  each "disk" {
    storage_gib = each.value.size
  }
  storage_gib = each.value.size
  copies {
    count = linked("acme_nothing")
  }
  gpus = machine("acme_gpu", self.size).gpus
}
part "disk" {
  params      = [size]
  storage_gib = arg.size + self.other
}
function "half" {
  params = [n]
  result = n / m
}
modifier "acme_scaler" {
}
locals {
}
"#;
    let b = "resource \"acme_server\" {\n}\nopaque = 3\n";
    assert_eq!(
        told(&[
            ("policies/capacity/a.hcl", a),
            ("policies/capacity/b.hcl", b)
        ]),
        [
            "policies/capacity/a.hcl:1:29 `Acme Dns` is no resource type",
            "policies/capacity/a.hcl:34:1 a file of rules has no block `locals` (known here: resource, template, modifier, function, part, by_name)",
            "policies/capacity/b.hcl:3:10 expected a list in brackets, found 3",
            "policies/capacity/b.hcl:1:1 there are two blocks for `acme_server`",
            "policies/capacity/a.hcl:3:25 `thing` is not known here: use self, each.value, local or arg",
            "policies/capacity/a.hcl:4:16 there is no function `machin` (did you mean `machine`?)",
            "policies/capacity/a.hcl:5:3 the block `nodes` says how many: `count`, or `steady` and `max`",
            "policies/capacity/a.hcl:9:5 the part `disk` has no parameter `siez` (did you mean `size`?)",
            "policies/capacity/a.hcl:8:3 the part `disk` needs `size`",
            "policies/capacity/a.hcl:11:3 the block `iops` says `steady` and `max`, or `configured` and `included` (parts of a rule are called locals, when, each, worst, nodes, copies, like, use)",
            "policies/capacity/a.hcl:14:3 `Storage` cannot be a dimension",
            "policies/capacity/a.hcl:18:17 `each` is known inside an `each` block only",
            "policies/capacity/a.hcl:20:13 `linked` takes 2 or more arguments",
            "policies/capacity/a.hcl:19:3 the block `copies` says how many: `count`, or `steady` and `max`",
            "policies/capacity/a.hcl:22:10 there is no table `acme_gpu` of machine sizes (it would be `policies/machines/acme_gpu.csv`)",
            "policies/capacity/a.hcl:26:28 a part sees its arguments only: `arg.NAME`",
            "policies/capacity/a.hcl:30:16 `m` is no parameter here",
            "policies/capacity/a.hcl:32:1 the block `modifier` says what it `modifies`",
        ]
    );
}

#[test]
fn nothing_in_a_file_of_rules_makes_reading_it_panic() {
    let nasty = [
        "",
        "{",
        "resource",
        "resource \"a\" {",
        "resource \"\" {}\n",
        "resource a {}\n",
        "resource \"a\" \"a\" {\n}\n",
        "part \"p\" {\n use \"p\" {\n }\n}\nresource \"a\" {\n use \"p\" {\n }\n}\n",
        "function \"f\" {\n params = [x]\n result = f(x)\n}\nresource \"a\" {\n vcpu = f(1)\n}\n",
        "resource \"a\" {\n locals {\n  b = local.b\n }\n}\n",
        "by_name \"aws_ec2\" {\n pattern = \"(\"\n}\n",
        "by_name \"aws_ec2\" {\n}\n",
        "counted = [1]\n",
        "providers = 1\n",
        "resource \"a\" {\n keys = [\"b[\"]\n source = 3\n exports = [1]\n}\n",
        "resource \"a\" {\n vcpu = linked([], self.x)\n}\n",
        "resource \"a\" {\n each {\n }\n like {\n }\n}\n",
    ];
    for text in nasty {
        let _ = told(&[("policies/capacity/a.hcl", text)]);
    }
}

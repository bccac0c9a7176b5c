//! What the instances of a module are beyond what a plan shows: how many there may be, what they
//! refer to, where they are written.

use super::against::shown;
use super::told::{Few, at, with_root};
use crate::read::module::{Options, UNREAD_MODULE, read_root, read_tree, side_by_side};
use crate::read::{Copies, Instance};
use crate::source::repository::InMemory;
use std::collections::BTreeSet;

fn line(instance: &Instance) -> String {
    let copies = match instance.copies {
        Copies::ONE => String::new(),
        Copies {
            at_least,
            at_most: Some(most),
            argument,
        } => format!(" x{at_least}..{most} {argument}"),
        Copies {
            at_least, argument, ..
        } => format!(" x{at_least}.. {argument}"),
    };
    format!("{}{copies} {}", instance.address, shown(&instance.after))
}

fn check(files: &[(&str, &str)], expected: &[&str], codes: &[&str]) {
    with_root(files, |_, evaluated| {
        let rows: Vec<String> = evaluated.rows.iter().map(line).collect();
        assert_eq!(rows, expected, "{:#?}", evaluated.findings);
        let found: Vec<&str> = evaluated.findings.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(found, codes, "{:#?}", evaluated.findings);
    });
}

#[test]
fn a_number_that_is_not_known_has_bounds() {
    let source = "data \"d\" \"d\" {}\nlocals { flag = data.d.d.x == \"y\" }\n";
    let resource =
        |argument: &str| format!("{source}resource \"r\" \"r\" {{\n  {argument}\n  size = 1\n}}\n");
    let one = |argument: &str, expected: &str| {
        let text = resource(argument);
        check(
            &[("main.tf", &text)],
            &[&format!("r.r{expected} {{\"size\":1}}")],
            &["unknown-number"],
        );
    };
    one("count = data.d.d.n", " x0.. count");
    one("count = local.flag ? 1 : 0", " x0..1 count");
    one("count = local.flag ? 3 : 7", " x3..7 count");
    one("for_each = data.d.d.m", " x0.. for_each");
    one("for_each = toset([\"a\", data.d.d.x])", " x1..2 for_each");
}

#[test]
fn what_is_in_a_module_of_unknown_number_is_of_unknown_number() {
    check(
        &[
            (
                "main.tf",
                "data \"d\" \"d\" {}\nmodule \"m\" {\n  source = \"./m\"\n  count  = data.d.d.n ? 2 : 4\n}\noutput \"o\" { value = module.m[*].o }\n",
            ),
            (
                "m/main.tf",
                "resource \"r\" \"r\" {\n  count = 3\n  size  = count.index\n}\noutput \"o\" { value = 1 }\n",
            ),
        ],
        &[
            "module.m.r.r[0] x2..4 count {\"size\":0}",
            "module.m.r.r[1] x2..4 count {\"size\":1}",
            "module.m.r.r[2] x2..4 count {\"size\":2}",
        ],
        &["unknown-number"],
    );
}

#[test]
fn a_module_that_is_not_here_is_an_instance_of_its_own() {
    check(
        &[(
            "main.tf",
            "module \"vpc\" {\n  source   = \"terraform-aws-modules/vpc/aws\"\n  version  = \"~> 5.0\"\n  for_each = toset([\"a\"])\n  size     = each.key\n}\noutput \"x\" { value = module.vpc[\"a\"].id }\n",
        )],
        &["module.vpc[\"a\"] {\"size\":\"a\",\"source\":\"terraform-aws-modules/vpc/aws\"}"],
        &["module-not-read"],
    );
    with_root(
        &[("main.tf", "module \"x\" {\n  source = \"../../../up\"\n}\n")],
        |_, evaluated| {
            assert_eq!(*evaluated.rows[0].resource_type, *UNREAD_MODULE);
        },
    );
}

#[test]
fn installed_modules_are_evaluated() {
    check(
        &[
            (
                "main.tf",
                "module \"m\" {\n  source  = \"a/m/aws\"\n  version = \"1.2.0\"\n  n       = 2\n}\n",
            ),
            (
                ".terraform/modules/modules.json",
                r#"{"Modules":[{"Key":"m","Source":"registry.terraform.io/a/m/aws","Version":"1.2.0","Dir":".terraform/modules/m"}]}"#,
            ),
            (
                ".terraform/modules/m/main.tf",
                "variable \"n\" {}\nresource \"r\" \"r\" { size = \"${var.n} ${path.module}\" }\n",
            ),
        ],
        &["module.m.r.r {\"size\":\"2 .terraform/modules/m\"}"],
        &[],
    );
}

#[test]
fn default_tags_and_labels_go_to_what_takes_them() {
    check(
        &[
            (
                "main.tf",
                "provider \"aws\" {\n  default_tags {\n    tags = { Tenant = \"acme\", Team = 1 }\n  }\n}\nprovider \"aws\" {\n  alias = \"eu\"\n}\nprovider \"google\" {\n  default_labels = { tenant = \"acme\" }\n}\nresource \"aws_instance\" \"a\" {}\nresource \"aws_instance\" \"b\" { tags = { Team = \"own\" } }\nresource \"aws_instance\" \"c\" { provider = aws.eu }\nresource \"aws_autoscaling_group\" \"g\" {}\nresource \"google_compute_instance\" \"i\" { labels = { x = \"y\" } }\nmodule \"m\" {\n  source    = \"./m\"\n  providers = { aws = aws.eu }\n}\nmodule \"n\" {\n  source = \"./m\"\n}\n",
            ),
            ("m/main.tf", "resource \"aws_instance\" \"m\" {}\n"),
        ],
        &[
            "aws_autoscaling_group.g {}",
            "aws_instance.a {\"tags_all\":{\"Team\":\"1\",\"Tenant\":\"acme\"}}",
            "aws_instance.b {\"tags\":{\"Team\":\"own\"},\"tags_all\":{\"Team\":\"own\",\"Tenant\":\"acme\"}}",
            "aws_instance.c {}",
            "google_compute_instance.i {\"effective_labels\":{\"tenant\":\"acme\",\"x\":\"y\"},\"labels\":{\"x\":\"y\"},\"terraform_labels\":{\"tenant\":\"acme\",\"x\":\"y\"}}",
            "module.m.aws_instance.m {}",
            "module.n.aws_instance.m {\"tags_all\":{\"Team\":\"1\",\"Tenant\":\"acme\"}}",
        ],
        &[],
    );
}

const LINKED: [(&str, &str); 2] = [
    (
        "main.tf",
        "module \"t\" {\n  source = \"./t\"\n}\nlocals {\n  id   = module.t.id\n  big  = data.d.d.x\n  both = local.big ? a_template.x.id : a_template.y.id\n}\ndata \"d\" \"d\" {}\nresource \"a_template\" \"x\" {}\nresource \"a_template\" \"y\" {}\nresource \"a_template\" \"z\" {\n  for_each = toset([\"k\", \"l\"])\n}\nresource \"r\" \"through\" { template = local.id }\nresource \"r\" \"either\" { template = local.both }\nresource \"r\" \"each\" {\n  for_each = a_template.z\n  template = each.value.id\n}\nresource \"r\" \"text\" { template = \"x-${a_template.y.id}\" }\nresource \"r\" \"block\" {\n  disk {\n    template = try(a_template.x.id, null)\n  }\n}\nresource \"r\" \"none\" { template = \"fixed\" }\n",
    ),
    (
        "t/main.tf",
        "resource \"a_template\" \"t\" {\n  count = 2\n  provisioner \"local-exec\" {}\n}\noutput \"id\" { value = a_template.t[1].id }\n",
    ),
];

#[test]
fn references_are_followed_to_the_instance() {
    with_root(&LINKED, |root, evaluated| {
        let targets = root.targets(&Few);
        let all: Vec<&str> = targets
            .iter()
            .map(|target| target.address.as_str())
            .collect();
        let expected = [
            "a_template.x",
            "a_template.y",
            "a_template.z[\"k\"]",
            "a_template.z[\"l\"]",
            "module.t.a_template.t[0]",
            "module.t.a_template.t[1]",
        ];
        assert_eq!(all, expected);
        let refer = |address: &str, attribute: &str, expected: &[&str]| {
            let from = evaluated
                .rows
                .iter()
                .find(|row| row.address == address)
                .unwrap();
            let found = targets.refer(from, attribute);
            let found: Vec<&str> = found.iter().map(|target| target.address.as_str()).collect();
            assert_eq!(found, expected, "{address}");
        };
        refer("r.through", "template", &["module.t.a_template.t[1]"]);
        refer("r.either", "template", &["a_template.x", "a_template.y"]);
        refer("r.each[\"k\"]", "template", &["a_template.z[\"k\"]"]);
        refer("r.text", "template", &["a_template.y"]);
        refer("r.block", "disk[0].template", &["a_template.x"]);
        refer("r.none", "template", &[]);
        refer("r.none", "size", &[]);
        let provisioned = |address: &str| {
            let target = targets
                .iter()
                .find(|target| target.address == address)
                .unwrap();
            targets.has_provisioners(target)
        };
        assert!(provisioned("module.t.a_template.t[0]") && !provisioned("a_template.x"));
    });
}

#[test]
fn attributes_are_traced_to_where_people_write_them() {
    let files = [
        (
            "main.tf",
            "locals {\n  envs = {\n    prod = { size = \"big\", gib = [10, 20] }\n  }\n}\nmodule \"env\" {\n  source   = \"./env\"\n  for_each = local.envs\n  size     = each.value.size\n  disks    = each.value.gib\n}\nvariable \"n\" {}\nresource \"r\" \"r\" {\n  size = var.n + var.n\n}\n",
        ),
        ("terraform.tfvars", "n = 5\n"),
        (
            "env/main.tf",
            "variable \"size\" {}\nvariable \"disks\" {}\nvariable \"fixed\" {\n  default = 3\n}\nresource \"r\" \"r\" {\n  size = var.size\n  dynamic \"disk\" {\n    for_each = var.disks\n    content {\n      size = disk.value\n    }\n  }\n  input = var.fixed\n}\n",
        ),
    ];
    with_root(&files, |root, evaluated| {
        let check = |address: &str, attribute: &str, expected: &[&str]| {
            let row = evaluated
                .rows
                .iter()
                .find(|row| row.address == address)
                .unwrap();
            let places = root.written_at(&row.address, attribute);
            let places: Vec<String> = places
                .iter()
                .map(|label| format!("{} {}", at(&label.place), label.text))
                .collect();
            assert_eq!(places, expected, "{places:#?}");
        };
        let inner = "module.env[\"prod\"].r.r";
        check(
            inner,
            "size",
            &[
                "main.tf:3:21 `local.envs`",
                "main.tf:8:14 `for_each`",
                "main.tf:9:14 `size` of the module call `env`",
                "env/main.tf:7:10 `size` of module.env[\"prod\"].r.r",
            ],
        );
        check(
            inner,
            "disk[1].size",
            &[
                "main.tf:3:34 `local.envs`",
                "main.tf:8:14 `for_each`",
                "main.tf:10:14 `disks` of the module call `env`",
                "env/main.tf:9:16 what the block goes through",
                "env/main.tf:11:14 `disk[1].size` of module.env[\"prod\"].r.r",
            ],
        );
        check(
            inner,
            "input",
            &[
                "env/main.tf:4:13 the default of `var.fixed`",
                "env/main.tf:14:11 `input` of module.env[\"prod\"].r.r",
            ],
        );
        check(
            inner,
            "nope",
            &["env/main.tf:6:1 module.env[\"prod\"].r.r has no `nope`"],
        );
        check(
            "r.r",
            "size",
            &[
                "terraform.tfvars:1:5 the value of `var.n`",
                "terraform.tfvars:1:5 the value of `var.n`",
                "main.tf:14:10 `size` of r.r",
            ],
        );
    });
}

#[test]
fn module_calls_are_known_with_their_inputs() {
    let files = [
        (
            "tenants/a/main.tf",
            "module \"customer_environment\" {\n  source         = \"../../modules/tenant\"\n  for_each       = toset([\"prod\"])\n  max_cpu_limit  = var.approved_scope ? 512 : 64\n}\nvariable \"approved_scope\" { default = true }\n",
        ),
        (
            "modules/tenant/main.tf",
            "variable \"max_cpu_limit\" { type = number }\nvariable \"io_ops_request\" { default = 3000 }\nresource \"r\" \"r\" {}\n",
        ),
    ];
    let tree = InMemory::new(files);
    let read = read_tree(
        &tree,
        &BTreeSet::from([String::new()]),
        &Options::default(),
        &BTreeSet::new(),
    );
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    let all = side_by_side(2, &read.roots, |root, threads| {
        root.evaluate(&Few, threads, || {
            |instance: Instance| {
                let limit = root.module_input(&instance.module, "max_cpu_limit");
                limit.map(|limit| limit.to_string())
            }
        })
    });
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].rows, [Some("512".to_owned())]);
    let calls = read.roots[0].calls();
    assert_eq!(calls.len(), 1);
    let call = &calls[0];
    assert_eq!(&*call.address, "module.customer_environment[\"prod\"]");
    assert_eq!(&*call.source, "../../modules/tenant");
    assert_eq!(call.resolved.as_deref(), Some("modules/tenant"));
    let inputs: Vec<String> = call
        .inputs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(inputs, ["io_ops_request=3000", "max_cpu_limit=512"]);
    assert_eq!(
        read.roots[0].variable("approved_scope").unwrap().as_bool(),
        Some(true)
    );
}

#[test]
fn bombs_are_refused_in_time() {
    let codes = |files: &[(&str, &str)]| -> Vec<&'static str> {
        with_root(files, |_, evaluated| {
            evaluated
                .findings
                .iter()
                .map(|finding| finding.code.as_str())
                .collect()
        })
    };
    let many = codes(&[("main.tf", "resource \"r\" \"r\" { count = 1e12 }\n")]);
    assert_eq!(many, ["too-large-configuration"]);
    let nested = codes(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  count  = 2000\n}\n",
        ),
        (
            "m/main.tf",
            "module \"n\" {\n  source = \"../n\"\n  count  = 2000\n}\n",
        ),
        ("n/main.tf", ""),
    ]);
    assert!(nested.contains(&"too-large-configuration"), "{nested:?}");
    let itself = codes(&[("main.tf", "module \"m\" {\n  source = \".\"\n}\n")]);
    assert_eq!(itself, ["too-large-configuration", "module-not-read"]);
    let mut doubling = "locals {\n  a0 = [1, 1]\n".to_owned();
    for n in 1..64 {
        doubling += &format!("  a{n} = concat(local.a{0}, local.a{0})\n", n - 1);
    }
    doubling += "}\n";
    assert_eq!(
        codes(&[("main.tf", &doubling)]),
        ["too-large-configuration"]
    );
    let mut chain = "locals {\n  a0 = 1\n".to_owned();
    for n in 1..20_000 {
        chain += &format!("  a{n} = local.a{} + 1\n", n - 1);
    }
    chain += "}\noutput \"o\" { value = local.a19999 }\n";
    assert!(codes(&[("main.tf", &chain)]).is_empty());
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut main = "variable \"n\" { default = 2 }\n".to_owned();
    for n in 0..150 {
        main += &format!("module \"m{n}\" {{\n  source = \"./m\"\n  n      = var.n + {n}\n}}\n");
    }
    let inner = "variable \"n\" {\n  validation {\n    condition     = var.n < 100\n    error_message = \"too many: ${var.n}\"\n  }\n}\nresource \"r\" \"r\" {\n  size = var.n\n}\nlocals { bad = {}[\"x\"] }\n";
    let tree = InMemory::new([("main.tf", main.as_str()), ("m/main.tf", inner)]);
    let evaluate = |threads| {
        let options = Options {
            threads,
            ..Options::default()
        };
        let root = read_root(&tree, "", &options).unwrap();
        let evaluated = root.evaluate(&Few, threads, || |instance: Instance| line(&instance));
        format!("{:?}", evaluated)
    };
    let one = evaluate(1);
    assert!(one.contains("module.m149.r.r"));
    for threads in [2, 3, 8] {
        assert_eq!(evaluate(threads), one);
    }
}

//! One instance that stands for a number of them that nobody knows.

use super::{instance, lines};
use crate::measure::{Links, Memo, Rules, measure};
use crate::read::Copies;

fn check(at_least: u64, at_most: Option<u64>, expected: &[&str]) {
    let mut one = instance("aws_ebs_volume.v", r#"{"size": 100, "type": "gp2"}"#);
    one.copies = Copies {
        at_least,
        at_most,
        argument: "count",
    };
    let rules = Rules::shipped();
    let measured = measure(&rules, &Links::none(), &mut Memo::default(), "", &one);
    assert_eq!(lines(&measured), expected);
}

#[test]
fn a_number_that_is_not_known_is_never_one() {
    check(
        0,
        None,
        &[
            "storage_gib 0.. x0.. undetermined: count = (known after apply)",
            "iops_included 0.. x0.. undetermined: count = (known after apply)",
        ],
    );
    check(
        1,
        Some(3),
        &[
            "storage_gib 100..300 x1..3 undetermined: count = (known after apply)",
            "iops_included 300..900 x1..3 undetermined: count = (known after apply)",
        ],
    );
}

#[test]
fn what_is_there_no_time_at_all_asks_for_nothing() {
    check(
        0,
        Some(0),
        &[
            "storage_gib 0 x0 undetermined: count = (known after apply)",
            "iops_included 0 x0 undetermined: count = (known after apply)",
        ],
    );
}

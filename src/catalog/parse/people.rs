//! Roles and the people who hold them.

use super::{Amounts, amounts, name_item};
use crate::source::hcl::{Item, Name, Reader, Spanned};
use hcl_edit::structure::Block;

#[derive(Debug)]
pub(in crate::catalog) struct RoleEntry {
    pub(in crate::catalog) name: Name,
    pub(in crate::catalog) max: Amounts,
    pub(in crate::catalog) max_days: Option<Spanned<u64>>,
}

#[derive(Debug)]
pub(in crate::catalog) struct PersonEntry {
    pub(in crate::catalog) name: Name,
    pub(in crate::catalog) roles: Vec<Name>,
    pub(in crate::catalog) logins: Vec<Name>,
}

pub(super) fn role<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> RoleEntry {
    let name = file.slug_label(block);
    let mut block = file.inner(block);
    let max = block.read("max", amounts).unwrap_or_default();
    let max_days = block.require("max_days", |item| item.spanned(Item::whole));
    block.finish();
    RoleEntry {
        name,
        max,
        max_days,
    }
}

pub(super) fn person<'a>(file: &mut Reader<'a, '_>, block: &'a Block) -> PersonEntry {
    let name = file.label(block);
    let mut block = file.inner(block);
    let entry = PersonEntry {
        name,
        roles: block
            .require("roles", |item| item.list(name_item))
            .unwrap_or_default(),
        logins: block
            .read("logins", |item| {
                item.list(|login| login.spanned(Item::text))
            })
            .unwrap_or_default(),
    };
    block.finish();
    entry
}

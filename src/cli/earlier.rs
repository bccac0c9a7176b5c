//! Measurements of an earlier run, for the roots that this one does not touch.
//!
//! They join by root. Whose they are is what they claim, and is judged anew.

use super::collect::Collected;
use super::inputs::Named;
use super::policies::Policies;
use super::row::Row;
use crate::declare::{Declared, Stated};
use crate::finding::{Code, Finding};
use crate::read::measurements::Measurements;
use crate::report;
use std::sync::Arc;

/// Takes measurements in.
pub(super) fn add(
    input: &Named,
    mut measured: Measurements,
    sha256: Option<Arc<str>>,
    policies: &Policies,
    into: &mut Collected<'_>,
) {
    if let Err(why) = name(input, &mut measured).and_then(|()| sizes(&measured, policies)) {
        let finding = Finding::bad_measurements(&input.path, &why);
        into.findings.push(finding);
        return;
    }
    for (code, message) in &measured.errors {
        match Code::named(code) {
            Some(code) => {
                let finding = Finding::measured_before(&input.path, code, message);
                into.findings.push(finding);
            }
            None => {
                let why = format!("has a finding `{code}`, which this version does not know");
                into.findings
                    .push(Finding::bad_measurements(&input.path, &why));
            }
        }
    }
    let roots = std::mem::take(&mut measured.roots);
    let taken = roots.iter().filter(|(root, workspace)| {
        let is_new = into.takes(root, &input.path);
        if is_new {
            into.made_in(root, workspace.as_ref());
            into.inputs.push(report::Input {
                path: Arc::clone(&input.path),
                kind: "measurements",
                root: Some(Arc::clone(root)),
                workspace: workspace.as_ref().map(Arc::clone),
                sha256: sha256.clone(),
                remarks: Vec::new(),
            });
        }
        is_new
    });
    // One that is there twice stops the run, and is counted once until then.
    let taken: Vec<_> = taken.map(|(root, _)| Arc::clone(root)).collect();
    let rows = measured.rows.into_iter();
    let rows = rows.filter(|row| taken.contains(&row.root));
    into.rows.extend(rows.map(Row::measured_before));
    for declared in measured.declared {
        if taken.contains(&declared.root) {
            let [tenant, _] = declared.tenant;
            let stated = Stated {
                module: declared.module.to_string(),
                declared: Declared {
                    tenant,
                    environment: declared.environment,
                    amounts: declared.amounts,
                    ..Declared::default()
                },
                span: None,
            };
            into.stated.push((declared.root, stated));
        }
    }
}

/// Gives the one root of measurements the name that the command line says.
fn name(input: &Named, measured: &mut Measurements) -> Result<(), String> {
    if !input.is_root_given {
        return Ok(());
    }
    let roots = std::mem::take(&mut measured.roots);
    if roots.len() != 1 {
        return Err(format!(
            "holds measurements of {} roots, which cannot all be {}",
            roots.len(),
            input.root
        ));
    }
    let named = roots
        .into_values()
        .map(|workspace| (Arc::clone(&input.root), workspace));
    measured.roots = named.collect();
    let rows = measured.rows.iter_mut().map(|row| &mut row.root);
    let declared = measured.declared.iter_mut().map(|row| &mut row.root);
    for root in rows.chain(declared) {
        *root = Arc::clone(&input.root);
    }
    Ok(())
}

/// Declared sizes are ranks, which mean the same only beside the same sizes.
fn sizes(measured: &Measurements, policies: &Policies) -> Result<(), String> {
    let declares_some = (measured.declared.iter()).any(|declared| {
        declared
            .amounts
            .keys()
            .any(crate::quantity::Dimension::is_ordinal)
    });
    let Some(catalog) = policies.catalog.as_ref().filter(|_| declares_some) else {
        return Ok(());
    };
    match catalog
        .sizes
        .iter()
        .map(|size| &size.name)
        .eq(&measured.sizes)
    {
        true => Ok(()),
        false => Err("was measured by a catalog with other environment sizes".to_owned()),
    }
}

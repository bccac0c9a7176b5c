//! Roles, and who holds them.

use super::super::parse::{PersonEntry, RoleEntry};
use super::super::{Person, Role};
use super::{Check, Seen, known};
use crate::finding::Finding;
use crate::source::hcl::{Mistake, Name};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A hundred years: longer than anybody can promise.
const MOST_DAYS: u64 = 36_500;

impl Check<'_> {
    pub(super) fn roles(&mut self, entries: Vec<RoleEntry>) -> BTreeMap<Arc<str>, Role> {
        let mut seen = Seen::default();
        let mut roles = BTreeMap::new();
        for RoleEntry {
            name,
            max,
            max_days,
        } in entries
        {
            seen.is_new("role", &name, self.mistakes);
            let max = self.amounts(max);
            let days = max_days.and_then(|days| {
                let fits = (1..=MOST_DAYS).contains(&days.value);
                if !fits {
                    let message = format!("`max_days` is from 1 to {MOST_DAYS}");
                    self.mistakes.push(Mistake::new(message, days.span, ""));
                }
                u32::try_from(days.value).ok().filter(|_| fits)
            });
            let role = Role {
                name: name.value.clone(),
                max,
                // Without a sound number there is a mistake, and no catalog.
                max_days: days.unwrap_or(1),
                span: name.span,
            };
            roles.insert(name.value, role);
        }
        roles
    }

    pub(super) fn people(
        &mut self,
        entries: Vec<PersonEntry>,
        roles: &BTreeMap<Arc<str>, Role>,
    ) -> BTreeMap<Arc<str>, Person> {
        let mut seen = Seen::default();
        let mut logins_seen: BTreeMap<String, Name> = BTreeMap::new();
        let mut people: BTreeMap<Arc<str>, Person> = BTreeMap::new();
        for PersonEntry {
            name,
            roles,
            logins,
        } in entries
        {
            seen.is_new("person", &name, self.mistakes);
            self.is_a_person(&name);
            let held = roles
                .iter()
                .filter_map(|role| known("role", role, &self.role_names, self.mistakes))
                .collect();
            for login in &logins {
                self.is_a_login(login, &mut logins_seen);
            }
            let person = Person {
                name: name.value.clone(),
                roles: held,
                logins: logins.into_iter().map(|login| login.value).collect(),
                span: name.span,
            };
            people.insert(name.value, person);
        }
        for role in roles.values() {
            if !people
                .values()
                .any(|person| person.roles.contains(&role.name))
            {
                self.remarks
                    .push(Finding::unheld_role(&role.name, &role.span));
            }
        }
        people
    }

    fn is_a_person(&mut self, name: &Name) {
        let fits = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"@.+-_".contains(&byte)
        };
        if !name.value.bytes().all(fits) {
            let message = format!("`{}` cannot be a person", name.value);
            let why = "a person is an e-mail address in lower-case ASCII";
            self.mistakes
                .push(Mistake::new(message, name.span.clone(), why));
        }
    }

    /// Logins are compared without case, as the platforms do.
    fn is_a_login(&mut self, login: &Name, seen: &mut BTreeMap<String, Name>) {
        let parts = login.value.split_once(':');
        let plain = login.value.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || !parts.is_some_and(|(place, name)| !place.is_empty() && !name.is_empty()) {
            let message = format!("`{}` is no login", login.value);
            let mistake = Mistake::new(
                message,
                login.span.clone(),
                "written `PLACE:NAME`, `github:dana`",
            );
            self.mistakes.push(mistake);
        }
        if let Some(first) = seen.insert(login.value.to_ascii_lowercase(), login.clone()) {
            let message = format!("the login `{}` is there twice", login.value);
            let mistake = Mistake::new(message, login.span.clone(), "again here")
                .label(first.span, "first here");
            self.mistakes.push(mistake);
        }
    }
}

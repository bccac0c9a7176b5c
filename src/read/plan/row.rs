//! One entry of `resource_changes`, or of the `resources` of a values module: who it is,
//! what happens to it, and its attributes.

use super::effect::Action;
use crate::read::json::{Fault, Json, JsonError, Kind, Reader, Seen, repeated};
use crate::read::values::{self, Known, Mask};
use crate::read::{AttributeSet, Interest, Key};
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

/// What is read of the attributes of an entry.
#[derive(Clone, Copy)]
pub(super) enum Want<'a> {
    /// Only whether there are any.
    Presence,
    /// Those that rules ask for, and those that tell whose it is.
    Values(&'a dyn Interest),
}

/// One entry as it is written. Filled anew for each, so that its memory is used again.
#[derive(Default)]
pub(super) struct Row {
    pub(super) address: Field,
    pub(super) module: Field,
    pub(super) mode: Field,
    pub(super) resource_type: Field,
    pub(super) name: Field,
    pub(super) provider: Field,
    pub(super) previous: Field,
    /// The key of a leftover. Terraform 0.12 wrote `true` on every entry, which says nothing.
    pub(super) deposed: Field,
    pub(super) key: Option<Key>,
    pub(super) change: Option<Changes>,
    /// `values` and `sensitive_values`, in a values module.
    pub(super) values: Known,
    pub(super) sensitive: Mask,
    /// Whether its attributes are in the flat form of Terraform 0.11, which is not read.
    pub(super) flat: bool,
    /// Where it stands in the file.
    pub(super) range: Range<u64>,
}

/// The `change` of an entry.
#[derive(Default)]
pub(super) struct Changes {
    /// Empty where they are missing.
    pub(super) actions: Vec<Action>,
    pub(super) before: Known,
    pub(super) after: Known,
    pub(super) after_unknown: Mask,
    pub(super) before_sensitive: Mask,
    pub(super) after_sensitive: Mask,
}

/// A text that may be missing.
#[derive(Default)]
pub(super) struct Field {
    text: String,
    there: bool,
}

impl Field {
    pub(super) fn get(&self) -> Option<&str> {
        self.there.then_some(self.text.as_str())
    }

    pub(super) fn set(&mut self, text: &str) {
        self.text.clear();
        self.text.push_str(text);
        self.there = true;
    }

    pub(super) fn read<R: Read>(
        &mut self,
        reader: &mut Reader<R>,
        place: &str,
    ) -> Result<(), JsonError> {
        if !reader.null()? {
            self.set(reader.string(place)?);
        }
        Ok(())
    }
}

const ROW: [&str; 13] = [
    "address",
    "module_address",
    "mode",
    "type",
    "name",
    "index",
    "provider_name",
    "previous_address",
    "deposed",
    "deposed_key",
    "change",
    "values",
    "sensitive_values",
];
const CHANGE: [&str; 6] = [
    "actions",
    "before",
    "after",
    "after_unknown",
    "before_sensitive",
    "after_sensitive",
];

impl Row {
    pub(super) fn clear(&mut self) {
        let fields = [
            &mut self.address,
            &mut self.module,
            &mut self.mode,
            &mut self.resource_type,
            &mut self.name,
            &mut self.provider,
            &mut self.previous,
            &mut self.deposed,
        ];
        fields.into_iter().for_each(|field| field.there = false);
        (self.key, self.change, self.flat) = (None, None, false);
        (self.values, self.sensitive) = (Known::Missing, Mask::Missing);
    }

    /// Whether it names itself with what HCP Terraform puts in place of a secret.
    pub(super) fn is_redacted(&self) -> bool {
        const REDACTED: &str = "(sensitive value)";
        let key = match &self.key {
            Some(Key::Name(name)) => Some(&**name),
            _ => None,
        };
        let fields = [&self.address, &self.module, &self.name];
        let texts = fields.into_iter().filter_map(Field::get).chain(key);
        texts.into_iter().any(|text| text.contains(REDACTED))
    }

    /// The key of the leftover that it is about, if it is about one.
    pub(super) fn left_over(&self) -> Option<&str> {
        self.deposed.get().filter(|key| !key.is_empty())
    }

    /// Makes up its address where that is missing and all its parts are there; empty texts
    /// are taken for missing.
    pub(super) fn name_itself(&mut self) {
        let fields = [&mut self.address, &mut self.resource_type, &mut self.name];
        for field in fields {
            field.there &= !field.text.is_empty();
        }
        if let (None, Some(of), Some(name)) = (
            self.address.get(),
            self.resource_type.get(),
            self.name.get(),
        ) {
            let module = self.module.get().filter(|module| !module.is_empty());
            let module = module.map_or_else(String::new, |module| format!("{module}."));
            let key = self
                .key
                .as_ref()
                .map_or_else(String::new, |key| format!("[{key}]"));
            let address = format!("{module}{of}.{name}{key}");
            self.address.set(&address);
        }
    }

    /// Reads the entry that comes next.
    pub(super) fn read<R: Read>(
        &mut self,
        reader: &mut Reader<R>,
        want: Want<'_>,
    ) -> Result<(), JsonError> {
        self.clear();
        reader.kind()?;
        let start = reader.offset();
        let mut seen = Seen::default();
        reader.open_object("a resource")?;
        while let Some(field) = reader.field(&ROW, &mut seen)? {
            match field {
                "address" => self.address.read(reader, field)?,
                "module_address" => self.module.read(reader, field)?,
                "mode" => self.mode.read(reader, field)?,
                "type" => self.resource_type.read(reader, field)?,
                "name" => self.name.read(reader, field)?,
                "provider_name" => self.provider.read(reader, field)?,
                "previous_address" => self.previous.read(reader, field)?,
                "deposed" | "deposed_key" => {
                    if reader.kind()? == Kind::String {
                        self.deposed.set(reader.string(field)?);
                    } else {
                        reader.skip()?;
                    }
                }
                "index" => self.key = key(reader, field)?,
                "change" => self.change = self.changes(reader, want)?,
                "values" => self.values = body(reader, self.filter(want))?,
                _ => self.sensitive = mask(reader, self.filter(want))?,
            }
        }
        self.range = start..reader.offset();
        Ok(())
    }

    fn changes<R: Read>(
        &self,
        reader: &mut Reader<R>,
        want: Want<'_>,
    ) -> Result<Option<Changes>, JsonError> {
        if reader.kind()? != Kind::Object {
            reader.skip()?;
            return Ok(None);
        }
        let filter = self.filter(want);
        let ruled = match (want, self.resource_type.get()) {
            (Want::Values(interest), Some(of)) => interest.attributes(of).is_some(),
            _ => true,
        };
        let mut changes = Changes::default();
        let mut seen = Seen::default();
        reader.open_object("change")?;
        while let Some(field) = reader.field(&CHANGE, &mut seen)? {
            // What stays is read once. What a type without rules was before makes a
            // difference to nothing, unless it goes on running.
            let before = match changes.actions.as_slice() {
                [Action::NoOp] => Filter::Presence,
                actions if ruled || actions.contains(&Action::Forget) => filter,
                _ => Filter::Presence,
            };
            match field {
                "actions" => changes.actions = actions(reader)?,
                "before" => changes.before = body(reader, before)?,
                "before_sensitive" => changes.before_sensitive = mask(reader, before)?,
                "after" => changes.after = body(reader, filter)?,
                "after_unknown" => changes.after_unknown = mask(reader, filter)?,
                _ => changes.after_sensitive = mask(reader, filter)?,
            }
        }
        Ok(Some(changes))
    }

    pub(super) fn filter<'a>(&self, want: Want<'a>) -> Filter<'a> {
        match (want, self.resource_type.get()) {
            (Want::Presence, _) => Filter::Presence,
            (Want::Values(interest), Some(of)) => Filter::These(wanted(interest, of)),
            // Some tools sort the keys, so that the type comes last.
            (Want::Values(_), None) => Filter::All,
        }
    }
}

/// The attributes of a type that are read.
pub(super) fn wanted<'a>(interest: &'a dyn Interest, of: &str) -> &'a AttributeSet {
    interest
        .attributes(of)
        .unwrap_or_else(|| AttributeSet::identity())
}

#[derive(Clone, Copy)]
pub(super) enum Filter<'a> {
    Presence,
    These(&'a AttributeSet),
    All,
}

/// An object of attributes.
pub(super) fn body<R: Read>(
    reader: &mut Reader<R>,
    filter: Filter<'_>,
) -> Result<Known, JsonError> {
    let body = match (reader.kind()?, filter) {
        (Kind::Object, Filter::Presence) => Known::Object(Vec::new()),
        (Kind::Object, Filter::These(wanted)) => {
            let read = |reader: &mut _| values::read(reader).map(Some);
            return some(reader, wanted, read).map(Known::Object);
        }
        (Kind::Object, Filter::All) => {
            let all = values::read(reader)?;
            let members = all.entries().into_iter().flatten();
            let members = members.map(|(name, value)| (Arc::clone(name), value.clone()));
            return Ok(Known::Object(members.collect()));
        }
        (Kind::Null, _) => Known::Null,
        (Kind::Bool, _) => return reader.bool("").map(Known::Flag),
        _ => Known::Other,
    };
    reader.skip()?;
    Ok(body)
}

/// A mask over an object of attributes.
fn mask<R: Read>(reader: &mut Reader<R>, filter: Filter<'_>) -> Result<Mask, JsonError> {
    match (reader.kind()?, filter) {
        (Kind::Object, Filter::These(wanted)) => {
            some(reader, wanted, Reader::mask).map(Mask::Object)
        }
        (_, Filter::Presence) => reader.skip().map(|()| Mask::Missing),
        _ => Ok(match reader.mask()? {
            Some(Json::Object(members)) => Mask::Object(members),
            Some(Json::Bool(flag)) => Mask::Flag(flag),
            _ => Mask::Missing,
        }),
    }
}

/// The wanted members of an object, as far as `read` keeps them.
fn some<R: Read, T>(
    reader: &mut Reader<R>,
    wanted: &AttributeSet,
    mut read: impl FnMut(&mut Reader<R>) -> Result<Option<T>, JsonError>,
) -> Result<Vec<(Arc<str>, T)>, JsonError> {
    let mut members = Vec::new();
    reader.open_object("")?;
    while let Some(name) = reader.find_key(|key| wanted.find_bytes(key))? {
        if let Some(value) = read(reader)? {
            members.push((Arc::clone(name), value));
        }
    }
    match repeated(&members) {
        Some(name) => reader.fail(Fault::Repeated(name.to_owned())),
        None => Ok(members),
    }
}

/// Which instance of its block it is.
pub(super) fn key<R: Read>(reader: &mut Reader<R>, place: &str) -> Result<Option<Key>, JsonError> {
    let at = reader.offset();
    match reader.kind()? {
        Kind::String => Ok(Some(Key::Name(reader.string(place)?.into()))),
        Kind::Number => match reader.number(place)?.parse() {
            Ok(index) => Ok(Some(Key::Number(index))),
            Err(_) => {
                let fault = Fault::Expected("a whole number or a string", place.to_owned());
                Err(JsonError::new(at, fault))
            }
        },
        _ => reader.skip().map(|()| None),
    }
}

/// The words of `actions`; none where it is no list.
fn actions<R: Read>(reader: &mut Reader<R>) -> Result<Vec<Action>, JsonError> {
    let mut actions = Vec::new();
    if reader.kind()? != Kind::Array {
        reader.skip()?;
        return Ok(actions);
    }
    reader.open_array("actions")?;
    while reader.element()? {
        let action = Action::named(reader.string("actions")?);
        // No change has more than two; what is wrong shows in the first few.
        if actions.len() < 4 {
            actions.push(action);
        }
    }
    Ok(actions)
}

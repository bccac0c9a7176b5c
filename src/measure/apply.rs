//! Bodies of rules -> pieces of evidence.

use super::amount::{self, Amount, Ends};
use super::piece::{Evidence, Piece, Trail, worst};
use super::rules::{Body, Each, Formula, Local, Part, What};
use super::run::{Event, MAX_DEPTH, Subject};
use super::scene::{Element, Scene};
use super::value::{mark_of, same_amount, spread, walk};
use crate::lang::{LangError, Marks, Value};
use crate::quantity::{Dimension, Mark};
use std::sync::Arc;

impl Scene<'_> {
    // ------------------------------------------------------------ bodies

    pub(super) fn body(&self, body: &Body, pieces: &mut Vec<Piece>) {
        for part in &body.parts {
            self.conditional(part, pieces);
        }
    }

    fn conditional(&self, part: &Part, pieces: &mut Vec<Piece>) {
        let Some(condition) = &part.condition else {
            return self.part_of(part, pieces);
        };
        let first = pieces.len();
        match self.eval(condition) {
            Ok(value) if value.as_bool() == Some(false) => {}
            Ok(value) if value.as_bool() == Some(true) => self.part_of(part, pieces),
            Ok(_) => {
                // It may count or not: the amounts may be there, from nothing up.
                self.part_of(part, pieces);
                let evidence = self.evidence(condition);
                for piece in pieces.iter_mut().skip(first) {
                    piece.perhaps(&evidence);
                }
            }
            Err(error) => {
                self.failed(&error, &self.evidence(condition));
                self.part_of(part, pieces);
                for piece in pieces.iter_mut().skip(first) {
                    piece.perhaps(&Evidence::default());
                }
            }
        }
    }

    fn part_of(&self, part: &Part, pieces: &mut Vec<Piece>) {
        match &part.what {
            What::Quantity {
                dimension,
                steady,
                max,
            } => {
                let low = self.quantity(dimension, steady);
                let high = max.as_ref().map(|max| self.quantity(dimension, max));
                pieces.push(Piece::between(low, high));
            }
            What::Asked {
                dimension,
                configured,
                included_dimension,
                included,
            } => self.asked(
                [dimension, included_dimension],
                [configured, included],
                pieces,
            ),
            What::Machine { of, columns } => self.machine_of(of, columns, pieces),
            What::Copies {
                dimension,
                nodes,
                steady,
                max,
                body,
            } => {
                let scene = self.within(body, None);
                let low = scene.quantity(dimension, steady);
                let high = max.as_ref().map(|max| scene.quantity(dimension, max));
                let count = Piece::between(low, high);
                if *nodes {
                    pieces.push(count.clone());
                }
                let first = pieces.len();
                scene.body(body, pieces);
                for piece in pieces.iter_mut().skip(first) {
                    piece.repeat(&count);
                }
            }
            What::Each { of, body } => self.each(of, body, pieces),
            What::Worst(body) => {
                let scene = self.within(body, None);
                let mut alternatives = Vec::new();
                for part in &body.parts {
                    match (&part.what, &part.condition) {
                        (What::Each { of, body }, None) => {
                            alternatives.extend(scene.alternatives(of, body));
                        }
                        _ => {
                            let mut found = Vec::new();
                            scene.conditional(part, &mut found);
                            alternatives.push(found);
                        }
                    }
                }
                pieces.extend(worst(alternatives));
            }
            What::Group(body) => self.within(body, None).body(body, pieces),
            What::Like {
                of,
                types,
                with,
                only,
            } => self.like(of, types, with, only, pieces),
            What::Use { name, arguments } => {
                let Some(shared) = self.run.rules.shared(self.sheet, name) else {
                    return;
                };
                // A part that uses itself has to end somewhere.
                let depth = self.run.depth.get();
                if depth >= MAX_DEPTH {
                    let error = LangError::new(
                        "Parts go round in circles",
                        format!("`{name}` uses itself"),
                    );
                    return self.failed(&error, &Evidence::default());
                }
                self.run.depth.set(depth.saturating_add(1));
                self.part(&shared.body, arguments)
                    .body(&shared.body, pieces);
                self.run.depth.set(depth);
            }
        }
    }

    // ------------------------------------------------------------ amounts

    /// So much of a dimension; null says nothing, which is not known rather than nothing.
    fn quantity(&self, dimension: &Dimension, formula: &Formula) -> Piece {
        self.run.unlisted.borrow_mut().clear();
        let value = self.eval(formula);
        let evidence = self.evidence(formula);
        let piece = self.piece(dimension, value, evidence);
        self.note_unlisted(&piece);
        piece
    }

    /// What a value says as an amount of a dimension.
    fn piece(
        &self,
        dimension: &Dimension,
        value: Result<Value, LangError>,
        evidence: Evidence,
    ) -> Piece {
        let (ends, mark) = match value {
            Ok(value) => match amount::amount(&value) {
                Ok(Amount::Ends(ends)) => {
                    let mark = mark_of(&value, &ends);
                    (ends, mark)
                }
                Ok(Amount::Null) => (Ends::UNBOUNDED, Mark::Undetermined),
                Err(found) => {
                    self.nonsense(dimension, found, &evidence);
                    (Ends::UNBOUNDED, Mark::Undetermined)
                }
            },
            Err(error) if error.summary() == amount::NONSENSE => {
                self.nonsense(dimension, error.detail().to_owned(), &evidence);
                (Ends::UNBOUNDED, Mark::Undetermined)
            }
            Err(error) => {
                self.failed(&error, &evidence);
                (Ends::UNBOUNDED, Mark::Undetermined)
            }
        };
        Piece {
            dimension: dimension.clone(),
            steady: ends.clone(),
            max: ends,
            times: Ends::ONE,
            mark,
            evidence,
        }
    }

    /// What was asked for; else what comes without asking.
    fn asked(
        &self,
        [dimension, included_dimension]: [&Dimension; 2],
        [configured, included]: [&Formula; 2],
        pieces: &mut Vec<Piece>,
    ) {
        let value = match self.eval(configured) {
            Ok(value) => value,
            Err(error) => {
                pieces.push(self.piece(dimension, Err(error), self.evidence(configured)));
                return;
            }
        };
        if value.is_null() {
            let mut piece = self.quantity(included_dimension, included);
            // Nobody stated it: at best it is what the provider documents.
            piece.mark = piece.mark.max(Mark::Default);
            pieces.push(piece);
            return;
        }
        // What is not known may turn out not to be set.
        if !value.is_known() && !value.is_never_null() {
            let mut piece = self.quantity(included_dimension, included);
            piece.perhaps(&Evidence::default());
            pieces.push(piece);
        }
        let marks = value.marks();
        // Without a configuration nobody can say who asked; what the type includes anyway was
        // most likely not asked for.
        let comes_anyway = marks.contains(Marks::UNCONFIGURED)
            || marks.contains(Marks::UNTRACED)
                && self
                    .eval(included)
                    .is_ok_and(|usual| same_amount(&usual, &value));
        let dimension = if comes_anyway {
            included_dimension
        } else {
            dimension
        };
        pieces.push(self.piece(dimension, Ok(value), self.evidence(configured)));
    }

    fn machine_of(&self, of: &Formula, columns: &[Dimension], pieces: &mut Vec<Piece>) {
        self.run.unlisted.borrow_mut().clear();
        let value = self.eval(of);
        let evidence = self.evidence(of);
        let first = pieces.len();
        match value {
            Ok(value) if value.is_known() && !value.is_null() => {
                for column in columns {
                    match value.attribute(column.as_str()) {
                        Some(cell) => {
                            let cell = cell.clone().with_marks(value.marks());
                            pieces.push(self.piece(column, Ok(cell), evidence.clone()));
                        }
                        // Most tables have no GPUs at all; of the rest nothing is known.
                        None if column.as_str() == "gpus" => {}
                        None => pieces.push(Piece::unknown(column, evidence.clone())),
                    }
                }
            }
            Ok(_) => {
                for column in columns {
                    pieces.push(Piece::unknown(column, evidence.clone()));
                }
            }
            Err(error) => {
                self.failed(&error, &evidence);
                for column in columns {
                    pieces.push(Piece::unknown(column, evidence.clone()));
                }
            }
        }
        for piece in pieces.iter().skip(first) {
            self.note_unlisted(piece);
        }
    }

    /// The pieces of all elements, one after the other.
    fn each(&self, of: &Each, body: &Body, pieces: &mut Vec<Piece>) {
        let (elements, unknown) = self.elements(of);
        for element in elements {
            self.within(body, Some(element)).body(body, pieces);
        }
        if let Some(path) = unknown {
            self.unknown_elements(path, body, pieces);
        }
    }

    /// The pieces of each element by itself.
    fn alternatives(&self, of: &Each, body: &Body) -> Vec<Vec<Piece>> {
        let (elements, unknown) = self.elements(of);
        let mut all = Vec::new();
        for element in elements {
            let mut pieces = Vec::new();
            self.within(body, Some(element)).body(body, &mut pieces);
            all.push(pieces);
        }
        if let Some(path) = unknown {
            let mut pieces = Vec::new();
            self.unknown_elements(path, body, &mut pieces);
            all.push(pieces);
        }
        all
    }

    /// What an `each` goes through, and where there may be more that are not known.
    fn elements(&self, of: &Each) -> (Vec<Element>, Option<Arc<str>>) {
        let mut found = Vec::new();
        let mut unknown = None;
        match of {
            Each::Blocks(path) => {
                let (start, prefix) = match self.element() {
                    Some(each) => (&each.value, &*each.path),
                    None if self.subject.is_measured => (self.subject.value, ""),
                    None => (self.subject.value, &*self.subject.instance.address),
                };
                walk(start, path, prefix, &mut found, &mut unknown);
            }
            Each::In(formula) => match self.eval(formula) {
                Ok(value) => {
                    let trail = self.trace(formula).map(|(trail, _)| trail.to_string());
                    let path = trail.unwrap_or_default();
                    spread(&value, &path, &mut found, &mut unknown);
                }
                Err(error) => {
                    let evidence = self.evidence(formula);
                    self.failed(&error, &evidence);
                    unknown = Some(evidence.attribute().into());
                }
            },
        }
        let elements = found.into_iter().enumerate();
        let elements = elements.map(|(key, (value, path))| Element { value, key, path });
        (elements.collect(), unknown)
    }

    /// Nobody knows how many there will be, nor how large.
    fn unknown_elements(&self, path: Arc<str>, body: &Body, pieces: &mut Vec<Piece>) {
        let element = Element {
            value: Value::unknown(),
            key: 0,
            path: Arc::clone(&path),
        };
        let first = pieces.len();
        self.within(body, Some(element)).body(body, pieces);
        let evidence = Evidence::of(Trail::of(path), Value::unknown());
        for piece in pieces.iter_mut().skip(first) {
            piece.unbound(&evidence);
        }
    }

    /// What the rule of another resource says of it.
    fn like(
        &self,
        of: &Formula,
        types: &[Arc<str>],
        with: &[Local],
        only: &[Dimension],
        pieces: &mut Vec<Piece>,
    ) {
        let counts = |dimension: &Dimension| only.is_empty() || only.contains(dimension);
        let value = match self.eval(of) {
            Ok(value) => value,
            Err(error) => {
                self.failed(&error, &self.evidence(of));
                Value::unknown()
            }
        };
        let target = self.run.links.target_of(&value);
        let rule = target.and_then(|target| self.run.rules.rule(&target.resource_type));
        let depth = self.run.depth.get();
        let (Some(target), Some((rule, sheet))) = (target, rule.filter(|_| depth < MAX_DEPTH))
        else {
            return self.like_unknown(of, types, counts, pieces);
        };
        let mut replaced = Vec::new();
        let value = self.replaced(&value, with, &mut replaced);
        let subject = Subject {
            instance: target,
            value: &value,
            is_measured: false,
            replaced,
        };
        self.run.depth.set(depth.saturating_add(1));
        let found = self.run.apply(rule, sheet, &subject);
        self.run.depth.set(depth);
        pieces.extend(found.into_iter().filter(|piece| counts(&piece.dimension)));
    }

    /// The resource that decides is not known: all that its kind can ask for is not known either.
    fn like_unknown(
        &self,
        of: &Formula,
        types: &[Arc<str>],
        counts: impl Fn(&Dimension) -> bool,
        pieces: &mut Vec<Piece>,
    ) {
        let mut dimensions = Vec::new();
        for resource_type in types {
            if let Some((rule, sheet)) = self.run.rules.rule(resource_type) {
                let shared = |name: &str| self.run.rules.shared(sheet, name);
                rule.body.dimensions(&shared, &mut dimensions);
            }
        }
        dimensions.sort();
        dimensions.dedup();
        let evidence = self.evidence(of);
        for dimension in dimensions.iter().filter(|dimension| counts(dimension)) {
            pieces.push(Piece::unknown(dimension, evidence.clone()));
        }
    }

    /// An object with some attributes replaced, unless by null.
    fn replaced(
        &self,
        value: &Value,
        with: &[Local],
        replaced: &mut Vec<(Arc<str>, String)>,
    ) -> Value {
        let Some(entries) = value.entries().filter(|_| !with.is_empty()) else {
            return value.clone();
        };
        let mut entries = entries.clone();
        for local in with {
            let value = self.eval(&local.formula).unwrap_or_else(|error| {
                self.failed(&error, &self.evidence(&local.formula));
                Value::unknown()
            });
            if !value.is_null() {
                entries.insert(local.name.clone(), value);
                let path = self.evidence(&local.formula).attribute();
                replaced.push((local.name.clone(), path));
            }
        }
        Value::object(entries).with_marks(value.marks())
    }

    // ------------------------------------------------------------ what there is to tell

    fn nonsense(&self, dimension: &Dimension, found: String, evidence: &Evidence) {
        self.run.tell(Event::Nonsense {
            dimension: dimension.clone(),
            found,
            attribute: evidence.attribute(),
        });
    }

    fn failed(&self, error: &LangError, evidence: &Evidence) {
        let secret = self.subject.value.deep_marks().contains(Marks::SENSITIVE);
        let error = if secret {
            error.summary().to_owned()
        } else {
            error.to_string()
        };
        self.run.tell(Event::Failed {
            error: error.trim_end_matches('.').to_owned(),
            attribute: evidence.attribute(),
        });
    }

    /// Sizes that were not found matter only where the amount was to come from them.
    fn note_unlisted(&self, piece: &Piece) {
        if piece.mark < Mark::Assumed {
            return;
        }
        for (table, size, guess) in &*self.run.unlisted.borrow() {
            self.run.tell(Event::Unlisted {
                table: table.clone(),
                size: size.clone(),
                guess: guess.clone(),
                attribute: piece.evidence.attribute(),
            });
        }
    }
}

//! Bodies of rules -> pieces of evidence.

use super::amount::{self, Amount};
use super::piece::{Evidence, Piece, worst};
use super::rules::{Body, Each, Formula, Local, Part, What};
use super::run::{Event, MAX_DEPTH, Subject};
use super::scene::{Element, Scene};
use super::value::{mark_of, same_amount, spread, walk};
use crate::lang::{LangError, Marks, Value};
use crate::quantity::{Dimension, Mark, Quantity, Range};
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
                nodes,
                steady,
                max,
                body,
            } => self.copies(*nodes, steady, max.as_ref(), body, pieces),
            What::Each { of, body } => {
                for alternative in self.each_of(of, body) {
                    pieces.extend(alternative);
                }
            }
            What::Worst(body) => {
                let scene = self.within(body, None);
                let mut alternatives = Vec::new();
                for part in &body.parts {
                    match (&part.what, &part.condition) {
                        (What::Each { of, body }, None) => {
                            alternatives.extend(scene.each_of(of, body));
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
                if let Some(shared) = self.run.rules.shared(self.sheet, name) {
                    self.part(&shared.body, arguments)
                        .body(&shared.body, pieces);
                }
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
        let (range, mark) = match value {
            Ok(value) => match amount::amount(&value) {
                Ok(Amount::Range(range)) => (range, mark_of(&value, range)),
                Ok(Amount::Null) => (Range::UNBOUNDED, Mark::Undetermined),
                Err(found) => {
                    self.nonsense(dimension, found, &evidence);
                    (Range::UNBOUNDED, Mark::Undetermined)
                }
            },
            Err(error) if error.summary() == amount::NONSENSE => {
                self.nonsense(dimension, error.detail().to_owned(), &evidence);
                (Range::UNBOUNDED, Mark::Undetermined)
            }
            Err(error) => {
                self.failed(&error, &evidence);
                (Range::UNBOUNDED, Mark::Undetermined)
            }
        };
        Piece {
            dimension: dimension.clone(),
            steady: range,
            max: range,
            times: Range::exactly(Quantity::ONE),
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

    fn copies(
        &self,
        nodes: bool,
        steady: &Formula,
        max: Option<&Formula>,
        body: &Body,
        pieces: &mut Vec<Piece>,
    ) {
        let scene = self.within(body, None);
        let dimension = Dimension::new(Dimension::NODES);
        let low = scene.quantity(&dimension, steady);
        let high = max.map(|max| scene.quantity(&dimension, max));
        let count = Piece::between(low, high);
        if nodes {
            pieces.push(count.clone());
        }
        let body_from = pieces.len();
        scene.body(body, pieces);
        for piece in pieces.iter_mut().skip(body_from) {
            piece.repeat(&count);
        }
    }

    /// The pieces of each element.
    fn each_of(&self, of: &Each, body: &Body) -> Vec<Vec<Piece>> {
        let mut elements = Vec::new();
        let mut unknown = None;
        match of {
            Each::Blocks(path) => {
                let (start, prefix) = match self.element() {
                    Some(each) => (each.value.clone(), each.path.clone()),
                    None if self.subject.is_measured => (self.subject.value.clone(), String::new()),
                    None => (
                        self.subject.value.clone(),
                        self.subject.instance.address.clone(),
                    ),
                };
                walk(&start, path, prefix, &mut elements, &mut unknown);
            }
            Each::In(formula) => match self.eval(formula) {
                Ok(value) => {
                    let path = self
                        .trace(formula)
                        .map(|(path, _)| path)
                        .unwrap_or_default();
                    spread(&value, &path, &mut elements, &mut unknown);
                }
                Err(error) => {
                    let evidence = self.evidence(formula);
                    self.failed(&error, &evidence);
                    unknown = Some(evidence.attribute);
                }
            },
        }
        let mut all: Vec<Vec<Piece>> = elements
            .into_iter()
            .enumerate()
            .map(|(key, (value, path))| {
                let element = Element { value, key, path };
                let scene = self.within(body, Some(element));
                let mut pieces = Vec::new();
                scene.body(body, &mut pieces);
                pieces
            })
            .collect();
        if let Some(path) = unknown {
            // Nobody knows how many there will be, nor how large.
            let element = Element {
                value: Value::unknown(),
                key: all.len(),
                path: path.clone(),
            };
            let scene = self.within(body, Some(element));
            let mut pieces = Vec::new();
            scene.body(body, &mut pieces);
            let evidence = Evidence::of(path, &Value::unknown());
            for piece in &mut pieces {
                piece.unbound(&evidence);
            }
            all.push(pieces);
        }
        all
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
                let path = self.evidence(&local.formula).attribute;
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
            attribute: evidence.attribute.clone(),
        });
    }

    fn failed(&self, error: &LangError, evidence: &Evidence) {
        self.run.tell(Event::Failed {
            error: error.to_string(),
            attribute: evidence.attribute.clone(),
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
                attribute: piece.evidence.attribute.clone(),
            });
        }
    }
}

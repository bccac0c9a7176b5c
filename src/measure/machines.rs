//! `policies/machines/*.csv`: the name of a size -> its vCPU, memory, GPUs and the like.
//!
//! Tables come in as text: the shipped ones compiled in, a catalog's own read from its folder.
//! Out goes one object per size, whose numbers carry the `assumed` mark where the row is an
//! estimate.

use crate::date::Moment;
use crate::finding::Finding;
use crate::lang::Members;
use crate::lang::{Marks, Number, Value};
use crate::source::{SourceFile, Span};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// All tables, by name.
#[derive(Debug, Default)]
pub struct Machines {
    tables: BTreeMap<Arc<str>, Table>,
}

/// The rows of one table.
#[derive(Debug, Default)]
struct Table {
    /// What a catalog adds; it replaces rows of the same name.
    own: Rows,
    /// What comes with guard.
    shipped: Option<Shipped>,
    /// The file of the catalog, if it has one.
    file: Option<SourceFile>,
}

/// A table that a catalog brings.
#[derive(Clone, Debug)]
pub struct OwnTable {
    /// Its name.
    pub name: Arc<str>,
    /// How many sizes the catalog lists.
    pub sizes: usize,
    /// The day its facts are of, where a comment says so: `# as of 2026-08-22`.
    pub as_of: Option<Moment>,
    /// The line that says so, else the first one.
    pub place: Span,
}

/// Rows by their name in lower case.
type Rows = BTreeMap<Box<str>, Value>;

/// A table that comes with guard: its lines are found when the first size is looked up, and each
/// is read when its own size is.
#[derive(Debug)]
struct Shipped {
    text: &'static str,
    lines: OnceLock<Vec<Line>>,
}

#[derive(Debug)]
struct Line {
    name: &'static str,
    cells: &'static str,
    row: OnceLock<Option<Value>>,
}

impl Machines {
    /// The tables that come with guard.
    pub fn shipped() -> Self {
        let tables = super::shipped::MACHINES.iter().map(|(path, text)| {
            let table = Table {
                own: Rows::new(),
                shipped: Some(Shipped {
                    text,
                    lines: OnceLock::new(),
                }),
                file: None,
            };
            (Arc::from(table_name(path)), table)
        });
        Self {
            tables: tables.collect(),
        }
    }

    /// Adds a file of a catalog: the table is named as the file is, without folder and ending.
    ///
    /// Gives every mistake in it.
    pub fn add(&mut self, file: &SourceFile) -> Vec<Finding> {
        let mut mistakes = Vec::new();
        let name = table_name(file.path());
        let table = self.tables.entry(name.into()).or_default();
        read(file, &mut table.own, &mut mistakes);
        table.file = Some(file.clone());
        mistakes
    }

    /// The tables that a catalog brings, by name.
    pub fn own(&self) -> impl Iterator<Item = OwnTable> {
        self.tables.iter().filter_map(|(name, table)| {
            let file = table.file.as_ref()?;
            let (as_of, place) = as_of(file);
            Some(OwnTable {
                name: name.clone(),
                sizes: table.own.len(),
                as_of,
                place,
            })
        })
    }

    /// How many tables come with guard, how many sizes they list, and the day their facts are of.
    pub fn of_guard(&self) -> (usize, usize, Option<Moment>) {
        let shipped = || {
            self.tables
                .values()
                .filter_map(|table| table.shipped.as_ref())
        };
        let sizes = shipped().fold(0_usize, |sum, table| {
            sum.saturating_add(table.lines().len())
        });
        (shipped().count(), sizes, super::shipped::AS_OF.parse().ok())
    }

    /// Whether there is a table of that name.
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// The names of all tables, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(AsRef::as_ref)
    }

    /// The row of that size, as an object with an attribute for every cell that is filled.
    /// Upper and lower case do not matter. None where the table does not list it.
    pub fn find(&self, table: &str, name: &str) -> Option<&Value> {
        let table = self.tables.get(table)?;
        if !table.own.is_empty()
            && let Some(row) = table.own.get(name.to_ascii_lowercase().as_str())
        {
            return Some(row);
        }
        table.shipped.as_ref()?.find(name)
    }

    /// The row with the smallest number in `column` that is not below `least`: the tier that a
    /// disk of that size falls into.
    pub fn smallest(&self, table: &str, column: &str, least: &Number) -> Option<&Value> {
        let number = |row: &&Value| row.attribute(column).and_then(Value::as_number).cloned();
        self.rows(table)
            .filter(|row| number(row).is_some_and(|size| size >= *least))
            .min_by_key(number)
    }

    /// All rows of a table.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = &Value> {
        let table = self.tables.get(table);
        let own = table.into_iter().flat_map(|table| table.own.values());
        let shipped = table.into_iter().flat_map(|table| {
            let lines = table.shipped.iter().flat_map(|shipped| shipped.lines());
            let lines = lines.filter(|line| {
                table.own.is_empty()
                    || !table
                        .own
                        .contains_key(line.name.to_ascii_lowercase().as_str())
            });
            lines.filter_map(|line| table.shipped.as_ref()?.row(line))
        });
        own.chain(shipped)
    }
}

impl Shipped {
    /// Sorted by name, upper and lower case being the same.
    fn lines(&self) -> &[Line] {
        self.lines.get_or_init(|| {
            let rows = self.text.lines().skip(1);
            let mut lines: Vec<Line> = rows
                .filter_map(|cells| {
                    let (name, _) = cells.split_once(',')?;
                    Some(Line {
                        name,
                        cells,
                        row: OnceLock::new(),
                    })
                })
                .collect();
            if !lines.is_sorted_by(|a, b| without_case(a.name, b.name).is_lt()) {
                lines.sort_by(|a, b| without_case(a.name, b.name));
            }
            lines
        })
    }

    fn find(&self, name: &str) -> Option<&Value> {
        let lines = self.lines();
        let at = lines
            .binary_search_by(|line| without_case(line.name, name))
            .ok()?;
        self.row(lines.get(at)?)
    }

    fn row<'a>(&self, line: &'a Line) -> Option<&'a Value> {
        let read = || {
            let header: Vec<Arc<str>> = cells(self.text.lines().next()?).map(Arc::from).collect();
            let cells: Vec<&str> = cells(line.cells).collect();
            row(&header, &cells).ok().map(|(_, value)| value)
        };
        line.row.get_or_init(read).as_ref()
    }
}

/// The cells of a line without quotes, which is how the shipped tables are written.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(str::trim)
}

fn without_case(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// `policies/machines/aws_ec2.csv` is the table `aws_ec2`.
fn table_name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".csv").unwrap_or(file)
}

/// The day that the facts of a file are of, if it says so, and where.
fn as_of(file: &SourceFile) -> (Option<Moment>, Span) {
    let mut start = 0_usize;
    for line in file.text().split_inclusive('\n') {
        let end = start.saturating_add(line.trim_end().len());
        let day = line
            .strip_prefix('#')
            .and_then(|text| text.split_once("as of "));
        let day = day.and_then(|(_, rest)| rest.get(..10)?.parse().ok());
        if day.is_some() {
            return (day, file.at(start..end));
        }
        start = start.saturating_add(line.len());
    }
    let first = file.text().lines().next().unwrap_or("").len();
    (None, file.at(0..first))
}

/// Columns that say something about a row and are no number.
const WORDS: [&str; 3] = ["name", "mark", "sources"];

fn read(file: &SourceFile, rows: &mut Rows, mistakes: &mut Vec<Finding>) {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(file.text().as_bytes());
    let header: Vec<Arc<str>> = match reader.headers() {
        Ok(header) => header.iter().map(Arc::from).collect(),
        Err(error) => {
            mistakes.push(Finding::bad_machine_table(
                &file.at(0..0),
                &error.to_string(),
            ));
            return;
        }
    };
    let head = file.at(0..file.text().lines().next().unwrap_or("").len());
    if header.first().map(AsRef::as_ref) != Some("name") {
        let why = "the first column of a table of machine sizes is `name`";
        mistakes.push(Finding::bad_machine_table(&head, why));
        return;
    }
    for column in &header {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let named = !column.is_empty() && column.bytes().all(fits);
        if !named || header.iter().filter(|other| *other == column).count() > 1 {
            let why = format!("`{column}` cannot name a column, or does so twice");
            mistakes.push(Finding::bad_machine_table(&head, &why));
            return;
        }
    }
    let mut seen = BTreeMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let at = error.position().map_or(0, |position| position.byte());
                let span = line_at(file, at);
                mistakes.push(Finding::bad_machine_table(&span, &error.to_string()));
                return;
            }
        };
        let span = line_at(file, record.position().map_or(0, csv::Position::byte));
        let cells: Vec<&str> = record.iter().collect();
        match row(&header, &cells) {
            Ok((name, value)) => {
                let key = name.to_ascii_lowercase().into_boxed_str();
                if seen.insert(key.clone(), ()).is_some() {
                    let why = format!("the size `{name}` is listed twice");
                    mistakes.push(Finding::bad_machine_table(&span, &why));
                }
                rows.insert(key, value);
            }
            Err(why) => mistakes.push(Finding::bad_machine_table(&span, &why)),
        }
    }
}

/// One size: its name, and an object of what its row says.
fn row(header: &[Arc<str>], cells: &[&str]) -> Result<(String, Value), String> {
    if cells.len() != header.len() {
        return Err(format!(
            "this row has {} cells, the header has {}",
            cells.len(),
            header.len()
        ));
    }
    let cell = |name: &str| {
        let at = header.iter().position(|column| &**column == name)?;
        cells.get(at).copied()
    };
    let name = cell("name").unwrap_or("");
    if name.is_empty() {
        return Err("a size needs a name".to_owned());
    }
    let marks = match cell("mark").unwrap_or("") {
        "" | "known" => Marks::NONE,
        "assumed" => Marks::ASSUMED,
        other => return Err(format!("`{other}` is no mark; use `assumed` or nothing")),
    };
    let mut attributes = Members::new();
    attributes.insert("name".into(), Value::string(name));
    for (column, text) in header.iter().zip(cells) {
        if text.is_empty() || WORDS.contains(&&**column) {
            continue;
        }
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number = Number::parse(text).filter(|_| plain);
        let number = number.ok_or_else(|| format!("`{text}` in `{column}` is no plain number"))?;
        attributes.insert(column.clone(), Value::number(number).with_marks(marks));
    }
    Ok((name.to_owned(), Value::object(attributes)))
}

/// The line that begins at that byte.
fn line_at(file: &SourceFile, byte: u64) -> Span {
    let start = usize::try_from(byte).unwrap_or(usize::MAX);
    let rest = file.text().get(start..).unwrap_or("");
    let blank = rest.len().saturating_sub(rest.trim_start().len());
    let line = rest.trim_start().lines().next().unwrap_or("");
    let start = start.saturating_add(blank);
    file.at(start..start.saturating_add(line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(row: Option<&Value>, column: &str) -> Option<String> {
        Some(row?.attribute(column)?.as_number()?.to_string())
    }

    #[test]
    fn shipped_tables_have_no_mistake() {
        for (path, text) in super::super::shipped::MACHINES {
            let file = SourceFile::new(*path, *text);
            let mut mistakes = Vec::new();
            let mut rows = Rows::new();
            read(&file, &mut rows, &mut mistakes);
            assert!(mistakes.is_empty(), "{path}: {:?}", mistakes[0].message);
            assert!(rows.len() > 3, "{path}");
            // They are read by their commas alone, and found by their order.
            assert!(!text.contains(['"', '#', '\r']), "{path}");
            let machines = Machines::shipped();
            for (name, row) in &rows {
                assert_eq!(
                    machines.find(table_name(path), name),
                    Some(row),
                    "{path} {name}"
                );
            }
            assert_eq!(
                machines.rows(table_name(path)).count(),
                rows.len(),
                "{path}"
            );
        }
    }

    #[test]
    fn sizes_are_found_without_regard_to_case() {
        let machines = Machines::shipped();
        let vcpu = |table, name| number(machines.find(table, name), "vcpu");
        assert_eq!(vcpu("aws_ec2", "m5.4xlarge").as_deref(), Some("16"));
        assert_eq!(vcpu("azure_vm", "STANDARD_d4S_v3").as_deref(), Some("4"));
        assert_eq!(vcpu("aws_ec2", "m5.nonsense"), None);
        assert_eq!(vcpu("no_table", "m5.large"), None);
        let memory = number(machines.find("aws_ec2", "t3.nano"), "memory_gib");
        assert_eq!(memory.as_deref(), Some("0.5"));
    }

    #[test]
    fn a_disk_falls_into_the_next_tier_that_holds_it() {
        let machines = Machines::shipped();
        let iops = |size: &str| {
            let size = Number::parse(size).unwrap();
            let row = machines.smallest("azure_premium_disk", "size_gib", &size);
            number(row, "iops")
        };
        assert_eq!(iops("128").as_deref(), Some("500"));
        assert_eq!(iops("129").as_deref(), Some("1100"));
        assert_eq!(iops("1").as_deref(), Some("120"));
        assert_eq!(iops("32768"), None);
    }

    #[test]
    fn a_catalog_adds_and_replaces_rows() {
        let mut machines = Machines::shipped();
        let text = "name,vcpu,memory_gib,mark\nm5.large,3,9,\nx99.huge,400,,assumed\n";
        let mistakes = machines.add(&SourceFile::new("policies/machines/aws_ec2.csv", text));
        assert!(mistakes.is_empty());
        assert_eq!(
            number(machines.find("aws_ec2", "m5.large"), "vcpu").as_deref(),
            Some("3")
        );
        assert_eq!(
            number(machines.find("aws_ec2", "m5.xlarge"), "vcpu").as_deref(),
            Some("4")
        );
        let huge = machines.find("aws_ec2", "x99.huge").unwrap();
        assert_eq!(huge.attribute("vcpu").unwrap().marks(), Marks::ASSUMED);
        assert_eq!(
            huge.attribute("memory_gib"),
            None,
            "an empty cell is not known"
        );
    }

    #[test]
    fn every_mistake_in_a_table_is_told_with_its_line() {
        let text = "name,vcpu\na,-1\nb,1,2\n,4\nc,1e3\nc,2\nC,2\nd,3\n";
        let mut machines = Machines::default();
        let mistakes = machines.add(&SourceFile::new("mine.csv", text));
        let told: Vec<String> = mistakes
            .iter()
            .map(|finding| match &finding.labels[0].place {
                crate::finding::Place::Source(span) => format!("{span} {}", finding.message),
                _ => String::new(),
            })
            .collect();
        assert_eq!(
            told,
            [
                "mine.csv:2:1 `-1` in `vcpu` is no plain number",
                "mine.csv:3:1 this row has 3 cells, the header has 2",
                "mine.csv:4:1 a size needs a name",
                "mine.csv:5:1 `1e3` in `vcpu` is no plain number",
                "mine.csv:7:1 the size `C` is listed twice",
            ]
        );
        let wrong = machines.add(&SourceFile::new("other.csv", "size,vcpu\na,1\n"));
        assert_eq!(wrong.len(), 1);
    }
}

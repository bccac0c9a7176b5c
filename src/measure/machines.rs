//! `policies/machines/*.csv`: the name of a size -> its vCPU, memory, GPUs and the like.
//!
//! Tables come in as text (the shipped ones compiled in, a catalog's own read from its folder)
//! and are parsed when the first size is looked up. Out goes one object per size, whose numbers
//! carry the `assumed` mark where the row is an estimate.

use crate::finding::Finding;
use crate::lang::{Marks, Number, Value};
use crate::source::{SourceFile, Span};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// All tables, by name.
#[derive(Clone, Debug, Default)]
pub struct Machines {
    tables: BTreeMap<Arc<str>, Table>,
}

/// The files of one table: later ones add rows, and replace rows of earlier ones.
#[derive(Clone, Debug, Default)]
struct Table {
    files: Vec<SourceFile>,
    rows: OnceLock<Rows>,
}

/// Rows by their name in lower case.
type Rows = BTreeMap<Box<str>, Value>;

impl Machines {
    /// The tables that come with guard.
    pub fn shipped() -> Self {
        let mut machines = Self::default();
        for (path, text) in super::shipped::MACHINES {
            machines.push(&SourceFile::new(*path, *text));
        }
        machines
    }

    /// Adds a file of a catalog: the table is named as the file is, without folder and ending.
    ///
    /// Gives every mistake in it.
    pub fn add(&mut self, file: &SourceFile) -> Vec<Finding> {
        let mut mistakes = Vec::new();
        read(file, &mut Rows::new(), &mut mistakes);
        self.push(file);
        mistakes
    }

    fn push(&mut self, file: &SourceFile) {
        let name = table_name(file.path());
        let table = self.tables.entry(name.into()).or_default();
        table.files.push(file.clone());
        table.rows = OnceLock::new();
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
        let rows = self.rows(table)?;
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            rows.get(name.to_ascii_lowercase().as_str())
        } else {
            rows.get(name)
        }
    }

    /// The row with the smallest number in `column` that is not below `least`: the tier that a
    /// disk of that size falls into.
    pub fn smallest(&self, table: &str, column: &str, least: &Number) -> Option<&Value> {
        let number = |row: &&Value| row.attribute(column).and_then(Value::as_number).cloned();
        self.rows(table)?
            .values()
            .filter(|row| number(row).is_some_and(|size| size >= *least))
            .min_by_key(number)
    }

    /// The sizes of a table, sorted, in lower case.
    pub fn sizes(&self, table: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.rows(table)
            .into_iter()
            .flat_map(|rows| rows.iter().map(|(name, row)| (name.as_ref(), row)))
    }

    fn rows(&self, table: &str) -> Option<&Rows> {
        let table = self.tables.get(table)?;
        Some(table.rows.get_or_init(|| {
            let mut rows = Rows::new();
            for file in &table.files {
                read(file, &mut rows, &mut Vec::new());
            }
            rows
        }))
    }
}

/// `policies/machines/aws_ec2.csv` is the table `aws_ec2`.
fn table_name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".csv").unwrap_or(file)
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
        match row(&header, &record) {
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
fn row(header: &[Arc<str>], record: &csv::StringRecord) -> Result<(String, Value), String> {
    if record.len() != header.len() {
        return Err(format!(
            "this row has {} cells, the header has {}",
            record.len(),
            header.len()
        ));
    }
    let cell = |name: &str| {
        let at = header.iter().position(|column| &**column == name)?;
        record.get(at)
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
    let mut attributes: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    attributes.insert("name".into(), Value::string(name));
    for (column, text) in header.iter().zip(record) {
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

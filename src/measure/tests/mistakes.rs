//! Files of rules: the shipped ones have no mistake, and those of others are all told.

use crate::finding::Place;
use crate::measure::Rules;
use crate::source::SourceFile;

fn told(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile::new(*path, *text))
        .collect();
    let (_, findings) = Rules::with(&files, &[]);
    findings
        .iter()
        .map(|finding| {
            let place = match finding.labels.first().map(|label| &label.place) {
                Some(Place::Source(span)) => span.to_string(),
                _ => String::new(),
            };
            let help = finding
                .help
                .first()
                .map_or(String::new(), |help| format!(" ({help})"));
            format!("{place} {}{help}", finding.message)
        })
        .collect()
}

#[test]
fn shipped_rules_have_no_mistake() {
    for (_, file) in crate::measure::shipped::RULES {
        assert_eq!(told(&[*file]), [""; 0]);
    }
}

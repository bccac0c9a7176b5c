//! The page as text. How it looks is for a browser to show.

use super::super::{Format, markup, samples};
use xmloxide::Document;

#[test]
fn samples_as_pages() {
    for (name, report) in samples::all() {
        let page = samples::written_but_for_codes(&report, Format::Html, markup::line);
        // The style is in the source tree already.
        let (head, rest) = page.split_once("<style>").unwrap();
        let (_, body) = rest.split_once("</style>").unwrap();
        insta::assert_snapshot!(name, format!("{head}<style></style>{body}"));
    }
}

#[test]
fn a_page_loads_nothing_and_runs_nothing() {
    for (name, report) in samples::all() {
        let page = samples::written(&report, Format::Html);
        for tag in page.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap();
            let (element, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            let forbidden = ["script", "img", "link", "iframe", "object", "form", "base"];
            assert!(!forbidden.contains(&element), "{name}: <{tag}>");
            // What is in front of each quoted value.
            for attribute in attributes.split('"').step_by(2).map(str::trim) {
                let known = [
                    "",
                    "class=",
                    "id=",
                    "href=",
                    "style=",
                    "role=",
                    "aria-label=",
                    "aria-hidden=",
                    "tabindex=",
                    "lang=",
                    "charset=",
                    "name=",
                    "content=",
                    "http-equiv=",
                    "html",
                ];
                assert!(known.contains(&attribute), "{name}: <{tag}>");
            }
        }
        for forbidden in ["url(", "@import", "javascript:\"", "href=\"h"] {
            assert!(!page.contains(forbidden), "{name}: {forbidden}");
        }
        assert!(page.contains("default-src 'none'"), "{name}");
    }
}

#[test]
fn every_tag_is_closed_and_every_link_goes_somewhere() {
    for (name, report) in samples::all() {
        let page = samples::written(&report, Format::Html);
        let (_, body) = page.split_once("<body>").unwrap();
        // But for the line break, the body is well-formed XML too.
        let body = format!(
            "<body>{}",
            body.replace("</html>", "").replace("<br>", "<br/>")
        );
        let document = Document::parse_str(&body);
        assert!(document.is_ok(), "{name}: {:?}", document.err());
        for target in body.split("href=\"#").skip(1) {
            let target = target.split('"').next().unwrap();
            assert!(
                body.contains(&format!("id=\"{target}\"")),
                "{name}: {target}"
            );
        }
    }
}

/// A page as a browser has it after loading; none where there is no browser.
fn seen_by_a_browser(page: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    std::fs::write(&file, page).unwrap();
    let output = std::process::Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .ok()?;
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success() && dom.contains("<main>")).then_some(dom)
}

#[test]
fn a_browser_shows_what_was_written_and_nothing_else() {
    let elements = |page: &str| page.matches("<article").count() + page.matches("<details").count();
    for report in [samples::fleet(), samples::hostile()] {
        let page = samples::written(&report, Format::Html);
        let Some(dom) = seen_by_a_browser(&page) else {
            eprintln!("skipped: there is no chromium that starts here");
            return;
        };
        // A browser that had to mend the page, or ran something in it, has another one.
        assert_eq!(elements(&dom), elements(&page));
        assert!(!dom.contains("<script"));
    }
}

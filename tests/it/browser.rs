//! The HTML report in a real browser, where there is one.

use crate::guard::{guard, project};
use std::process::Command;

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What a script finds on a page, opened in a window of this width.
fn ask(page: &str, width: u32, script: &str) -> Option<String> {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let path = temp.path().join("page.html");
    // The report allows no script; this copy allows the one that asks.
    let (before, after) = page.split_once("<meta http-equiv=\"Content-Security-Policy\"")?;
    let (_, after) = after.split_once('>')?;
    let asks = format!("<script>document.title = String({script})</script>");
    std::fs::write(&path, format!("{before}{after}{asks}")).expect("the page can be written");
    for browser in BROWSERS {
        let output = Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
            .arg(format!("--window-size={width},900"))
            .arg(format!(
                "--user-data-dir={}",
                temp.path().join("profile").display()
            ))
            .arg(format!("file://{}", path.display()))
            .output();
        if let Ok(output) = output {
            let dom = String::from_utf8_lossy(&output.stdout).into_owned();
            let (_, rest) = dom.split_once("<title>")?;
            return Some(rest.split_once("</title>")?.0.to_owned());
        }
    }
    None
}

fn page(story: &str) -> String {
    let words = ["plan.json", "--now", "2026-11-22", "--format", "html"];
    guard(&project().join("fixtures").join(story), words).stdout
}

#[test]
fn the_page_fits_its_window_and_opens() {
    for story in ["black-friday", "formats/settled", "formats/bad-input"] {
        let page = page(story);
        for width in [500, 1100] {
            let script = "[document.documentElement.scrollWidth <= innerWidth, \
                document.querySelectorAll('h1').length, \
                performance.getEntriesByType('resource').length].join()";
            let Some(answer) = ask(&page, width, script) else {
                eprintln!("skipped: none of {BROWSERS:?} opens a page here");
                return;
            };
            assert_eq!(
                answer, "true,1,0",
                "{story} at {width}: fits, headings, requests"
            );
        }
    }
}

#[test]
fn the_page_asks_nobody_for_anything() {
    for story in ["black-friday", "formats/over"] {
        let page = page(story);
        for outside in ["<script", "<link", "<img", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{story} has {outside}");
        }
    }
}

//! A line on the terminal for whoever waits longer than a second. It never goes anywhere else.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How far a piece of work is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    done: AtomicUsize,
    all: AtomicUsize,
}

/// Nobody is bothered before this.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is written anew.
const PACE: Duration = Duration::from_millis(200);

impl Progress {
    /// There are so many roots.
    pub(super) fn begin(&self, all: usize) {
        self.all.store(all, Ordering::Relaxed);
    }

    /// One more is done.
    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    fn line(&self) -> String {
        match self.all.load(Ordering::Relaxed) {
            0 => "reading configuration".to_owned(),
            all => format!(
                "{} of {all} roots measured",
                self.done.load(Ordering::Relaxed)
            ),
        }
    }
}

/// Does the work, and shows how far it is where standard error is a terminal.
pub(super) fn shown<R>(work: impl FnOnce(&Progress) -> R) -> R {
    let progress = Progress::default();
    if !io::stderr().is_terminal() {
        return work(&progress);
    }
    thread::scope(|scope| {
        let (end, ended) = channel::<()>();
        let watched = &progress;
        scope.spawn(move || {
            let mut wait = PATIENCE;
            let mut was_shown = false;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                // A terminal that is gone misses nothing.
                let _ = write!(io::stderr(), "\r\x1b[K{}", watched.line());
                (wait, was_shown) = (PACE, true);
            }
            if was_shown {
                let _ = write!(io::stderr(), "\r\x1b[K");
            }
        });
        let result = work(&progress);
        drop(end);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_is() {
        let progress = Progress::default();
        assert_eq!(progress.line(), "reading configuration");
        progress.begin(300);
        progress.step();
        assert_eq!(progress.line(), "1 of 300 roots measured");
    }
}

//! Work on many things at once, with results in their order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The stack of a thread that evaluates: expressions nest, and modules call modules. It is
/// address space; memory is taken only as far as it is used.
const STACK: usize = 64 << 20;

/// Does `work` on every item, on so many threads; the results are in the order of the items
/// whatever the threads do.
pub(super) fn parallel<'i, T: Sync, R: Send>(
    threads: usize,
    items: &'i [T],
    work: impl Fn(&'i T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            let result = work(item);
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((at, result));
        }
    };
    if !items.is_empty() {
        thread::scope(|scope| {
            for _ in 0..threads.clamp(1, items.len()) {
                let thread = thread::Builder::new().stack_size(STACK);
                if thread.spawn_scoped(scope, run).is_err() {
                    // Where the system gives no more threads, those there are do it all.
                    run();
                }
            }
        });
    }
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1000).collect();
        for threads in [0, 1, 2, 7] {
            let doubled = parallel(threads, &items, |n| n * 2);
            assert!(doubled.iter().zip(&items).all(|(a, b)| *a == b * 2));
            assert_eq!(doubled.len(), 1000);
        }
        assert!(parallel(2, &[] as &[u64], |n| *n).is_empty());
    }
}

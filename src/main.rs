//! The `guard` program: argv in, exit code out, nothing else.

fn main() {}

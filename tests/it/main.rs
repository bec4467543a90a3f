//! What holds for the whole program, seen from outside.

#[cfg(test)]
mod tidy;

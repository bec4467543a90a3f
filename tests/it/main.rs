//! What holds for the whole program, seen from outside.

#[cfg(test)]
mod argocd_golden;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod git;
#[cfg(test)]
mod origins;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod render_all;
#[cfg(test)]
mod run;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod walk;

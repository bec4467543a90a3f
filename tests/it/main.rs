//! What holds for the whole program, seen from outside.

#[cfg(test)]
mod action;
#[cfg(test)]
mod argocd_golden;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod baseline;
#[cfg(test)]
mod cache;
#[cfg(test)]
mod canaries;
#[cfg(test)]
mod changed;
#[cfg(test)]
mod command;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod escaping;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod git;
#[cfg(test)]
mod gitlab;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod hostile;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod hostile_trees;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod local;
#[cfg(test)]
mod npm;
#[cfg(test)]
mod origins;
#[cfg(test)]
mod owned;
#[cfg(test)]
mod plugin;
#[cfg(test)]
mod policy_tests;
#[cfg(test)]
mod promotion;
#[cfg(test)]
mod random;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod render_all;
#[cfg(test)]
mod run;
#[cfg(test)]
mod shards;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod walk;

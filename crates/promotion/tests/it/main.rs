//! What holds for every plan.

#[cfg(test)]
mod generate;
#[cfg(test)]
mod properties;

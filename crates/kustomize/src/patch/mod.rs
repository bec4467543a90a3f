//! Patches: strategic merges and JSON 6902.

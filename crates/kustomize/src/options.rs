/// What may differ between two builds of the same kustomization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The order of objects where the kustomization does not ask for one.
    pub reorder: Reorder,
    /// Whether files outside a kustomization's folder are refused.
    pub load_restrictor: bool,
    /// Whether entries of `resources` that stand in another repository or nowhere, `components` that
    /// stand in another repository, generators whose files stand nowhere, and patches without content
    /// are left out, so that the rest can be looked at. What comes out is then not what is deployed.
    pub leave_out_absent: bool,
}

/// The order of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reorder {
    /// As they are met.
    None,
    /// By kind, then by name.
    Legacy,
}

/// As `kustomize build` without options.
impl Default for Options {
    fn default() -> Self {
        Self {
            reorder: Reorder::Legacy,
            load_restrictor: true,
            leave_out_absent: false,
        }
    }
}

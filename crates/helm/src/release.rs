use manifest::Src;

/// What is installed: the name and namespace that templates see in `.Release`.
#[derive(Clone, Debug)]
pub struct Release {
    /// The release's name.
    pub name: String,
    /// The namespace that it is installed into.
    pub namespace: String,
    /// Where the name is written, if it is.
    pub name_place: Option<Src>,
    /// Where the namespace is written, if it is.
    pub namespace_place: Option<Src>,
    /// Whether templates are told that an older release is replaced.
    pub is_upgrade: bool,
}

impl Release {
    /// A first installation under a name, into a namespace.
    pub fn new(name: impl Into<String>, namespace: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            namespace: namespace.into(),
            name_place: None,
            namespace_place: None,
            is_upgrade: false,
        }
    }
}

/// `helm template` without arguments.
impl Default for Release {
    fn default() -> Self {
        Self::new("release-name", "default")
    }
}

/// What of a chart is rendered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether the files in `crds/` are part of it.
    pub include_crds: bool,
    /// Whether hooks that are tests are left out.
    pub skip_tests: bool,
    /// Whether all hooks are left out.
    pub skip_hooks: bool,
    /// Whether values may contradict the chart's schema.
    pub skip_schema: bool,
}

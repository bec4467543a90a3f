//! What told the environment of a target.

use super::Environment;

/// What told an environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing told any.
    #[default]
    Nothing,
    /// The configuration.
    Configuration,
    /// A label of the object that deploys it.
    Label,
    /// The folder of the object that deploys it.
    FolderOfObject,
    /// The values files that a chart is given.
    Values,
    /// The name of the object that deploys it.
    Name,
    /// The cluster or namespace that it goes to.
    Destination,
    /// The environment of what brings the object that deploys it.
    Bringer,
    /// The target's own folder.
    Folder,
    /// A word in the name or destination of the object that deploys it, which may mean something
    /// else.
    Hint,
}

/// An environment, and what told it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) environment: Environment,
    pub(super) by: Evidence,
}

impl Evidence {
    /// In words that fit behind "told by".
    pub fn words(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Configuration => "the configuration",
            Self::Label => "a label of what deploys it",
            Self::FolderOfObject => "the folder of what deploys it",
            Self::Values => "its values files",
            Self::Name => "the name of what deploys it",
            Self::Destination => "its destination",
            Self::Bringer => "what brings the object that deploys it",
            Self::Folder => "its folder",
            Self::Hint => "a word in the name or destination of what deploys it",
        }
    }

    pub(super) fn tells(self, environment: Environment) -> Told {
        Told {
            environment,
            by: self,
        }
    }
}

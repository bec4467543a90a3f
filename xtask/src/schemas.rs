//! The schemas of Kubernetes' own kinds.

use crate::Failure;
use crate::wheel::Wheel;

/// Published definitions of every supported version.
const DEFINITIONS: Wheel = Wheel {
    package: "kubernetes-validate",
    version: "1.37.0",
    sha256: "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9",
};

/// Prints the folder of the definitions.
pub(crate) fn show() -> Result<(), Failure> {
    println!("{}", DEFINITIONS.unpacked()?);
    Ok(())
}

//! kustomize build, natively.

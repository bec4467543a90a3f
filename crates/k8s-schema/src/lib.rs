//! Schemas of Kubernetes objects.

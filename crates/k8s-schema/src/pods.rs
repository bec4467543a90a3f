//! Where pods are told of in a kind's objects, found by the form of its schema.

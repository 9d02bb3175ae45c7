//! Server functions: who, what, return.

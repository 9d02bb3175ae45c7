//! What stands before every route.

/// The address a request came from, as limits and session lists see it.
#[derive(Clone, Debug)]
pub struct Address(pub String);

//! Hub and socket.

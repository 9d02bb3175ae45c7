//! Clients of outside services, and the sandbox that plays them where none is configured.

mod breaker;
/// What the assistant is told before each reply, and the two things it can do besides speaking.
pub mod briefing;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod contract;
/// The one door that every outside call passes.
pub mod http;
/// OpenAI: chat, streamed and structured.
pub mod openai;
/// The parts of OpenAI and Twilio, played by this program itself over real HTTP.
pub mod sandbox;
mod sse;
mod stream;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
/// Twilio: text messages.
pub mod twilio;

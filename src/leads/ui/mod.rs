//! What people see of leads: the board, and a page for each.
mod around;
mod board;
mod column;
mod details;
mod drag;
mod face;
mod keyboard;
mod lead_forms;
mod lead_page;
mod motion;
mod move_menu;
mod moves;
mod new_lead;
mod paper;
mod state;
mod timeline;
pub use board::BoardPage;
pub use lead_page::LeadPage;

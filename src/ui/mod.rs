//! The design system. Knows no domain.

/// People are circles, assistants squircles, leads unlit circles.
pub mod avatar;
/// One line under the page bar.
pub mod banner;
/// The minute hand that relative times follow.
pub mod clock;
/// A line to copy.
pub mod copy;
/// Modal dialogs.
pub mod dialog;
/// What stands where nothing stands yet.
pub mod empty;
/// Inputs with their label, hint and error.
pub mod field;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod gallery;
/// Icons of the sprite.
pub mod icon;
/// Whom a key is meant for.
pub mod keys;
/// Score, sentiment, stage and age.
pub mod marks;
/// Drop-down menus that work without script.
pub mod menu;
/// Days and times in the reader's zone.
pub mod moment;
/// What is proposed while one writes.
pub mod proposals;
/// The frame around every page of the application.
pub mod shell;
/// Placeholders while a page loads.
pub mod skeleton;
/// Light, dark, or as the system says.
pub mod theme;
/// Short messages at the bottom, with Undo.
pub mod toast;

//! Server-sent events, read from bytes as they come: any line ending, data over several lines,
//! comments, characters split between two pieces.

/// The longest event we put up with, in bytes.
const LONGEST: usize = 1 << 20;

/// The reader's state between two pieces.
#[derive(Default)]
pub struct Sse {
    line: Vec<u8>,
    data: Option<String>,
    /// The last byte was CR: an LF that follows belongs to it.
    after_cr: bool,
    begun: bool,
}

/// The stream is not text, or an event is too long.
#[derive(Debug, PartialEq)]
pub struct NotSse;

impl Sse {
    /// Takes the next piece and returns the data of every event that it completes. An event that
    /// the stream ends in the middle of is never returned, as the standard has it.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<String>, NotSse> {
        let mut events = Vec::new();
        for &byte in piece {
            let ends = match byte {
                b'\n' if std::mem::take(&mut self.after_cr) => continue,
                b'\n' => true,
                b'\r' => {
                    self.after_cr = true;
                    true
                }
                _ => {
                    self.after_cr = false;
                    self.line.push(byte);
                    false
                }
            };
            if self.line.len() + self.data.as_ref().map_or(0, String::len) > LONGEST {
                return Err(NotSse);
            }
            if ends {
                events.extend(self.end_line()?);
            }
        }
        Ok(events)
    }

    fn end_line(&mut self) -> Result<Option<String>, NotSse> {
        let bytes = std::mem::take(&mut self.line);
        let mut line = std::str::from_utf8(&bytes).map_err(|_| NotSse)?;
        if !std::mem::replace(&mut self.begun, true) {
            line = line.trim_start_matches('\u{feff}');
        }
        if line.is_empty() {
            return Ok(self.data.take());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        // Comments have an empty field name; `event`, `id` and `retry` tell us nothing we need.
        if field == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            }
        }
        Ok(None)
    }
}

//! What one tab listens to and has heard: the book-keeping of the browser's socket, without the
//! socket. It promises each listener every event after its own number, in order, once, however
//! often the connection is lost.

use crate::activity::model::Recorded;
use crate::live::topic::{ClientFrame, Here, ServerFrame, Topic};
use crate::wire;
use crate::wire::FromWire;
use std::collections::{BTreeMap, HashMap};

/// What one tab listens to and has heard.
#[derive(Debug, Default)]
pub struct Book {
    topics: HashMap<Topic, Entry>,
    /// Everything up to here has been told, on every topic whose listeners are ready.
    cursor: i64,
    connected: bool,
    /// Whether there was a connection before the present one.
    again: bool,
    next: u64,
    /// Topics of a `Resume` that are not answered, and the events told meanwhile.
    resuming: Option<(Vec<Topic>, u32)>,
}

/// One topic. The server answers each `Subscribe` with one frame, in order, so counting tells
/// which are answered.
#[derive(Debug, Default)]
struct Entry {
    asked: u32,
    answered: u32,
    /// The last answer was a refusal. A second one in a row is not told again, or a page that can
    /// be loaded but not listened to would be loaded for ever.
    denied: bool,
    ears: Vec<Ear>,
}

#[derive(Debug)]
struct Ear {
    id: u64,
    /// The last event told, or in the listener's data from the start.
    last: i64,
    /// Ready when the topic's `answered` has come this far: until then a replay may be under way,
    /// and what comes is held to be told in order.
    turn: u32,
    /// Its data is being loaded afresh.
    stale: bool,
    held: BTreeMap<i64, Recorded>,
}

impl Ear {
    fn ready(&self, answered: u32) -> bool {
        !self.stale && self.turn <= answered
    }
}

/// Something to tell a listener, by its number; or the tab.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // told and gone: nothing keeps many of them
pub enum Tell {
    /// Something happened.
    Event(u64, Recorded),
    /// Something not stored.
    Pulse(u64, serde_json::Value),
    /// Load the data afresh, then call `caught_up`.
    Snapshot(u64),
    /// Who is looking at the topic now.
    Presence(Topic, Vec<Here>),
    /// After a lost connection everything is told that was missed: so many events.
    Back(u32),
}

/// Enough of an event that this build cannot read: the server is newer than the page.
#[derive(FromWire)]
struct Unreadable {
    topics: Vec<Topic>,
}

/// Reads a frame. An event of an unknown kind becomes one `SnapshotRequired` for each of its
/// topics; any other unreadable frame is dropped.
pub fn read(text: &str) -> Vec<ServerFrame<Recorded>> {
    let Some(json) = wire::parse(text) else { return Vec::new() };
    match wire::read(&json) {
        Some(frame) => vec![frame],
        None => wire::read::<Unreadable>(&json)
            .map(|event| event.topics.into_iter().map(|topic| ServerFrame::SnapshotRequired { topic }).collect())
            .unwrap_or_default(),
    }
}

impl Book {
    /// A new listener, whose data holds everything up to `since`. Gives its number, and what to
    /// send if the socket is open.
    pub fn listen(&mut self, topic: Topic, since: i64) -> (u64, Option<ClientFrame>) {
        self.next += 1;
        let entry = self.topics.entry(topic).or_default();
        let turn = entry.asked + 1;
        entry.ears.push(Ear { id: self.next, last: since, turn, stale: false, held: BTreeMap::new() });
        if self.connected {
            entry.asked = turn;
        }
        (self.next, self.connected.then_some(ClientFrame::Subscribe { topic, since }))
    }

    /// The listener has gone.
    pub fn forget(&mut self, id: u64) -> Option<ClientFrame> {
        let (topic, entry) = self.topics.iter_mut().find(|(_, entry)| entry.ears.iter().any(|ear| ear.id == id))?;
        entry.ears.retain(|ear| ear.id != id);
        (entry.ears.is_empty() && self.connected).then_some(ClientFrame::Unsubscribe { topic: *topic })
    }

    /// The stale data of the topic was loaded afresh and holds everything up to `seq`.
    pub fn caught_up(&mut self, topic: Topic, seq: i64) -> Option<ClientFrame> {
        let entry = self.topics.get_mut(&topic)?;
        let turn = entry.asked + 1;
        let mut stale = false;
        for ear in entry.ears.iter_mut().filter(|ear| ear.stale) {
            (ear.last, ear.turn, ear.stale) = (seq, turn, false);
            stale = true;
        }
        let ask = stale && self.connected;
        if ask {
            entry.asked = turn;
        }
        ask.then_some(ClientFrame::Subscribe { topic, since: seq })
    }

    /// The connection is lost.
    pub fn disconnected(&mut self) {
        self.connected = false;
        self.resuming = None;
    }

    /// The server has said hello. Gives what to send: one `Resume` for all that was told up to
    /// the same number, and a `Subscribe` for each topic that is further back.
    pub fn connected(&mut self) -> (Vec<ClientFrame>, Vec<Tell>) {
        self.connected = true;
        self.topics.retain(|_, entry| !entry.ears.is_empty());
        let (mut resumed, mut frames) = (Vec::new(), Vec::new());
        for (topic, entry) in &mut self.topics {
            let answered = std::mem::take(&mut entry.answered);
            entry.asked = 0;
            let all_ready = entry.ears.iter().all(|ear| ear.ready(answered));
            for ear in &mut entry.ears {
                if ear.ready(answered) {
                    ear.last = ear.last.max(self.cursor);
                }
                ear.turn = u32::from(!all_ready);
            }
            let Some(since) = entry.ears.iter().filter(|ear| !ear.stale).map(|ear| ear.last).min() else { continue };
            entry.asked = 1;
            if all_ready {
                resumed.push(*topic);
            } else {
                frames.push(ClientFrame::Subscribe { topic: *topic, since });
            }
        }
        let again = std::mem::replace(&mut self.again, true);
        let back = if resumed.is_empty() && again { vec![Tell::Back(0)] } else { Vec::new() };
        if !resumed.is_empty() {
            frames.insert(0, ClientFrame::Resume { seq: self.cursor, topics: resumed.clone() });
            self.resuming = Some((resumed, 0));
        }
        (frames, back)
    }

    /// A frame came in. Gives what to tell, in order.
    pub fn heard(&mut self, frame: ServerFrame<Recorded>) -> Vec<Tell> {
        match frame {
            ServerFrame::Event { topics, event } => self.happened(&topics, event),
            ServerFrame::Subscribed { topic, seq } => {
                self.cursor = self.cursor.max(seq);
                self.deny(topic, false);
                self.answered(topic, false)
            }
            ServerFrame::SnapshotRequired { topic } => self.answered(topic, true),
            ServerFrame::Denied { topic } => {
                let again = self.deny(topic, true);
                let mut tells = self.answered(topic, true);
                tells.retain(|tell| !(again && matches!(tell, Tell::Snapshot(_))));
                tells
            }
            ServerFrame::Pulse { topic, pulse } => self.ears(topic).map(|ear| Tell::Pulse(ear.id, pulse.clone())).collect(),
            ServerFrame::Presence { topic, here } => vec![Tell::Presence(topic, here)],
            ServerFrame::Beat { seq } => {
                self.cursor = self.cursor.max(seq);
                Vec::new()
            }
            ServerFrame::Hello { .. } | ServerFrame::Bye { .. } => Vec::new(),
        }
    }

    /// Notes whether the topic was refused, and gives what was noted before.
    fn deny(&mut self, topic: Topic, denied: bool) -> bool {
        self.topics.get_mut(&topic).is_some_and(|entry| std::mem::replace(&mut entry.denied, denied))
    }

    fn ears(&self, topic: Topic) -> impl Iterator<Item = &Ear> {
        self.topics.get(&topic).into_iter().flat_map(|entry| &entry.ears)
    }

    fn happened(&mut self, topics: &[Topic], event: Recorded) -> Vec<Tell> {
        if let Some((_, missed)) = &mut self.resuming {
            *missed += 1;
        }
        self.cursor = self.cursor.max(event.seq);
        let mut tells = Vec::new();
        for topic in topics {
            let Some(entry) = self.topics.get_mut(topic) else { continue };
            for ear in entry.ears.iter_mut().filter(|ear| ear.last < event.seq) {
                if ear.ready(entry.answered) {
                    ear.last = event.seq;
                    tells.push(Tell::Event(ear.id, event.clone()));
                } else {
                    ear.held.insert(event.seq, event.clone());
                }
            }
        }
        tells
    }

    /// The oldest question about the topic is answered: by a replay that is now complete, or by
    /// the news that its data must be loaded afresh.
    fn answered(&mut self, topic: Topic, afresh: bool) -> Vec<Tell> {
        let mut tells = Vec::new();
        if let Some(entry) = self.topics.get_mut(&topic) {
            entry.answered = entry.asked.min(entry.answered + 1);
            for ear in &mut entry.ears {
                if afresh {
                    if !std::mem::replace(&mut ear.stale, true) {
                        tells.push(Tell::Snapshot(ear.id));
                    }
                } else if ear.ready(entry.answered) {
                    for (seq, event) in std::mem::take(&mut ear.held) {
                        if seq > ear.last {
                            ear.last = seq;
                            tells.push(Tell::Event(ear.id, event));
                        }
                    }
                }
            }
        }
        if let Some((waiting, missed)) = &mut self.resuming {
            waiting.retain(|other| *other != topic);
            if waiting.is_empty() {
                tells.push(Tell::Back(*missed));
                self.resuming = None;
            }
        }
        tells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::model::{Event, Who};
    use crate::values::Timestamp;

    const TOPIC: Topic = Topic::Company;

    fn event(seq: i64) -> ServerFrame<Recorded> {
        let event = Recorded { seq, at: Timestamp(0), actor: Who::Visitor, mutation: None, event: Event::CompanyChanged };
        ServerFrame::Event { topics: vec![TOPIC], event }
    }

    fn subscribed(seq: i64) -> ServerFrame<Recorded> {
        ServerFrame::Subscribed { topic: TOPIC, seq }
    }

    /// Who is told which event by these frames.
    fn told(book: &mut Book, frames: impl IntoIterator<Item = ServerFrame<Recorded>>) -> Vec<(u64, i64)> {
        let tells: Vec<Tell> = frames.into_iter().flat_map(|frame| book.heard(frame)).collect();
        tells.into_iter().filter_map(|tell| if let Tell::Event(id, event) = tell { Some((id, event.seq)) } else { None }).collect()
    }

    #[test]
    fn a_second_listener_with_older_data_gets_what_it_misses_first() {
        let mut book = Book::default();
        book.connected();
        let (first, _) = book.listen(TOPIC, 10);
        assert_eq!(told(&mut book, [subscribed(10), event(11)]), [(first, 11)]);
        let (second, frame) = book.listen(TOPIC, 9);
        assert!(matches!(frame, Some(ClientFrame::Subscribe { since: 9, .. })));
        // 12 is live and overtakes the replay of 10 to 12 that was asked for.
        assert_eq!(told(&mut book, [event(12), event(10), event(11), event(12)]), [(first, 12)]);
        assert_eq!(told(&mut book, [subscribed(12), event(13)]), [(second, 10), (second, 11), (second, 12), (first, 13), (second, 13)]);
    }

    #[test]
    fn an_answer_to_an_earlier_question_is_not_taken_for_a_later_one() {
        let mut book = Book::default();
        book.connected();
        let (gone, _) = book.listen(TOPIC, 10);
        assert!(matches!(book.forget(gone), Some(ClientFrame::Unsubscribe { .. })));
        let (stays, _) = book.listen(TOPIC, 5);
        // The first answer was for the listener that has gone; 11 is live, 6 to 11 are still to come.
        assert_eq!(told(&mut book, [subscribed(10), event(11)]), []);
        let replay = (6..=11).map(event).chain([subscribed(11)]);
        assert_eq!(told(&mut book, replay), (6..=11).map(|seq| (stays, seq)).collect::<Vec<_>>());
    }

    #[test]
    fn after_a_loss_what_is_ready_resumes_and_the_rest_subscribes_again() {
        let mut book = Book::default();
        book.connected();
        book.listen(TOPIC, 10);
        told(&mut book, [subscribed(10), event(14)]);
        book.listen(Topic::Board, 12);
        book.disconnected();
        let (frames, _) = book.connected();
        assert!(matches!(&frames[0], ClientFrame::Resume { seq: 14, topics } if *topics == [TOPIC]), "{frames:?}");
        assert!(matches!(&frames[1], ClientFrame::Subscribe { topic: Topic::Board, since: 12 }), "{frames:?}");
        book.heard(event(15));
        assert_eq!(book.heard(subscribed(15)), [Tell::Back(1)]);
    }

    #[test]
    fn data_is_loaded_afresh_once_and_a_second_refusal_is_not_told() {
        let mut book = Book::default();
        book.connected();
        let (id, _) = book.listen(TOPIC, 10);
        assert_eq!(book.heard(ServerFrame::SnapshotRequired { topic: TOPIC }), [Tell::Snapshot(id)]);
        assert_eq!(told(&mut book, [event(40)]), [], "held until its data is there");
        assert!(matches!(book.caught_up(TOPIC, 39), Some(ClientFrame::Subscribe { since: 39, .. })));
        assert_eq!(told(&mut book, [event(40), subscribed(40)]), [(id, 40)]);
        assert_eq!(book.heard(ServerFrame::Denied { topic: TOPIC }), [Tell::Snapshot(id)]);
        book.caught_up(TOPIC, 41);
        assert_eq!(book.heard(ServerFrame::Denied { topic: TOPIC }), []);
    }

    #[test]
    fn an_event_of_an_unknown_kind_asks_for_fresh_data_and_garbage_for_nothing() {
        let newer = r#"{"t":"event","topics":["board","inbox"],"seq":9,"at":0,"event":{"kind":"from_the_future"}}"#;
        let topics: Vec<_> = read(newer)
            .into_iter()
            .map(|frame| if let ServerFrame::SnapshotRequired { topic } = frame { Some(topic) } else { None })
            .collect();
        assert_eq!(topics, [Some(Topic::Board), Some(Topic::Inbox)]);
        assert!(read("nonsense").is_empty());
    }
}

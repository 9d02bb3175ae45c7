//! What an event does to an open inbox and an open thread. Pure, so that every tab that has seen
//! the same events shows the same; an event told twice changes nothing the second time.

use super::model::{Author, Control, ConversationRow, Inbox, Message, Note, Notice, Owner, Rest, Thread};
use crate::activity::model::{Event, Recorded};
use crate::leads::model::Card;
use crate::values::{MessageId, Sentiment, Timestamp};

impl Inbox {
    /// Takes in one event. Those that are in it already, or are not its own, change nothing.
    pub fn apply(&mut self, recorded: &Recorded) {
        if recorded.seq <= self.seq {
            return;
        }
        self.seq = recorded.seq;
        if let Event::ConversationStarted { row } = &recorded.event {
            if !self.rows.iter().any(|known| known.id == row.id) {
                self.rows.push(row.clone());
            }
        } else if let Event::LeadsMerged { card: Card { id: lead, name, organisation, .. }, talks, .. }
        | Event::LeadsParted { back: lead, name, organisation, talks, .. } = &recorded.event
        {
            for row in self.rows.iter_mut().filter(|row| talks.contains(&row.id)) {
                row.lead = *lead;
                row.name.clone_from(name);
                row.organisation.clone_from(organisation);
            }
        } else if let Event::LeadRemoved { lead, .. } = &recorded.event {
            self.rows.retain(|row| row.lead != *lead);
        } else if let Event::LeadEdited { lead, name, organisation, .. } = &recorded.event {
            for row in self.rows.iter_mut().filter(|row| row.lead == *lead) {
                row.name.clone_from(name);
                row.organisation.clone_from(organisation);
            }
        } else if let Some(row) = recorded.event.conversation().and_then(|id| self.rows.iter_mut().find(|row| row.id == id)) {
            row.apply(&recorded.event);
        }
        self.rows.sort_by_key(|row| std::cmp::Reverse((row.last_at, row.id)));
    }
}

impl ConversationRow {
    /// What an event of this conversation does to its row.
    fn apply(&mut self, event: &Event) {
        match event {
            Event::MessageSent { message, .. } => {
                if message.at >= self.last_at {
                    self.last_message = message.line().into_owned();
                    self.last_author = message.author;
                    self.last_at = message.at;
                }
                if message.author == Author::Visitor {
                    self.channel = message.channel;
                    self.unread += 1;
                }
            }
            Event::ConversationSeen { .. } => self.unread = 0,
            Event::SentimentMeasured { overall, .. } => self.sentiment = *overall,
            Event::ControlChanged { control, handoff, waiting_since, .. } if control.epoch >= self.control.epoch => {
                self.control = control.clone();
                self.handoff = *handoff;
                self.waiting_since = *waiting_since;
            }
            Event::ConversationRested { rest, unread, .. } => {
                self.rest = *rest;
                self.unread = *unread;
            }
            _ => {}
        }
    }
}

impl Thread {
    /// Takes in one event. Those that are in it already, or are not its own, change nothing.
    pub fn apply(&mut self, recorded: &Recorded) {
        if recorded.seq <= self.seq || recorded.event.conversation() != Some(self.row.id) {
            return;
        }
        self.seq = recorded.seq;
        // The thread's number is read a moment before its rows: what came between is told again.
        let told =
            matches!(&recorded.event, Event::MessageSent { message, .. } if self.messages.iter().any(|known| known.id == message.id));
        if !told {
            self.row.apply(&recorded.event);
        }
        if let Some(notice) = Notice::of(recorded)
            && !self.notices.iter().any(|known| known.seq == notice.seq)
        {
            self.notices.push(notice);
        }
        match &recorded.event {
            Event::MessageSent { message, .. } => {
                self.scheduled.retain(|scheduled| scheduled.id != message.id);
                self.put(message.clone());
            }
            // The thread's number is read a moment before its rows: it may be there, or have gone.
            Event::MessageScheduled { scheduled, .. } if self.messages.iter().all(|message| message.id != scheduled.id) => {
                self.scheduled.retain(|known| known.id != scheduled.id);
                self.scheduled.push(scheduled.clone());
                self.scheduled.sort_by_key(|scheduled| (scheduled.at, scheduled.id));
            }
            Event::ScheduleDropped { message, .. } => self.scheduled.retain(|scheduled| scheduled.id != *message),
            Event::MessageMarked { messages, state, failure, .. } => {
                for message in self.messages.iter_mut().filter(|message| messages.contains(&message.id)) {
                    message.advance(*state, failure.clone());
                }
            }
            Event::SentimentMeasured { message, sentiment, mood, .. } => self.measured(*message, *sentiment, *mood),
            Event::ControlChanged { control, .. } if control.owner != Owner::Waiting => self.summary.clear(),
            Event::AnswersFound { answers, .. } => {
                for answer in answers {
                    match self.answers.iter_mut().find(|known| known.key == answer.key) {
                        Some(known) => known.clone_from(answer),
                        None => self.answers.push(answer.clone()),
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes in a note on the lead, told by itself: it may have been written on the lead's page.
    pub fn noted(&mut self, recorded: &Recorded) {
        let of_ours = recorded.event.lead() == Some(self.row.lead);
        if let Some(note) = Note::of(recorded).filter(|note| of_ours && self.notes.iter().all(|known| known.seq != note.seq)) {
            let place = self.notes.partition_point(|known| known.seq < note.seq);
            self.notes.insert(place, note);
        }
    }

    /// Puts a message in its place by number. One that is there keeps what is known of it: how far
    /// it has come never goes back, and a mood once measured stays.
    pub fn put(&mut self, message: Message) {
        // What goes out again when a connection is back may be another thread's.
        if message.conversation != self.row.id {
            return;
        }
        if let Some(known) = self.messages.iter_mut().find(|known| known.id == message.id) {
            let fresh = Message { sentiment: message.sentiment.or(known.sentiment), mood: message.mood.or(known.mood), ..message };
            let before = std::mem::replace(known, fresh);
            known.advance(before.state, before.failure);
        } else {
            let place = self.messages.partition_point(|known| known.number < message.number);
            self.messages.insert(place, message);
        }
    }

    /// Takes what a request answered; an older answer than what is known is dropped.
    pub fn put_control(&mut self, control: Control) {
        if control.epoch >= self.row.control.epoch {
            if control.owner != Owner::Waiting {
                self.row.handoff = None;
                self.row.waiting_since = None;
            }
            self.row.control = control;
        }
    }

    fn measured(&mut self, id: MessageId, sentiment: Sentiment, mood: i16) {
        if let Some(message) = self.messages.iter_mut().find(|message| message.id == id) {
            message.sentiment = Some(sentiment);
            message.mood = Some(mood);
        }
    }
}

/// The groups of the list, as a person sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// A person was asked for.
    Waiting,
    /// The reader answers.
    Yours,
    /// The assistant answers.
    Assistant,
    /// A colleague answers.
    Others,
    /// Put off until later.
    Snoozed,
    /// Its matter is done.
    Closed,
}

impl Group {
    /// As headed in the list.
    pub fn label(self) -> &'static str {
        match self {
            Group::Waiting => "Waiting for a person",
            Group::Yours => "Yours",
            Group::Assistant => "Answered by AI",
            Group::Others => "Others’ chats",
            Group::Snoozed => "Put off",
            Group::Closed => "Closed",
        }
    }
}

impl Inbox {
    /// The rows of one group: the longest wait first, the first to come back, or the newest.
    pub fn group(&self, group: Group, me: Option<crate::values::UserId>) -> Vec<ConversationRow> {
        let of = |row: &ConversationRow| match (row.rest, row.control.owner) {
            (Some(Rest::Closed), _) => Group::Closed,
            (Some(Rest::Snoozed { .. }), _) => Group::Snoozed,
            (None, Owner::Waiting) => Group::Waiting,
            (None, Owner::Assistant) => Group::Assistant,
            (None, Owner::Person) if row.control.user == me => Group::Yours,
            (None, Owner::Person) => Group::Others,
        };
        let mut rows: Vec<_> = self.rows.iter().filter(|row| of(row) == group).cloned().collect();
        if group == Group::Waiting {
            rows.sort_by_key(|row| row.waiting_since.unwrap_or(Timestamp(i64::MAX)));
        }
        if group == Group::Snoozed {
            rows.sort_by_key(|row| match row.rest {
                Some(Rest::Snoozed { until }) => until,
                _ => Timestamp(i64::MAX),
            });
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::model::Who;
    use crate::conversations::model::{Answer, Channel, Delivery, HandOff};
    use crate::values::{AssistantId, ConversationId, LeadId, UserId};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn conversation() -> ConversationId {
        ConversationId(Uuid::from_u128(1))
    }

    fn row(id: ConversationId) -> ConversationRow {
        ConversationRow {
            id,
            lead: LeadId(Uuid::from_u128(2)),
            name: "Daniel Osei".into(),
            organisation: "Hartwell Dairy".into(),
            assistant: AssistantId(Uuid::from_u128(3)),
            control: Control { owner: Owner::Assistant, user: None, name: None, epoch: 0 },
            handoff: None,
            waiting_since: None,
            unread: 0,
            last_message: String::new(),
            last_author: Author::Visitor,
            last_at: Timestamp(0),
            sentiment: Sentiment::Neutral,
            rest: None,
            channel: Channel::Web,
        }
    }

    fn inbox() -> Inbox {
        Inbox { rows: vec![row(ConversationId(Uuid::from_u128(9))), row(conversation())], seq: 0 }
    }

    fn thread() -> Thread {
        let (messages, notices, notes, team, scheduled) = (vec![], vec![], vec![], vec![], vec![]);
        Thread {
            row: row(conversation()),
            messages,
            notices,
            notes,
            team,
            scheduled,
            ways: vec![],
            summary: "Wants a price".into(),
            answers: vec![],
            seq: 0,
        }
    }

    fn message(n: u8, author: Author) -> Message {
        Message {
            id: MessageId(Uuid::from_u128(100 + u128::from(n))),
            conversation: conversation(),
            number: n.into(),
            author,
            user: None,
            name: "Daniel Osei".into(),
            body: format!("line {n}"),
            files: vec![],
            channel: if n.is_multiple_of(3) { Channel::Sms } else { Channel::Web },
            state: Delivery::Sent,
            failure: None,
            partial: false,
            sources: vec![],
            sentiment: None,
            mood: None,
            at: Timestamp(i64::from(n) * 1000),
        }
    }

    fn sent(n: u8, author: Author) -> Event {
        Event::MessageSent { lead: LeadId(Uuid::from_u128(2)), message: message(n, author) }
    }

    fn recorded(seq: i64, event: Event) -> Recorded {
        Recorded { seq, at: Timestamp(seq * 1000), actor: Who::Visitor, mutation: None, event }
    }

    fn control(owner: Owner, epoch: i32) -> Event {
        Event::ControlChanged {
            lead: LeadId(Uuid::from_u128(2)),
            conversation: conversation(),
            control: Control { owner, user: None, name: None, epoch },
            handoff: (owner == Owner::Waiting).then_some(HandOff::CustomerRequest),
            waiting_since: (owner == Owner::Waiting).then_some(Timestamp(5)),
        }
    }

    #[test]
    fn a_message_goes_to_its_place_by_number_and_its_state_never_back() {
        let mut thread = thread();
        thread.put(message(2, Author::Rep));
        thread.apply(&recorded(1, sent(1, Author::Visitor)));
        let marked = Event::MessageMarked {
            conversation: conversation(),
            messages: vec![message(2, Author::Rep).id],
            state: Delivery::Read,
            channel: Channel::Web,
            failure: None,
        };
        thread.apply(&recorded(2, marked));
        thread.apply(&recorded(3, sent(2, Author::Rep)));
        assert_eq!(thread.messages.iter().map(|m| (m.number, m.state)).collect::<Vec<_>>(), [(1, Delivery::Sent), (2, Delivery::Read)]);
    }

    #[test]
    fn an_older_answer_does_not_undo_a_newer_control() {
        let mut thread = thread();
        thread.apply(&recorded(1, control(Owner::Waiting, 4)));
        assert_eq!((thread.row.handoff, thread.notices.len()), (Some(HandOff::CustomerRequest), 1));
        assert_eq!(thread.summary, "Wants a price");
        thread.put_control(Control { owner: Owner::Assistant, user: None, name: None, epoch: 3 });
        assert_eq!(thread.row.control.owner, Owner::Waiting);
        thread.apply(&recorded(2, control(Owner::Person, 5)));
        assert_eq!((thread.row.control.owner, thread.row.waiting_since, thread.summary.as_str()), (Owner::Person, None, ""));
    }

    #[test]
    fn the_list_is_newest_first_and_the_longest_wait_heads_its_group() {
        let mut inbox = inbox();
        inbox.apply(&recorded(1, sent(3, Author::Visitor)));
        assert_eq!((inbox.rows[0].id, inbox.rows[0].unread, inbox.rows[0].last_message.as_str()), (conversation(), 1, "line 3"));
        inbox.rows[0].control.owner = Owner::Waiting;
        inbox.rows[0].waiting_since = Some(Timestamp(9));
        inbox.rows[1].control.owner = Owner::Waiting;
        inbox.rows[1].waiting_since = Some(Timestamp(4));
        assert_eq!(inbox.group(Group::Waiting, None)[1].id, conversation());
        inbox.apply(&recorded(2, Event::ConversationSeen { conversation: conversation() }));
        assert_eq!(inbox.rows[0].unread, 0);
    }

    #[test]
    fn a_persons_chat_is_theirs_and_nobody_elses() {
        let mut inbox = inbox();
        let me = UserId(Uuid::from_u128(7));
        inbox.rows[0].control = Control { owner: Owner::Person, user: Some(me), name: None, epoch: 1 };
        assert_eq!(inbox.group(Group::Yours, Some(me)).len(), 1);
        assert_eq!(inbox.group(Group::Others, Some(UserId(Uuid::from_u128(8)))).len(), 1);
        assert_eq!(inbox.group(Group::Assistant, Some(me)).len(), 1);
    }

    #[test]
    fn what_is_at_rest_stands_apart_whoever_answers_it() {
        let mut inbox = inbox();
        let rested =
            |id, rest| Event::ConversationRested { lead: LeadId(Uuid::from_u128(2)), conversation: id, rest, unread: 1, waiting: false };
        let (one, other) = (inbox.rows[0].id, inbox.rows[1].id);
        inbox.apply(&recorded(1, rested(one, Some(Rest::Snoozed { until: Timestamp(9) }))));
        inbox.apply(&recorded(2, rested(other, Some(Rest::Snoozed { until: Timestamp(4) }))));
        assert_eq!(inbox.group(Group::Snoozed, None).iter().map(|row| row.id).collect::<Vec<_>>(), [other, one]);
        inbox.apply(&recorded(3, rested(one, Some(Rest::Closed))));
        inbox.apply(&recorded(4, rested(other, None)));
        assert_eq!((inbox.group(Group::Closed, None)[0].id, inbox.group(Group::Assistant, None)[0].id), (one, other));
        assert_eq!(inbox.group(Group::Assistant, None)[0].unread, 1);
    }

    #[test]
    fn a_note_stands_once_in_the_threads_of_its_lead() {
        let mut open = thread();
        let note = |seq, lead| {
            recorded(seq, Event::NoteWritten { lead: LeadId(Uuid::from_u128(lead)), body: format!("note {seq}"), mentions: vec![] })
        };
        for told in [note(7, 2), note(3, 2), note(7, 2), note(5, 9)] {
            open.noted(&told);
        }
        assert_eq!(open.notes.iter().map(|note| note.seq).collect::<Vec<_>>(), [3, 7]);
    }

    #[test]
    fn events_of_other_threads_are_none_of_ours() {
        let mut open = thread();
        open.row.id = ConversationId(Uuid::from_u128(9));
        let before = open.clone();
        open.apply(&recorded(1, sent(1, Author::Visitor)));
        assert_eq!(open, before);
    }

    /// Any event of a conversation.
    fn event() -> impl Strategy<Value = Event> {
        let author = prop_oneof![Just(Author::Visitor), Just(Author::Assistant), Just(Author::Rep)];
        let owner = prop_oneof![Just(Owner::Assistant), Just(Owner::Waiting), Just(Owner::Person)];
        let state = prop_oneof![Just(Delivery::Sent), Just(Delivery::Failed), Just(Delivery::Delivered), Just(Delivery::Read)];
        let id = |n: u8| MessageId(Uuid::from_u128(100 + u128::from(n)));
        prop_oneof![
            (1u8..12, author).prop_map(|(n, author)| sent(n, author)),
            (owner, 0i32..6).prop_map(|(owner, epoch)| control(owner, epoch)),
            (1u8..12, state).prop_map(move |(n, state)| Event::MessageMarked {
                conversation: conversation(),
                messages: vec![id(n)],
                state,
                channel: Channel::Web,
                failure: (state == Delivery::Failed).then(|| "switched off".into()),
            }),
            Just(Event::ConversationSeen { conversation: conversation() }),
            (0i32..3).prop_map(|n| Event::ConversationRested {
                lead: LeadId(Uuid::from_u128(2)),
                conversation: conversation(),
                rest: [None, Some(Rest::Closed), Some(Rest::Snoozed { until: Timestamp(7) })][n.unsigned_abs() as usize],
                unread: n,
                waiting: false,
            }),
            Just(Event::ConversationStarted { row: row(ConversationId(Uuid::from_u128(11))) }),
            (1u8..12, -100i16..=100).prop_map(move |(n, mood)| Event::SentimentMeasured {
                lead: LeadId(Uuid::from_u128(2)),
                conversation: conversation(),
                message: id(n),
                sentiment: Sentiment::Negative,
                mood,
                overall: Sentiment::Negative,
            }),
            "[ab]".prop_map(|key| Event::AnswersFound {
                lead: LeadId(Uuid::from_u128(2)),
                conversation: conversation(),
                answers: vec![Answer { key, label: "Roof".into(), value: Some("flat".into()) }],
            }),
        ]
    }

    proptest! {
        #[test]
        fn a_replay_with_repeats_ends_like_the_stream_itself(
            events in prop::collection::vec((event(), 0usize..4), 0..60)
        ) {
            let stream: Vec<Recorded> = (1..).zip(&events).map(|(seq, (event, _))| recorded(seq, event.clone())).collect();
            let (mut once, mut again) = ((inbox(), thread()), (inbox(), thread()));
            for (at, (each, (_, back))) in stream.iter().zip(&events).enumerate() {
                once.0.apply(each);
                once.1.apply(each);
                // A connection that was cut tells the last few once more.
                for each in &stream[at.saturating_sub(*back)..=at] {
                    again.0.apply(each);
                    again.1.apply(each);
                }
                prop_assert!(again.1.messages.windows(2).all(|pair| pair[0].number < pair[1].number));
            }
            prop_assert_eq!(once, again);
        }
    }
}

//! `Event`: everything that can happen, one type for the stream, the socket and every tab.

use crate::conversations::model::{Answer, Channel, Control, ConversationRow, Delivery, HandOff, Message, Rest, Scheduled};
use crate::files::model::{FileChange, LeadFile};
use crate::leads::{
    closing::Closing,
    enquiry::FormChanged,
    fields::FieldChange,
    model::{Card, LeadMoved, Stage},
    scoring::ScoreReason,
    views::View,
};
use crate::tasks::model::{NextStep, Task, TaskChange};
use crate::values::{
    AssistantId, CannedReplyId, ConversationId, ImportId, InviteId, LeadId, MessageId, Money, Score, Sentiment, SessionId, Tag, Timestamp,
    UserId, ViewId,
};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

pub use super::recorded::{Recorded, Who};

/// Something that happened. Stored as it is sent; adding a variant or an optional field is fine,
/// changing one breaks the history of every company.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A lead came into being.
    LeadCreated {
        /// Its card.
        card: Card,
        /// The file it came with. Boards are not told of each: see `LeadsImported`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import: Option<ImportId>,
    },
    /// Leads of a file have come in since this was last said, perhaps many thousands: boards load afresh.
    LeadsImported {
        /// Of which file.
        import: ImportId,
    },
    /// A card changed place.
    LeadMoved(LeadMoved),
    /// A lead was given to somebody, or to nobody.
    LeadAssigned {
        /// Which.
        lead: LeadId,
        /// To whom.
        owner: Option<UserId>,
        /// From whom.
        prior: Option<UserId>,
        /// The assistant it is on: with `owner`, who can still see it.
        assistant: Option<AssistantId>,
        /// The card's version now.
        version: i32,
    },
    /// A lead's own fields were changed.
    LeadEdited {
        /// Which.
        lead: LeadId,
        /// The person's name.
        name: String,
        /// Their organisation.
        organisation: String,
        /// What the deal is worth.
        value: Money,
        /// The card's version now.
        version: i32,
        /// What was changed, if it was by hand; older events did not say.
        #[serde(default)]
        changed: Vec<FieldChange>,
    },
    /// The company's own fields of leads were changed.
    FieldsChanged,
    /// Somebody said how a deal ended.
    LeadClosed {
        /// Of which lead.
        lead: LeadId,
        /// What the deal was worth.
        value: Money,
        /// When, and why; none when that was taken back.
        closing: Option<Closing>,
        /// The card's version now.
        version: i32,
    },
    /// Tags were put on a lead, or taken off.
    LeadTagged {
        /// Which.
        lead: LeadId,
        /// All it has now.
        tags: Vec<Tag>,
        /// Those that are new.
        added: Vec<Tag>,
        /// Those that are gone.
        removed: Vec<Tag>,
    },
    /// Another lead has become part of this one.
    LeadsMerged {
        /// This one, as it is now.
        card: Card,
        /// The other; it goes into the trash.
        gone: LeadId,
        /// What the other was called.
        name: String,
        /// Conversations that were the other's.
        talks: Vec<ConversationId>,
    },
    /// A lead that had become part of this one is one by itself again.
    LeadsParted {
        /// This one, as it is now.
        card: Card,
        /// The other.
        back: LeadId,
        /// What it is called.
        name: String,
        /// Its organisation; may be empty.
        organisation: String,
        /// Conversations that are the other's again.
        talks: Vec<ConversationId>,
    },
    /// A lead was put into the trash.
    LeadRemoved {
        /// Which.
        lead: LeadId,
        /// Its conversation, which went with it.
        conversation: Option<ConversationId>,
        /// The card's version now.
        version: i32,
    },
    /// A lead was taken out of the trash again.
    LeadRestored {
        /// Its card.
        card: Card,
    },
    /// A lead in the trash was erased, with the person behind it. Also what is left of everything that
    /// happened to it before.
    LeadErased {
        /// Which.
        lead: LeadId,
    },
    /// A lead's score was worked out anew.
    LeadScored {
        /// Which.
        lead: LeadId,
        /// The score.
        score: Score,
        /// Why, one line each with its points.
        reasons: Vec<ScoreReason>,
    },
    /// A private note was written on a lead.
    NoteWritten {
        /// Which lead.
        lead: LeadId,
        /// The text.
        body: String,
        /// Colleagues whom it names.
        #[serde(default)]
        mentions: Vec<UserId>,
    },
    /// A file was added to a lead, taken off, or put back.
    FileChanged {
        /// Which lead.
        lead: LeadId,
        /// Which file.
        file: LeadFile,
        /// What became of it.
        change: FileChange,
    },
    /// A task was added, changed, done or dropped, or it is due now.
    TaskChanged {
        /// On which lead.
        lead: LeadId,
        /// The lead in words: its name and organisation.
        about: String,
        /// What became of it.
        change: TaskChange,
        /// The task as it is now.
        task: Task,
        /// The first of the lead's open tasks now.
        next: Option<NextStep>,
    },
    /// The assistant found something out.
    AnswersFound {
        /// About which lead.
        lead: LeadId,
        /// In which talk.
        conversation: ConversationId,
        /// What.
        answers: Vec<Answer>,
    },
    /// A visitor's first message opened a conversation.
    ConversationStarted {
        /// Its row in the inbox.
        row: ConversationRow,
    },
    /// Somebody said something.
    MessageSent {
        /// The lead of the conversation.
        lead: LeadId,
        /// What, by whom.
        message: Message,
    },
    /// Somebody wrote what is to go out later.
    MessageScheduled {
        /// The lead of the conversation.
        lead: LeadId,
        /// Where.
        conversation: ConversationId,
        /// What, and when.
        scheduled: Scheduled,
    },
    /// What was to go out later does not. One that has gone is told of as a message.
    ScheduleDropped {
        /// The lead of the conversation.
        lead: LeadId,
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
    },
    /// Messages have come further: delivered, read.
    MessageMarked {
        /// Where.
        conversation: ConversationId,
        /// Which.
        messages: Vec<MessageId>,
        /// How far.
        state: Delivery,
        /// By which way they went.
        #[serde(default)]
        channel: Channel,
        /// Why they did not get there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<String>,
    },
    /// The person of a conversation may be texted from now on, or not any more.
    ConsentChanged {
        /// The lead of the conversation.
        lead: LeadId,
        /// Which.
        conversation: ConversationId,
        /// Whether they agreed.
        agreed: bool,
        /// How it is known.
        how: String,
    },
    /// A person has looked at the thread: nothing in it is unread.
    ConversationSeen {
        /// Which.
        conversation: ConversationId,
    },
    /// The mood of a visitor's message was measured.
    SentimentMeasured {
        /// Of which lead.
        lead: LeadId,
        /// Where.
        conversation: ConversationId,
        /// Of which message.
        message: MessageId,
        /// The mood.
        sentiment: Sentiment,
        /// As a figure, −100 to 100.
        mood: i16,
        /// The lead's mood of late, which the card shows.
        overall: Sentiment,
    },
    /// Somebody took over, handed back, or was asked for.
    ControlChanged {
        /// Of which lead.
        lead: LeadId,
        /// Where.
        conversation: ConversationId,
        /// Who answers now.
        control: Control,
        /// Why a person was asked for, if one was.
        handoff: Option<HandOff>,
        /// Since when the visitor has been waiting.
        waiting_since: Option<Timestamp>,
    },
    /// Somebody asked for a person, and nobody came in time.
    NobodyCame {
        /// The lead of the conversation.
        lead: LeadId,
        /// Which.
        conversation: ConversationId,
        /// Who waits.
        name: String,
    },
    /// A conversation was closed, put off, or opened again.
    ConversationRested {
        /// Of which lead.
        lead: LeadId,
        /// Which.
        conversation: ConversationId,
        /// Closed or put off; none when it was opened.
        rest: Option<Rest>,
        /// What is unread in it now: one that comes back by itself is to be seen.
        unread: i32,
        /// Whether it is one that waits for a person now.
        waiting: bool,
    },
    /// An assistant was changed, paused or set live.
    AssistantChanged {
        /// Which.
        assistant: AssistantId,
        /// Its name.
        name: String,
        /// Whether it answers.
        live: bool,
    },
    /// The company came into being.
    CompanyFounded {
        /// Its name.
        name: String,
    },
    /// Somebody signed in.
    SignedIn {
        /// Which sign-in.
        session: SessionId,
    },
    /// Sign-ins were ended; their sockets are cut.
    SessionsEnded {
        /// Which.
        sessions: Vec<SessionId>,
    },
    /// Somebody was invited.
    MemberInvited {
        /// The invitation.
        invite: InviteId,
        /// Their address.
        email: String,
    },
    /// Somebody joined.
    MemberJoined {
        /// Who.
        user: UserId,
        /// Their name.
        name: String,
    },
    /// Somebody's role or access was changed.
    MemberChanged {
        /// Who.
        user: UserId,
    },
    /// Somebody's password was changed.
    PasswordChanged {
        /// Whose.
        user: UserId,
    },
    /// Somebody keeps a filter, or has begun or ceased to share it.
    ViewKept {
        /// As it is now.
        view: View,
    },
    /// A filter is kept no longer.
    ViewRemoved {
        /// Which.
        view: ViewId,
    },
    /// A canned reply was kept, changed or removed.
    CannedReplyChanged {
        /// Which.
        reply: CannedReplyId,
        /// Its name.
        name: String,
        /// Whether it is gone.
        removed: bool,
    },
    /// The stages of the board were changed.
    StagesChanged {
        /// They are now these; older events did not say.
        #[serde(default)]
        stages: Vec<Stage>,
    },
    /// Company settings were changed.
    CompanyChanged,
    /// A form for enquiries was made, changed or removed.
    EnquiryFormChanged(FormChanged),
    /// A job was given up after too many tries or crashes.
    JobBuried {
        /// Its number in the queue.
        job: i64,
        /// What it was.
        task: String,
    },
}

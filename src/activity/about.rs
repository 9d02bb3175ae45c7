//! What an event is about, and to whom it may be told.

use super::model::Event;
use crate::conversations::model::Channel;
use crate::live::topic::Topic;
use crate::values::{ConversationId, LeadId};

impl Event {
    /// The lead it is about.
    pub fn lead(&self) -> Option<LeadId> {
        use Event::*;
        match self {
            LeadCreated { card, .. } | LeadRestored { card } | LeadsMerged { card, .. } | LeadsParted { card, .. } => Some(card.id),
            LeadMoved(moved) => Some(moved.lead),
            ConversationStarted { row } => Some(row.lead),
            LeadAssigned { lead, .. }
            | LeadEdited { lead, .. }
            | LeadClosed { lead, .. }
            | LeadTagged { lead, .. }
            | LeadRemoved { lead, .. }
            | LeadErased { lead }
            | LeadScored { lead, .. }
            | NoteWritten { lead, .. }
            | FileChanged { lead, .. }
            | TaskChanged { lead, .. }
            | AnswersFound { lead, .. }
            | MessageSent { lead, .. }
            | MessageScheduled { lead, .. }
            | ScheduleDropped { lead, .. }
            | SentimentMeasured { lead, .. }
            | ConsentChanged { lead, .. }
            | NobodyCame { lead, .. }
            | ControlChanged { lead, .. }
            | ConversationRested { lead, .. } => Some(*lead),
            _ => None,
        }
    }

    /// The conversation it is about.
    pub fn conversation(&self) -> Option<ConversationId> {
        use Event::*;
        match self {
            ConversationStarted { row } => Some(row.id),
            LeadRemoved { conversation, .. } => *conversation,
            LeadRestored { card } => card.conversation,
            MessageSent { message, .. } => Some(message.conversation),
            MessageMarked { conversation, .. }
            | ConversationSeen { conversation }
            | AnswersFound { conversation, .. }
            | MessageScheduled { conversation, .. }
            | ScheduleDropped { conversation, .. }
            | SentimentMeasured { conversation, .. }
            | ConsentChanged { conversation, .. }
            | NobodyCame { conversation, .. }
            | ControlChanged { conversation, .. }
            | ConversationRested { conversation, .. } => Some(*conversation),
            _ => None,
        }
    }

    /// The topics it is told under.
    pub fn topics(&self) -> Vec<Topic> {
        use Event::*;
        let mut topics = Vec::with_capacity(3);
        match self {
            LeadCreated { import: Some(_), .. } => {}
            LeadCreated { .. } | LeadsImported { .. } | LeadMoved(_) | LeadClosed { .. } | LeadScored { .. } | StagesChanged { .. } => {
                topics.push(Topic::Board)
            }
            // A lead that is renamed, or comes into somebody's reach, is another row of the inbox too.
            LeadAssigned { .. }
            | LeadEdited { .. }
            | ConversationStarted { .. }
            | MessageSent { .. }
            | SentimentMeasured { .. }
            | ControlChanged { .. } => {
                topics.extend([Topic::Board, Topic::Inbox]);
            }
            LeadTagged { .. } => topics.extend([Topic::Board, Topic::Company]),
            TaskChanged { .. } => topics.extend([Topic::Board, Topic::Tasks]),
            LeadRemoved { .. } | LeadRestored { .. } | LeadsMerged { .. } | LeadsParted { .. } => {
                topics.extend([Topic::Board, Topic::Inbox, Topic::Tasks])
            }
            // Notes stand in the threads of their lead, which an inbox may have open.
            ConversationSeen { .. } | MessageMarked { .. } | ConversationRested { .. } | NobodyCame { .. } | NoteWritten { .. } => {
                topics.push(Topic::Inbox)
            }
            AssistantChanged { .. }
            | CompanyFounded { .. }
            | SignedIn { .. }
            | SessionsEnded { .. }
            | MemberInvited { .. }
            | MemberJoined { .. }
            | MemberChanged { .. }
            | PasswordChanged { .. }
            | ViewKept { .. }
            | ViewRemoved { .. }
            | CannedReplyChanged { .. }
            | CompanyChanged
            | FieldsChanged
            | EnquiryFormChanged(_)
            | JobBuried { .. } => {
                topics.push(Topic::Company);
            }
            FileChanged { .. }
            | ConsentChanged { .. }
            | AnswersFound { .. }
            | MessageScheduled { .. }
            | ScheduleDropped { .. }
            | LeadErased { .. } => {}
        }
        topics.extend(self.lead().map(Topic::Lead));
        topics.extend(self.conversation().map(Topic::Conversation));
        topics
    }

    /// Whether a visitor may see it, in their own conversation. What goes by another way is not for the widget: whose
    /// number it is nobody there has shown.
    pub fn for_visitors(&self) -> bool {
        match self {
            Event::MessageSent { message, .. } => message.channel == Channel::Web,
            Event::MessageMarked { channel, .. } => *channel == Channel::Web,
            event => matches!(event, Event::ControlChanged { .. }),
        }
    }
}

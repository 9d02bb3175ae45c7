//! Value objects: an id type per entity, text enums, and the quantities the trade speaks in.
//!
//! Shared by server and browser. What Postgres needs to read and write them is in the `pg` module
//! at the end, which exists only on the server.

mod day;
mod money;
mod rank;
mod tag;
pub mod words;

use crate::wire::{FromWire, ToWire};
pub use day::Day;
pub use money::{Currency, Money, grouped, groups_thousands};
pub use rank::Rank;
use serde::{Deserialize, Serialize};
use std::fmt;
pub use tag::Tag;

/// Declares an id: a UUID v7 (sorts by time of making) with a type of its own, so that two ids
/// can never be swapped. Made in the browser or on the server alike.
#[macro_export]
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, $crate::wire::FromWire, $crate::wire::ToWire)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A fresh id, later than every id made before it on this machine.
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self($crate::values::uuid_now())
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

/// Declares an enum that is stored, sent and shown as one lower-case word. The first variant is
/// no default: parsing an unknown word is an error.
#[macro_export]
macro_rules! text_enum {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, $crate::wire::FromWire, $crate::wire::ToWire)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word it is stored and sent as.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err(format!("{other:?} is no {}", stringify!($name))),
                }
            }
        }
        #[cfg(feature = "ssr")]
        $crate::pg_text!($name, |text: &str| text.parse::<$name>(), |value: &$name| value.as_str());
    )+};
}

id! {
    /// A company: the tenant.
    CompanyId,
    /// A person who signs in.
    UserId,
    /// A filter that somebody keeps.
    ViewId,
    /// One sign-in of one person on one device.
    SessionId,
    /// An AI assistant.
    AssistantId,
    /// One piece of what an assistant knows.
    KnowledgeId,
    /// A lead: one card on the board.
    LeadId,
    /// A file on a lead.
    FileId,
    /// A way of stages that leads go.
    PipelineId,
    /// A column of the board.
    StageId,
    /// The person behind a lead.
    ContactId,
    /// Something to be done about a lead. Made by whoever adds it, so that a retry is harmless.
    TaskId,
    /// One talk with a visitor.
    ConversationId,
    /// A text that the team writes again and again.
    CannedReplyId,
    /// A number by which the company texts.
    ChannelId,
    /// One message of a conversation. Made by whoever writes it, so that a retry is harmless.
    MessageId,
    /// An invitation to join a company.
    InviteId,
    /// A key by which another program asks.
    ApiKeyId,
    /// A field that a company has made for its leads.
    FieldId,
    /// A file of leads that was brought in.
    ImportId,
    /// A form for enquiries.
    EnquiryFormId,
    /// A visitor of the chat widget, before anything else is known of them.
    VisitorId,
    /// One change asked for by one tab: de-duplicates retries and recognises its own echo.
    MutationId,
}

/// A UUID v7 of now. In the browser the clock is `Date.now()`.
pub fn uuid_now() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// A moment, in milliseconds since 1970 UTC. What the wire and the browser use for time: small,
/// and no calendar library goes to the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, FromWire, ToWire)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Whole seconds from `self` until `now`; never negative (clocks differ).
    pub fn seconds_until(self, now: Timestamp) -> i64 {
        ((now.0 - self.0) / 1000).max(0)
    }

    /// How long ago, as the interface says it: `now`, `4m`, `2h`, `3d`, `5w`.
    pub fn ago(self, now: Timestamp) -> String {
        match self.seconds_until(now) {
            0..60 => "now".into(),
            s @ 60..3_600 => format!("{}m", s / 60),
            s @ 3_600..86_400 => format!("{}h", s / 3_600),
            s @ 86_400..1_209_600 => format!("{}d", s / 86_400),
            s => format!("{}w", s / 604_800),
        }
    }

    /// The present moment, by this machine's clock.
    pub fn now() -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self(js_sys::Date::now() as i64);
        #[cfg(not(target_arch = "wasm32"))]
        return Self(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64));
    }
}

/// An e-mail address, trimmed and lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromWire)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Checks the shape only: one `@`, something before it, a dot after it, no white space, at
    /// most 254 characters (RFC 5321). Whether it can be reached, only a letter can tell.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (name, host) = text.split_once('@')?;
        let fine = !name.is_empty()
            && text.len() <= 254
            && !host.contains('@')
            && host.split('.').count() >= 2
            && host.split('.').all(|label| !label.is_empty())
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        fine.then_some(Self(text))
    }
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl TryFrom<String> for Email {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Email::parse(&text).ok_or_else(|| "not an e-mail address".into())
    }
}
impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}
impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How promising a lead is, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, FromWire)]
#[serde(transparent)]
pub struct Score(u8);

impl Score {
    /// Clamps into 0 to 100.
    pub fn new(value: i32) -> Self {
        Self(value.clamp(0, 100) as u8)
    }
    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

text_enum! {
    /// The mood of a message or of a lead.
    Sentiment { Positive = "positive", Neutral = "neutral", Negative = "negative" }
}

/// Teaches Postgres a type that is stored as text. Server only.
#[cfg(feature = "ssr")]
#[macro_export]
macro_rules! pg_text {
    ($name:ty, $parse:expr, $show:expr) => {
        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <str as sqlx::Type<sqlx::Postgres>>::type_info()
            }
            fn compatible(ty: &sqlx::postgres::PgTypeInfo) -> bool {
                <str as sqlx::Type<sqlx::Postgres>>::compatible(ty)
            }
        }
        impl sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> sqlx::postgres::PgTypeInfo {
                <String as sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let text = <&str as sqlx::Decode<sqlx::Postgres>>::decode(value)?;
                #[allow(clippy::redundant_closure_call)]
                Ok(($parse)(text)?)
            }
        }
        impl<'q> sqlx::Encode<'q, sqlx::Postgres> for $name {
            fn encode_by_ref(&self, buf: &mut sqlx::postgres::PgArgumentBuffer) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                #[allow(clippy::redundant_closure_call)]
                <&str as sqlx::Encode<sqlx::Postgres>>::encode(($show)(self), buf)
            }
        }
    };
}

#[cfg(feature = "ssr")]
mod pg {
    //! How Postgres stores the value objects.
    use super::*;
    use sqlx::{
        Postgres,
        encode::IsNull,
        error::BoxDynError,
        postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef},
    };

    pg_text!(Rank, |text: &str| Rank::parse(text).ok_or("not a rank"), Rank::as_str);
    pg_text!(Tag, |text: &str| Tag::parse(text).ok_or("not a tag"), Tag::as_str);
    pg_text!(Email, |text: &str| Email::parse(text).ok_or("not an e-mail address"), Email::as_str);

    impl sqlx::Type<Postgres> for Timestamp {
        fn type_info() -> PgTypeInfo {
            <chrono::DateTime<chrono::Utc> as sqlx::Type<Postgres>>::type_info()
        }
    }
    impl<'r> sqlx::Decode<'r, Postgres> for Timestamp {
        fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
            let time = <chrono::DateTime<chrono::Utc> as sqlx::Decode<Postgres>>::decode(value)?;
            Ok(Timestamp(time.timestamp_millis()))
        }
    }
    impl<'q> sqlx::Encode<'q, Postgres> for Timestamp {
        fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            let time = chrono::DateTime::from_timestamp_millis(self.0).ok_or("time out of range")?;
            <chrono::DateTime<chrono::Utc> as sqlx::Encode<Postgres>>::encode(time, buf)
        }
    }

    impl sqlx::Type<Postgres> for Score {
        fn type_info() -> PgTypeInfo {
            <i16 as sqlx::Type<Postgres>>::type_info()
        }
    }
    impl<'r> sqlx::Decode<'r, Postgres> for Score {
        fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
            Ok(Score::new(<i16 as sqlx::Decode<Postgres>>::decode(value)?.into()))
        }
    }
    impl<'q> sqlx::Encode<'q, Postgres> for Score {
        fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            <i16 as sqlx::Encode<Postgres>>::encode(i16::from(self.0), buf)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_people_type_it_and_shown_as_the_design_says() {
        let pounds = |minor| Money { minor, currency: Currency::Gbp };
        assert_eq!(Money::parse("£84,000.50", Currency::Gbp), Some(pounds(8_400_050)));
        assert_eq!(Money::parse("84k", Currency::Gbp), Some(pounds(8_400_000)));
        for unclear in ["1250,50", "1,25", "12,345,67", "0.1,234", ",5", "1234,567"] {
            assert_eq!(Money::parse(unclear, Currency::Gbp), None, "{unclear}");
        }
        assert_eq!(Money::parse("-5", Currency::Gbp), None);
        assert_eq!(Money::parse("1e9", Currency::Gbp), None);
        assert_eq!(pounds(21_200_000).full(), "£212,000");
        assert_eq!(pounds(171_000_000).short(), "£1.71m");
        assert_eq!(pounds(25_200_000).short(), "£252k");
    }

    #[test]
    fn an_email_needs_a_name_and_a_host_with_a_dot() {
        assert!(Email::parse(" Maya@Meridian.Test ").is_some_and(|e| e.as_str() == "maya@meridian.test"));
        for bad in ["", "maya", "@x.y", "a@b", "a b@c.d", "a@b..c", "a@b@c.d"] {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
    }
}

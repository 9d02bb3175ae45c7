//! What time it is where a number is, as far as its country tells.

use crate::channels::model::Number;
use chrono::{DateTime, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

/// The zones of a country: the one whose day begins first, and the one whose day begins last, where there are several.
/// Source: the tz database's table of countries (zone1970.tab); islands far away are left out.
const ZONES: &[(&str, &[Tz])] = &[
    ("1", &[Tz::America__New_York, Tz::America__Los_Angeles]),
    ("20", &[Tz::Africa__Cairo]),
    ("27", &[Tz::Africa__Johannesburg]),
    ("30", &[Tz::Europe__Athens]),
    ("31", &[Tz::Europe__Amsterdam]),
    ("32", &[Tz::Europe__Brussels]),
    ("33", &[Tz::Europe__Paris]),
    ("34", &[Tz::Europe__Madrid]),
    ("351", &[Tz::Europe__Lisbon]),
    ("352", &[Tz::Europe__Luxembourg]),
    ("353", &[Tz::Europe__Dublin]),
    ("358", &[Tz::Europe__Helsinki]),
    ("36", &[Tz::Europe__Budapest]),
    ("39", &[Tz::Europe__Rome]),
    ("40", &[Tz::Europe__Bucharest]),
    ("41", &[Tz::Europe__Zurich]),
    ("420", &[Tz::Europe__Prague]),
    ("421", &[Tz::Europe__Bratislava]),
    ("43", &[Tz::Europe__Vienna]),
    ("44", &[Tz::Europe__London]),
    ("45", &[Tz::Europe__Copenhagen]),
    ("46", &[Tz::Europe__Stockholm]),
    ("47", &[Tz::Europe__Oslo]),
    ("48", &[Tz::Europe__Warsaw]),
    ("49", &[Tz::Europe__Berlin]),
    ("52", &[Tz::America__Mexico_City, Tz::America__Tijuana]),
    ("55", &[Tz::America__Sao_Paulo, Tz::America__Manaus]),
    ("60", &[Tz::Asia__Kuala_Lumpur]),
    ("61", &[Tz::Australia__Sydney, Tz::Australia__Perth]),
    ("62", &[Tz::Asia__Jayapura, Tz::Asia__Jakarta]),
    ("63", &[Tz::Asia__Manila]),
    ("64", &[Tz::Pacific__Auckland]),
    ("65", &[Tz::Asia__Singapore]),
    ("81", &[Tz::Asia__Tokyo]),
    ("82", &[Tz::Asia__Seoul]),
    ("852", &[Tz::Asia__Hong_Kong]),
    ("86", &[Tz::Asia__Shanghai]),
    ("90", &[Tz::Europe__Istanbul]),
    ("91", &[Tz::Asia__Kolkata]),
    ("92", &[Tz::Asia__Karachi]),
    ("971", &[Tz::Asia__Dubai]),
    ("972", &[Tz::Asia__Jerusalem]),
];

/// Whether it is within those hours of the day in every zone where that number may be; `zone` counts where its country is
/// not known here.
pub fn by_day(number: &Number, zone: &str, (from, until): (i16, i16), now: DateTime<Utc>) -> bool {
    let fallback = [zone.parse().unwrap_or(Tz::UTC)];
    let zones = ZONES.iter().find(|(code, _)| *code == number.country()).map_or(&fallback[..], |(_, zones)| zones);
    zones.iter().all(|zone| {
        let hour = now.with_timezone(zone).hour();
        i16::try_from(hour).is_ok_and(|hour| (from..until).contains(&hour))
    })
}

/// Whether there is a zone of that name.
pub fn is_zone(name: &str) -> bool {
    TZ_VARIANTS.iter().any(|zone| zone.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, number: &str, zone: &str) -> bool {
        by_day(&Number::parse(number).unwrap(), zone, (8, 21), text.parse().unwrap())
    }

    #[test]
    fn it_is_day_where_the_number_is_and_in_all_its_zones() {
        // In winter London has UTC, in summer an hour more.
        assert!(at("2026-01-10T08:00:00Z", "+447700900123", "Asia/Tokyo"));
        assert!(!at("2026-01-10T07:59:00Z", "+447700900123", "Asia/Tokyo"));
        assert!(at("2026-07-10T07:00:00Z", "+447700900123", "Asia/Tokyo"));
        assert!(!at("2026-07-10T20:00:00Z", "+447700900123", "Asia/Tokyo"));
        // Nine in the morning in New York is six in Los Angeles.
        assert!(!at("2026-01-10T14:00:00Z", "+15551234567", "UTC"));
        assert!(at("2026-01-10T20:00:00Z", "+15551234567", "UTC"));
        // A country that is not known goes by the company's zone.
        assert!(at("2026-01-10T08:00:00Z", "+37212345678", "Europe/Tallinn"));
        assert!(!at("2026-01-10T20:00:00Z", "+37212345678", "Europe/Tallinn"));
    }

    #[test]
    fn zones_are_known_by_name() {
        assert!(is_zone("Europe/London") && is_zone("UTC"));
        assert!(!is_zone("Mars/Olympus") && !is_zone(""));
    }
}

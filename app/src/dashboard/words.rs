//! How the dashboard says durations and changes.

use jiff::SignedDuration;

/// "2 d 4 h", "3 h 20 min", "45 min": the two largest units.
pub fn duration(length: SignedDuration) -> String {
    let minutes = length.as_mins();
    let two = |large: i64, l: &str, small: i64, s: &str| match small {
        0 => format!("{large} {l}"),
        _ => format!("{large} {l} {small} {s}"),
    };
    match minutes {
        ..1 => "under 1 min".to_owned(),
        1..60 => format!("{minutes} min"),
        60..1440 => two(minutes / 60, "h", minutes % 60, "min"),
        _ => two(minutes / 1440, "d", minutes % 1440 / 60, "h"),
    }
}

/// How a period compares with the one before: "4 more than in the 30 days before".
pub fn change(now: i64, before: i64, days: i16) -> String {
    match now - before {
        0 => format!("as many as in the {days} days before"),
        more @ 1.. => format!("{more} more than in the {days} days before"),
        fewer => format!("{} fewer than in the {days} days before", -fewer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_in_its_two_largest_units() {
        for (minutes, said) in [
            (0, "under 1 min"),
            (1, "1 min"),
            (60, "1 h"),
            (200, "3 h 20 min"),
            (1440, "1 d"),
            (3125, "2 d 4 h"),
        ] {
            assert_eq!(duration(SignedDuration::from_mins(minutes)), said);
        }
    }

    #[test]
    fn a_period_is_compared_with_the_one_before() {
        assert_eq!(change(5, 1, 30), "4 more than in the 30 days before");
        assert_eq!(change(1, 5, 7), "4 fewer than in the 7 days before");
        assert_eq!(change(5, 5, 90), "as many as in the 90 days before");
    }
}

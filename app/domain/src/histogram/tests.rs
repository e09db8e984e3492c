use proptest::prelude::*;

use super::*;

/// The bucket of a duration, as the database's function has it.
fn bucket(seconds: f64) -> u16 {
    if seconds < FIRST {
        return 0;
    }
    let steps = (0..400u16).take_while(|n| FIRST * (f64::from(*n) / STEPS).exp2() <= seconds);
    u16::try_from(steps.count()).unwrap()
}

proptest! {
    #[test]
    fn a_percentile_is_within_a_tenth_of_the_true_one(
        mut all in prop::collection::vec(60.0f64..10_000_000.0, 1..200), percent in 1u64..=100,
    ) {
        let mut histogram = Histogram::default();
        for seconds in &all {
            histogram.add(bucket(*seconds), 1);
        }
        all.sort_by(f64::total_cmp);
        let place = (all.len() as u64 * percent).div_ceil(100) - 1;
        let exact = all[usize::try_from(place).unwrap()];
        let said = histogram.percentile(percent).unwrap().as_secs_f64();
        prop_assert!((said / exact - 1.0).abs() < 0.1, "{said} for {exact}");
    }
}

#[test]
fn nothing_has_no_percentile_and_less_than_a_minute_is_half_of_one() {
    assert_eq!(Histogram::default().percentile(50), None);
    let mut histogram = Histogram::default();
    histogram.add(0, 3);
    assert_eq!(
        histogram.percentile(95),
        Some(SignedDuration::from_secs(30))
    );
    assert_eq!(histogram.count(), 3);
}

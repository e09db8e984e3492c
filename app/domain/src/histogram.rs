//! Durations kept as counts in fixed logarithmic buckets: four to each doubling, the first below a minute. Counts of days, people and
//! departments add up, and any percentile of the sum is within a tenth of the true one.

#[cfg(test)]
mod tests;

use jiff::SignedDuration;

/// The shortest duration that is not in the first bucket, in seconds.
const FIRST: f64 = 60.0;
/// Buckets to a doubling.
const STEPS: f64 = 4.0;

/// How many durations fell in each bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram(std::collections::BTreeMap<u16, u64>);

impl Histogram {
    /// So many more of a bucket.
    pub fn add(&mut self, bucket: u16, count: u64) {
        *self.0.entry(bucket).or_default() += count;
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// The duration that so many percent of all do not exceed: the middle of its bucket. `None` of nothing.
    pub fn percentile(&self, percent: u64) -> Option<SignedDuration> {
        let wanted = (self.count() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        self.0.iter().find_map(|(bucket, count)| {
            seen += count;
            (seen >= wanted).then(|| middle(*bucket))
        })
    }
}

/// What stands for every duration of a bucket: of the first half a minute, of the others the geometric middle.
fn middle(bucket: u16) -> SignedDuration {
    match bucket {
        0 => SignedDuration::from_secs(30),
        n => SignedDuration::from_secs_f64(FIRST * ((f64::from(n) - 0.5) / STEPS).exp2()),
    }
}

//! Files attached to records of every workflow: their list, the form to add one, and the page that asks before one is removed.
//! The server takes and sends their bytes itself.

pub mod actions;
mod pages;
mod section;

pub use pages::RemoveAttachmentPage;
pub use section::attachments_section;

/// Where the form that adds a file posts to: its bytes are taken as they come, by no server function.
pub const ATTACH: &str = "/attachments";

/// A number of bytes as people read it: "12 bytes", "850 kB", "11.5 MB".
fn size(bytes: u64) -> String {
    let tenths = |unit: u64| (bytes * 10 + unit / 2) / unit;
    match bytes {
        1 => "1 byte".to_owned(),
        0..1_000 => format!("{bytes} bytes"),
        1_000..999_500 => format!("{} kB", (bytes + 500) / 1_000),
        _ => {
            let tenths = tenths(1_000_000);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_read_in_the_largest_unit_that_says_something() {
        for (bytes, said) in [
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (11_549_999, "11.5 MB"),
            (26_214_400, "26.2 MB"),
        ] {
            assert_eq!(size(bytes), said);
        }
    }
}

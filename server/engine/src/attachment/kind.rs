//! What a file is: told from its first bytes, never from its name alone.

use domain::attachment::extension;

use crate::{Error, Result};

/// How many bytes at the beginning tell it.
pub(super) const HEAD: usize = 8 * 1024;
/// The type of what is not known.
const UNKNOWN: &str = "application/octet-stream";

/// Programs, by the ending that goes with their first bytes.
const PROGRAMS: [&str; 8] = ["exe", "dll", "elf", "mach", "obj", "class", "dex", "dey"];

/// Endings and the types that go with them; what is not listed goes with anything. Office files are archives or, the old ones,
/// one common container, and not every one of them is told apart by its first bytes.
const GO_TOGETHER: &[(&[&str], &[&str])] = &[
    (&["pdf"], &["application/pdf"]),
    (&["png"], &["image/png"]),
    (&["jpg", "jpeg"], &["image/jpeg"]),
    (&["gif"], &["image/gif"]),
    (&["webp"], &["image/webp"]),
    (&["bmp"], &["image/bmp"]),
    (&["tif", "tiff"], &["image/tiff"]),
    (&["heic", "heif"], &["image/heif"]),
    (&["zip"], ARCHIVES),
    (&["docx", "xlsx", "pptx", "odt", "ods", "odp"], ARCHIVES),
    (&["doc", "xls", "ppt", "msg"], CONTAINERS),
    (&["gz", "tgz"], &["application/gzip"]),
    (&["7z"], &["application/x-7z-compressed"]),
    (&["rar"], &["application/vnd.rar"]),
    (
        &["txt", "csv", "md", "log", "json"],
        &["text/html", "text/xml"],
    ),
    (&["mp3"], &["audio/mpeg"]),
    (
        &["mp4", "m4v", "mov"],
        &["video/mp4", "video/x-m4v", "video/quicktime"],
    ),
];
const ARCHIVES: &[&str] = &[
    "application/zip",
    "application/epub+zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
];
const CONTAINERS: &[&str] = &[
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.ms-outlook",
    "application/x-ole-storage",
    // Sent under an old name more often than not.
    "application/rtf",
    "text/rtf",
    "text/html",
    "text/xml",
];

/// The type of a file by its first bytes.
///
/// # Errors
/// `Invalid` (`file`) for programs, and for a name that says something else than the bytes.
pub(super) fn of(name: &str, head: &[u8]) -> Result<&'static str> {
    let found = infer::get(head);
    let program = found.is_some_and(|kind| PROGRAMS.contains(&kind.extension()));
    if program || head.starts_with(b"#!") {
        return Err(refused(
            "Programs and scripts are not accepted. Put it into an archive if it has to go along.",
        ));
    }
    let Some(kind) = found else {
        return Ok(UNKNOWN);
    };
    let ending = extension(name).unwrap_or_default();
    let together = GO_TOGETHER
        .iter()
        .find(|(endings, _)| endings.contains(&ending.as_str()));
    if together.is_some_and(|(_, types)| !types.contains(&kind.mime_type())) {
        return Err(refused(&format!(
            "The name ends in .{ending}, but this is a file of the type {} ({}). Give it its right name.",
            kind.extension(),
            kind.mime_type()
        )));
    }
    Ok(kind.mime_type())
}

fn refused(message: &str) -> Error {
    Error::field(super::FIELD, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const PDF: &[u8] = b"%PDF-1.7\n";

    fn said(name: &str, head: &[u8]) -> String {
        match of(name, head) {
            Err(Error::Invalid(fields)) => fields[0].message.clone(),
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn the_first_bytes_tell_the_type() {
        for (name, head, kind) in [
            ("offer.pdf", PDF, "application/pdf"),
            ("OFFER.PDF", PDF, "application/pdf"),
            ("offer", PDF, "application/pdf"),
            ("offer.v2", PDF, "application/pdf"),
            ("photo.png", PNG, "image/png"),
            ("notes.txt", b"Just words", UNKNOWN),
            ("page.txt", b"<!DOCTYPE html><p>", "text/html"),
            ("list.docx", b"PK\x03\x04\x14\0\0\0", "application/zip"),
            ("drawing.dwg", b"?", UNKNOWN),
        ] {
            assert_eq!(of(name, head).unwrap(), kind, "{name}");
        }
    }

    #[test]
    fn programs_are_refused_whatever_they_are_called() {
        let mut exe = [0; 64];
        exe[..2].copy_from_slice(b"MZ");
        let mut elf = [0; 64];
        elf[..5].copy_from_slice(b"\x7fELF\x02");
        let mut mach = [0; 64];
        mach[..4].copy_from_slice(&[0xcf, 0xfa, 0xed, 0xfe]);
        for head in [
            &exe[..],
            &elf,
            &mach,
            b"#!/bin/sh\nrm -rf ~\n",
            b"#! python",
        ] {
            for name in ["setup.exe", "offer.pdf", "offer"] {
                assert!(said(name, head).contains("not accepted"), "{name}");
            }
        }
    }

    #[test]
    fn a_name_that_says_something_else_is_refused_with_what_the_file_is() {
        let message = said("offer.pdf", PNG);
        assert!(
            message.contains(".pdf") && message.contains("png"),
            "{message}"
        );
        said("photo.jpg", PNG);
        said("notes.txt", PDF);
        said("offer.docx", PDF);
    }
}

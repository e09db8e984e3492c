//! What becomes of a valid form: fields dropped, doubled, swapped, spliced, replaced; broken encodings, other content types,
//! other methods.

use axum::http::{HeaderValue, Request, request::Builder};
use rand::{RngExt as _, rngs::StdRng};

use super::form::Form;
use crate::http::from_this_machine;

const BOUNDARY: &str = "XX";

/// Values at the edges of what fields hold, and beyond.
pub const NASTY: &[&[u8]] = &[
    b"",
    b" ",
    b"0",
    b"-0",
    b"-1",
    b"1",
    b"2",
    b"+1",
    b"1e3",
    b"NaN",
    b"1.0000",
    b"0.00001",
    b"1,00",
    b".5",
    b"2147483647",
    b"2147483648",
    b"-2147483648",
    b"9223372036854775807",
    b"9223372036854775808",
    b"18446744073709551616",
    b"99999999999999999999999999",
    b"9999999999.999",
    b"9999999999.9999",
    b"null",
    b"true",
    b"undefined",
    b"[]",
    b"{}",
    b"[object Object]",
    b"00000000-0000-0000-0000-000000000000",
    b"0000-00-00",
    b"9999-12-31",
    b"-9999-01-01",
    b"2099-02-29",
    b"2024-02-29T00:00:00Z",
    b"' OR 1=1 --",
    b"%s%n",
    b"../../etc/passwd",
    b"<script>alert(1)</script>",
    b"</textarea></title>",
    b"\"><img>",
    b"@",
    b"@@@",
    b"@everyone @mia",
    b"\0",
    b"\r\n\r\n",
    b"\x7f\x1b[31m",
    b"\xff\xfe",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    "\u{202e}\u{feff}\u{0}\u{fffe}".as_bytes(),
    "👩‍👩‍👧".as_bytes(),
    "I\u{307}ı".as_bytes(),
    "e\u{301}".as_bytes(),
    b"submit",
    b"approve",
    b"draft",
    b"approved",
    b"administrator",
    b"/fn/approve_purchase_order",
    b"purchase_order",
];

/// The request of a form, mutated more often than not.
pub fn request(mut form: Form, random: &mut StdRng) -> (Builder, Vec<u8>) {
    if random.random_ratio(3, 5) {
        for _ in 0..random.random_range(1..=4) {
            mutate(&mut form.fields, random);
        }
    }
    let (mut kind, mut body) = if form.multipart {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        (kind, parts(&form.fields))
    } else {
        let kind = "application/x-www-form-urlencoded".to_owned();
        (kind, encoded(&form.fields))
    };
    if random.random_ratio(1, 15) {
        splice(&mut body, random);
    }
    if random.random_ratio(1, 40) {
        const OTHERS: [&str; 5] = [
            "",
            "application/json",
            "text/plain; \"",
            "multipart/form-data",
            "\u{1}",
        ];
        pick(&OTHERS, random).clone_into(&mut kind);
    }
    let method = if random.random_ratio(1, 40) {
        pick(
            &[
                "GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW",
            ],
            random,
        )
    } else {
        "POST"
    };
    let request = from_this_machine(Request::builder().method(method).uri(form.path));
    let request = match HeaderValue::from_str(&kind) {
        Ok(kind) => request.header("content-type", kind),
        Err(_) => request,
    };
    (request, body)
}

fn pick<'a>(all: &[&'a str], random: &mut StdRng) -> &'a str {
    all[random.random_range(0..all.len())]
}

/// One change of one field, or of two.
fn mutate(fields: &mut Vec<(String, Vec<u8>)>, random: &mut StdRng) {
    if fields.is_empty() {
        return;
    }
    let (at, other) = (
        random.random_range(0..fields.len()),
        random.random_range(0..fields.len()),
    );
    match random.random_range(0..12) {
        0 => drop(fields.remove(at)),
        1 => fields.push(fields[at].clone()),
        2 => {
            let value = fields[other].1.clone();
            fields[other].1 = std::mem::replace(&mut fields[at].1, value);
        }
        3 => splice(&mut fields[at].1, random),
        4 => fields[at]
            .0
            .push_str(pick(&["[]", "-1", "\0", " "], random)),
        5 => fields[at].1 = huge(random),
        6 => {
            let many = fields[at].clone();
            fields.extend(std::iter::repeat_n(many, random.random_range(2..300)));
        }
        _ => fields[at].1 = NASTY[random.random_range(0..NASTY.len())].to_vec(),
    }
}

/// Long, and now and then longer than a form may be.
fn huge(random: &mut StdRng) -> Vec<u8> {
    let piece = NASTY[random.random_range(0..NASTY.len())];
    let most = if random.random_ratio(1, 50) {
        3_000_000
    } else {
        20_000
    };
    let length = random.random_range(0..most);
    piece.iter().copied().cycle().take(length).collect()
}

/// Bytes put in, changed or cut off anywhere.
fn splice(bytes: &mut Vec<u8>, random: &mut StdRng) {
    let at = random.random_range(0..=bytes.len());
    match random.random_range(0..4) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, random.random()),
        2 => drop(bytes.splice(at..at, *b"%u12%")),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = random.random();
            }
        }
    }
}

fn encoded(fields: &[(String, Vec<u8>)]) -> Vec<u8> {
    let fields = fields.iter().map(|(name, value)| {
        let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let value: String = form_urlencoded::byte_serialize(value).collect();
        format!("{name}={value}")
    });
    fields.collect::<Vec<_>>().join("&").into_bytes()
}

/// What a form with a file is.
fn parts(fields: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    let needed = ["request_id", "id", "kind", "file"];
    for (name, value) in fields
        .iter()
        .filter(|(name, _)| needed.iter().any(|n| name.starts_with(n)))
    {
        let file = if name == "file" {
            "; filename=\"a.png\""
        } else {
            ""
        };
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

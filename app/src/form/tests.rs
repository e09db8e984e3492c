//! Nothing that is sent is refused before our code.

use super::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Sent {
    form: Fields,
}

fn decode(body: &[u8]) -> Fields {
    let decoded: Result<Sent, String> = Plain::decode(Bytes::copy_from_slice(body));
    decoded.unwrap().form
}

#[test]
fn a_form_is_read_with_repeated_names_in_order() {
    let form = decode(b"id=7&line_unit=each&line_unit=kg&note=a+b%21");
    assert_eq!(form.text("id"), "7");
    assert_eq!(form.all("line_unit"), ["each", "kg"]);
    assert_eq!(form.text("note"), "a b!");
}

#[test]
fn a_scalar_sent_twice_is_its_last_value() {
    assert_eq!(decode(b"id=7&id=8").number::<i64>("id"), Some(8));
}

#[test]
fn what_cannot_be_decoded_becomes_a_replacement_character() {
    assert_eq!(decode(b"note=%FF%FE").text("note"), "\u{fffd}\u{fffd}");
    assert_eq!(decode(b"note=\xff").text("note"), "\u{fffd}");
}

#[test]
fn nul_is_dropped() {
    assert_eq!(decode(b"note=a%00b").text("note"), "ab");
}

#[test]
fn nothing_at_all_is_an_empty_form() {
    let form = decode(b"");
    assert!(form.is_empty());
    assert_eq!(form.text("id"), "");
    assert_eq!(form.filled("note"), None);
}

#[test]
fn other_content_is_read_as_fields_nobody_asks_for() {
    assert_eq!(decode(br#"{"id": 7}"#).text("id"), "");
    assert_eq!(
        decode(b"--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n7\r\n--x--").text("id"),
        ""
    );
}

#[test]
fn a_missing_or_broken_request_id_is_a_new_one() {
    let (first, second) = (
        decode(b"").request_id(),
        decode(b"request_id=x").request_id(),
    );
    assert_ne!(first, second);
    let id = "7f0c1c1e-6b1c-4a39-9d7e-0d8a3c1d2e3f";
    assert_eq!(
        decode(format!("request_id={id}").as_bytes())
            .request_id()
            .to_string(),
        id
    );
}

#[test]
fn encoding_and_decoding_is_the_same_form() {
    let form = decode(b"a=1&a=2&b=%26%3D");
    let sent: Bytes = Plain::encode(&Sent { form: form.clone() }).unwrap();
    assert_eq!(decode(&sent), form);
}

#[test]
fn what_was_written_is_shown_without_the_forms_own_fields() {
    let form = decode(b"request_id=x&id=7&version=3&override_reason=Urgent&note=");
    assert_eq!(
        form.shown(),
        [("Override reason".to_owned(), "Urgent".to_owned())]
    );
}

use super::disposition;

#[test]
fn a_name_is_told_in_ascii_and_in_full() {
    for (name, told) in [
        (
            "offer.pdf",
            "attachment; filename=\"offer.pdf\"; filename*=UTF-8''offer.pdf",
        ),
        (
            "my \"offer\" 100%.pdf",
            "attachment; filename=\"my _offer_ 100_.pdf\"; filename*=UTF-8''my%20%22offer%22%20100%25.pdf",
        ),
        (
            "Grüße.txt",
            "attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt",
        ),
    ] {
        assert_eq!(disposition(name), told);
    }
}

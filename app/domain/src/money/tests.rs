use proptest::prelude::*;

use super::*;

fn quantity(text: &str) -> Result<String, AmountError> {
    Quantity::parse(text).map(|quantity| quantity.to_string())
}

#[test]
fn what_people_type_is_read() {
    for (typed, read) in [
        ("1", "1"),
        ("0", "0"),
        ("2.50", "2.5"),
        (" 12.5\u{a0}\n", "12.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("1,250.00", "1250"),
        ("12,345,678.9", "12345678.9"),
        ("9,999,999,999.999", "9999999999.999"),
        ("0.0010000", "0.001"),
        ("00000000000001", "1"),
    ] {
        assert_eq!(quantity(typed).as_deref(), Ok(read), "{typed:?}");
    }
    assert_eq!(UnitPrice::parse("0.0001").unwrap().to_string(), "0.0001");
}

#[test]
fn a_price_in_a_form_has_cents() {
    for (typed, held) in [
        ("2150", "2150.00"),
        ("538.7", "538.70"),
        ("0.4983", "0.4983"),
        ("0", "0.00"),
    ] {
        assert_eq!(UnitPrice::parse(typed).unwrap().with_cents(), held);
    }
}

/// What people and other programs write that is no amount here.
const NOT_NUMBERS: [&str; 38] = [
    "1e3",
    "1E3",
    "NaN",
    "nan",
    "inf",
    "Infinity",
    "+1",
    "--1",
    "-",
    ".",
    ",",
    "-.",
    "-x",
    "0x10",
    "1_000",
    "1 000",
    "- 1",
    "1.2.3",
    "1,2,3",
    "1,25",
    "1250,000",
    ",250",
    "1,,250",
    "1,250,",
    "0,250",
    "1.250,00",
    "1.2,5",
    "٣",
    "१२",
    "１２",
    "½",
    "1\u{0}2",
    "12,50",
    "1'000",
    "€5",
    "5 kg",
    "1\u{a0}000",
    "\u{2212}1",
];

#[test]
fn what_is_no_amount_is_refused_and_the_message_says_what_to_do() {
    for (typed, error) in [
        ("", AmountError::Empty),
        (" \t", AmountError::Empty),
        ("-1", AmountError::Negative),
        ("-0", AmountError::Negative),
        ("-0.00", AmountError::Negative),
        ("1.2345", AmountError::TooManyDecimals(3)),
        ("10000000000", AmountError::TooLarge),
        ("99999999999999999999999999999999999", AmountError::TooLarge),
    ] {
        assert_eq!(quantity(typed), Err(error), "{typed:?}");
    }
    for typed in NOT_NUMBERS {
        assert_eq!(quantity(typed), Err(AmountError::NotANumber), "{typed:?}");
    }
    assert_eq!(
        AmountError::NotANumber.to_string(),
        "Use digits and a point, like 12.50."
    );
    assert_eq!(
        AmountError::TooManyDecimals(3).to_string(),
        "Use at most 3 decimals."
    );
}

#[test]
fn values_of_the_database_are_checked_too() {
    let value = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(
        Quantity::from_decimal(value("2.500")).unwrap().to_string(),
        "2.5"
    );
    assert_eq!(
        Quantity::from_decimal(value("-0.000")).unwrap(),
        Quantity::ZERO
    );
    assert_eq!(
        UnitPrice::from_decimal(value("9999999999.9999"))
            .unwrap()
            .to_string(),
        "9999999999.9999"
    );
    for refused in ["-0.001", "0.0001", "10000000000"] {
        assert_eq!(Quantity::from_decimal(value(refused)), None, "{refused}");
    }
}

#[test]
fn lines_round_half_up_and_show_two_decimals() {
    let total = |quantity, price| {
        line_total(
            Quantity::parse(quantity).unwrap(),
            UnitPrice::parse(price).unwrap(),
        )
        .to_string()
    };
    assert_eq!(total("1", "0.005"), "0.01", "half goes up");
    assert_eq!(total("1", "0.0049"), "0.00");
    assert_eq!(
        total("3", "0.335"),
        "1.01",
        "1.005, where binary floating point says 1.00"
    );
    assert_eq!(total("1.005", "1000"), "1005.00");
    assert_eq!(total("2", "10"), "20.00");
    assert_eq!(total("0.001", "4.9999"), "0.00");
    assert_eq!(
        total("9,999,999,999.999", "9,999,999,999.9999"),
        "99999999999989000000.00"
    );
}

#[test]
fn an_order_is_the_sum_of_its_rounded_lines() {
    let cent = (
        Quantity::parse("1").unwrap(),
        UnitPrice::parse("0.005").unwrap(),
    );
    assert_eq!(checked_order_total([cent; 3]).unwrap().to_string(), "0.03");
    assert_eq!(checked_order_total([]).unwrap().to_string(), "0.00");
}

#[test]
fn totals_beyond_what_the_database_holds_are_refused() {
    let amount = |quantity, price| {
        (
            Quantity::parse(quantity).unwrap(),
            UnitPrice::parse(price).unwrap(),
        )
    };
    let largest = amount("100", "9999999999.9999");
    assert_eq!(
        checked_line_total(largest.0, largest.1),
        Ok(Decimal::new(99_999_999_999_999, 2))
    );
    let (quantity, price) = amount("100.001", "9999999999.9999");
    assert_eq!(
        checked_line_total(quantity, price),
        Err(AmountError::TotalTooLarge)
    );
    assert_eq!(checked_order_total([largest]), Ok(TOTAL_MAX));
    let over = checked_order_total([largest, amount("1", "0.01")]);
    assert_eq!(over, Err(AmountError::TotalTooLarge));
    assert_eq!(
        over.unwrap_err().to_string(),
        "The total is too large: at most 999,999,999,999.99."
    );
}

#[test]
fn amounts_are_shown_with_thousands_and_cents() {
    for (cents, shown) in [
        (0, "0.00"),
        (1, "0.01"),
        (99_999, "999.99"),
        (100_000, "1,000.00"),
        (1_200_000, "12,000.00"),
        (99_999_999_999_999, "999,999,999,999.99"),
        (-100_000, "-1,000.00"),
    ] {
        assert_eq!(format_amount(Decimal::new(cents, 2)), shown);
    }
    assert_eq!(format_amount(Decimal::new(-4, 3)), "0.00", "no minus zero");
    assert_eq!(format_amount(Decimal::from(7)), "7.00");
}

#[test]
fn only_currencies_with_two_decimals_are_offered() {
    assert_eq!(Currency::parse("USD"), Some(Currency::USD));
    for refused in ["JPY", "KWD", "usd", "XXX", "", "US"] {
        assert_eq!(Currency::parse(refused), None, "{refused}");
    }
    assert!(CODES.is_sorted());
    for code in CODES {
        assert!(code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
        assert_eq!(Currency::parse(code).unwrap().to_string(), code);
    }
}

#[test]
fn amounts_and_currencies_travel_as_text_and_are_checked_on_arrival() {
    let json = serde_json::to_string(&(Quantity::parse("2.50").unwrap(), Currency::USD)).unwrap();
    assert_eq!(json, r#"["2.5","USD"]"#);
    assert!(serde_json::from_str::<(Quantity, Currency)>(&json).is_ok());
    assert!(serde_json::from_str::<Quantity>(r#""-1""#).is_err());
    assert!(serde_json::from_str::<UnitPrice>(r#""0.00001""#).is_err());
    assert!(serde_json::from_str::<Currency>(r#""JPY""#).is_err());
}

proptest! {
    #[test]
    fn every_quantity_and_price_is_shown_as_it_is_read(
        thousandths in 0_i64..10_000_000_000_000,
        ten_thousandths in 0_i64..100_000_000_000_000,
    ) {
        let quantity = Quantity::from_decimal(Decimal::new(thousandths, 3)).unwrap();
        prop_assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity));
        let price = UnitPrice::from_decimal(Decimal::new(ten_thousandths, 4)).unwrap();
        prop_assert_eq!(UnitPrice::parse(&price.to_string()), Ok(price));
        prop_assert_eq!(UnitPrice::parse(&price.with_cents()), Ok(price));
    }

    #[test]
    fn amounts_shown_with_commas_are_read_back(cents in 0_i64..=999_999_999_999) {
        let amount = Decimal::new(cents, 2);
        prop_assert_eq!(UnitPrice::parse(&format_amount(amount)).unwrap().decimal(), amount);
    }

    #[test]
    fn any_text_is_read_or_refused_and_never_panics(text in "\\PC*", digits in "[-+0-9.,eE ]{0,40}") {
        for text in [text, digits] {
            if let Ok(quantity) = Quantity::parse(&text) {
                prop_assert_eq!(Quantity::from_decimal(quantity.decimal()), Some(quantity));
            }
        }
    }

    #[test]
    fn a_line_total_is_what_integers_say(
        thousandths in 0_i64..10_000_000_000_000,
        ten_thousandths in 0_i64..100_000_000_000_000,
    ) {
        let quantity = Quantity::from_decimal(Decimal::new(thousandths, 3)).unwrap();
        let price = UnitPrice::from_decimal(Decimal::new(ten_thousandths, 4)).unwrap();
        // Seven decimals to two, half up, in integers.
        let exact = i128::from(thousandths) * i128::from(ten_thousandths);
        let cents = (exact + 50_000) / 100_000;
        prop_assert_eq!(line_total(quantity, price), Decimal::from_i128_with_scale(cents, 2));
    }

    #[test]
    fn an_order_total_is_the_sum_in_integers(
        lines in prop::collection::vec((0_i64..100_000_000, 0_i64..100_000_000), 0..200),
    ) {
        let amounts = lines.iter().map(|(quantity, price)| {
            let quantity = Quantity::from_decimal(Decimal::new(*quantity, 3)).unwrap();
            (quantity, UnitPrice::from_decimal(Decimal::new(*price, 4)).unwrap())
        });
        let cents: i128 =
            lines.iter().map(|(q, p)| (i128::from(*q) * i128::from(*p) + 50_000) / 100_000).sum();
        prop_assert_eq!(checked_order_total(amounts), Ok(Decimal::from_i128_with_scale(cents, 2)));
    }
}

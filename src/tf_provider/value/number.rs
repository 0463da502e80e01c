//! Decimal numbers of any size, which are compared by value, as hosts do.
//!
//! Terraform's numbers are decimals of arbitrary precision. Ports fit an `i64`, but numbers that a user
//! passes in a dynamic value or to a function may not. Must not know the codecs.

use std::fmt;
use std::str::FromStr;

use bigdecimal::{BigDecimal, ToPrimitive};

/// Most digits of a number before its point, and after it: more than any double has, and few enough that
/// `1e999999999` is refused before it fills memory with zeros.
const MAX_DIGITS: u64 = 2048;

/// A finite decimal number.
///
/// `1.0` equals `1`, and comparison is by value. Displays as a plain decimal: no exponent, no
/// trailing zeros after the point.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(
    /// Without trailing zeros in its digits, and within [`MAX_DIGITS`].
    BigDecimal,
);

impl Number {
    /// The integer, if there is no fraction and it fits.
    pub fn as_i64(&self) -> Option<i64> {
        if self.0.is_integer() {
            self.0.to_i64()
        } else {
            None
        }
    }

    /// The double that has exactly this value, and that [`Number::from_f64`] converts back to it. 1.5 has
    /// such a double, 0.1 doesn't.
    pub fn as_exact_f64(&self) -> Option<f64> {
        let double: f64 = self.to_string().parse().ok()?;
        let same_value = BigDecimal::try_from(double).is_ok_and(|exact| exact == self.0);
        let same_text = Self::from_f64(double).is_ok_and(|read| read == *self);
        (same_value && same_text).then_some(double)
    }

    /// The number of a double: an integer by its exact value, a fraction by the shortest decimal that rounds
    /// to it, so that 0.1 is 0.1.
    ///
    /// # Errors
    /// The double is infinite or NaN.
    pub fn from_f64(double: f64) -> Result<Self, NumberError> {
        if !double.is_finite() {
            return Err(NumberError::new(
                "the number is infinite or not a number: give a finite one",
            ));
        }
        // With a precision Rust prints the exact digits, without one the shortest.
        if double.fract() == 0.0 {
            format!("{double:.0}").parse()
        } else {
            double.to_string().parse()
        }
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(BigDecimal::from(number).normalized())
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(BigDecimal::from(number).normalized())
    }
}

/// Reads decimal text: `-12`, `0.5`, `1.5e3`. Fails on anything else, and on numbers of more
/// than 2048 digits before or after the point.
impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        // The messages don't quote the text, which may be a secret.
        let malformed = || NumberError::new("the text is not a decimal number");
        let too_large = || {
            NumberError::new(format!(
                "the number has more than {MAX_DIGITS} digits before or after its point"
            ))
        };

        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (text, None),
        };
        if !is_mantissa(mantissa) || !exponent.is_none_or(is_integer) {
            return Err(malformed());
        }
        // Checked before anything is computed, so that digits and exponent have a limit.
        let limit = 2 * MAX_DIGITS;
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
        let exponent = match exponent {
            Some(exponent) => exponent.parse::<i64>().map_err(|_| too_large())?,
            None => 0,
        };
        if digits as u64 > limit || exponent.unsigned_abs() > limit {
            return Err(too_large());
        }

        let number = BigDecimal::from_str(text)
            .map_err(|_| malformed())?
            .normalized();
        let scale = number.fractional_digit_count();
        let digits = i64::try_from(number.digits()).map_err(|_| too_large())?;
        let max = MAX_DIGITS as i64;
        if scale > max || digits - scale > max {
            return Err(too_large());
        }
        Ok(Self(number))
    }
}

/// Digits with an optional sign and point.
fn is_mantissa(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

/// Digits with an optional sign.
fn is_integer(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_plain_string(f)
    }
}

/// The same as displayed.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why something is not a number, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberError(String);

impl NumberError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NumberError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().expect("a number in a test")
    }

    #[test]
    fn displays_as_a_plain_decimal() {
        for (text, plain) in [
            ("0", "0"),
            ("-0", "0"),
            ("0.00", "0"),
            ("0e999", "0"),
            ("007", "7"),
            ("+7", "7"),
            ("100", "100"),
            ("1e3", "1000"),
            ("1.50", "1.5"),
            ("15E-1", "1.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-0.001", "-0.001"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            assert_eq!(number(text).to_string(), plain, "{text}");
        }
    }

    #[test]
    fn equality_is_by_value() {
        assert_eq!(number("1.0"), Number::from(1_i64));
        assert_eq!(number("1e3"), Number::from(1000_i64));
        assert_eq!(number("0.10"), number("0.1"));
        assert_ne!(
            number("0.1"),
            number("0.1000000000000000055511151231257827")
        );
        assert!(number("9") < number("10") && number("-10") < number("-9"));
    }

    #[test]
    fn integers_are_read_whole_or_not_at_all() {
        for (text, integer) in [
            ("0", Some(0)),
            ("80", Some(80)),
            ("-1.0", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("80.5", None),
            ("0.1", None),
            ("1e2000", None),
        ] {
            assert_eq!(number(text).as_i64(), integer, "{text}");
        }
    }

    #[test]
    fn doubles_stand_for_what_people_wrote() {
        for (double, text) in [
            (0.1, "0.1"),
            (-0.0, "0"),
            (1.5, "1.5"),
            (5e-324, &format!("0.{}5", "0".repeat(323))),
            // An integer keeps its exact value, which 1 and 23 zeros is not.
            (1e23, "99999999999999991611392"),
        ] {
            assert_eq!(Number::from_f64(double).expect("finite"), number(text));
        }
        for double in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let error = Number::from_f64(double).expect_err("no number").to_string();
            assert!(error.starts_with("the number is infinite"), "{error}");
        }
        assert!(Number::from_f64(f64::MAX).is_ok());
    }

    #[test]
    fn only_exact_doubles_are_doubles() {
        for (text, double) in [
            ("1.5", Some(1.5)),
            ("-0.25", Some(-0.25)),
            ("0.1", None),
            (
                "0.1000000000000000055511151231257827021181583404541015625",
                None,
            ),
            ("1e400", None),
            ("1e-400", None),
        ] {
            assert_eq!(number(text).as_exact_f64(), double, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_number() {
        for text in [
            "", " ", "-", ".", "e", "e5", "1e", "1e+", "1.2.3", "1_000", "0x10", "1 ", "NaN",
            "inf", "Infinity", "١", "1e1e1", "--1", "+-1", "-.e1",
        ] {
            let error = text.parse::<Number>().expect_err(text).to_string();
            assert_eq!(error, "the text is not a decimal number", "{text:?}");
        }
    }

    #[test]
    fn refuses_what_would_fill_memory() {
        let long = "1".repeat(100_000);
        for text in [
            "1e999999999",
            "1e-999999999",
            "0e999999999",
            "1e99999999999999999999999",
            "1e2048",
            "1e-2049",
            &long,
        ] {
            let error = text.parse::<Number>().expect_err("too large");
            assert!(error.to_string().contains("2048"), "{error}");
        }
        for text in ["1e2047", "1e-2048", "12345e-2048"] {
            assert_eq!(number(&number(text).to_string()), number(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_or_an_error(text in "[-+0-9.eE_ xn]{0,12}|\\PC*") {
            if let Ok(number) = text.parse::<Number>() {
                prop_assert_eq!(number.to_string().parse::<Number>(), Ok(number));
            }
        }

        #[test]
        fn integers_come_back(integer: i64) {
            prop_assert_eq!(Number::from(integer).as_i64(), Some(integer));
        }

        #[test]
        fn doubles_come_back(bits: u64) {
            let double = f64::from_bits(bits);
            prop_assume!(double.is_finite());
            let read = Number::from_f64(double).expect("finite");
            prop_assert_eq!(read.to_string().parse::<f64>(), Ok(double));
            if let Some(exact) = read.as_exact_f64() {
                prop_assert_eq!(Number::from_f64(exact), Ok(read));
            }
        }
    }
}

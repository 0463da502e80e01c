//! Logging: the `tracing` events of this crate become the JSON lines on stderr that hosts parse.
//! Events of other crates are never written, since an SDK may log a body or a credential. With logging
//! off nothing is installed, so that an event costs one comparison.

mod fields;

use std::io::Write as _;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

use self::fields::Fields;

/// The crate whose events are written, with those of its modules.
const CRATE: &str = env!("CARGO_CRATE_NAME");
/// Longest line in bytes, with its line break. Hosts cut longer lines into pieces, which are no JSON.
const LONGEST_LINE: usize = 64 * 1024 - 1;
/// The only form of a timestamp that hosts parse, with six digits of a second and Z. They take a line with
/// another one for plain text.
const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// Starts logging for the rest of the process, at the level that the environment sets.
/// `var` looks a variable up in the environment. A second start has no effect.
pub fn start(var: impl Fn(&str) -> Option<String>) {
    let level = level(var);
    if level != LevelFilter::OFF {
        let write = |line: &str| {
            // One write for each line. If stderr is closed, the line is lost.
            let _ = std::io::stderr().lock().write_all(line.as_bytes());
        };
        let subscriber = Registry::default().with(HostLog { level, write });
        // An error means that logging has been started before.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

/// Reads TF_LOG_PROVIDER, else TF_LOG, as Terraform does: in any case, and a word that is no level, such as
/// JSON, means trace.
fn level(var: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let named = ["TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|name| var(name).filter(|value| !value.is_empty()));
    match named.map(|word| word.to_ascii_uppercase()).as_deref() {
        None | Some("OFF") => LevelFilter::OFF,
        Some("ERROR") => LevelFilter::ERROR,
        Some("WARN") => LevelFilter::WARN,
        Some("INFO") => LevelFilter::INFO,
        Some("DEBUG") => LevelFilter::DEBUG,
        Some(_) => LevelFilter::TRACE,
    }
}

/// The layer that writes the lines. An event is written with the fields of the spans around it; of fields
/// of the same name, the innermost one.
struct HostLog<W> {
    level: LevelFilter,
    write: W,
}

impl<W> HostLog<W> {
    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level && module(metadata.target()).is_some()
    }
}

impl<S, W> Layer<S> for HostLog<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&str) + 'static,
{
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.wants(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        let spans = context.event_scope(event).into_iter().flatten();
        for span in spans {
            if let Some(kept) = span.extensions().get::<Fields>() {
                // From the innermost span outwards: a field that is set stays.
                for (name, value) in &kept.0 {
                    fields.0.entry(name).or_insert_with(|| value.clone());
                }
            }
        }
        // Last, so that the event's own fields replace those of spans.
        event.record(&mut fields);
        (self.write)(&line(event.metadata(), fields, OffsetDateTime::now_utc()));
    }
}

/// The name of a module of this crate in the log, `package.its.module`; `None` for other targets.
fn module(target: &str) -> Option<String> {
    let rest = target.strip_prefix(CRATE)?;
    (rest.is_empty() || rest.starts_with("::"))
        .then(|| format!("{}{}", env!("CARGO_PKG_NAME"), rest.replace("::", ".")))
}

/// The line of an event, with its end.
fn line(metadata: &Metadata<'_>, mut fields: Fields, now: OffsetDateTime) -> String {
    let message = match fields.0.remove("message") {
        Some(Value::String(message)) => message,
        // Hosts panic where a message is no string.
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let mut head = Fields::default();
    head.put("@level", level_name(*metadata.level()));
    head.put("@message", message);
    head.put("@module", module(metadata.target()).unwrap_or_default());
    // Formatting doesn't fail for dates of this age. To a line without a timestamp, hosts add one.
    if let Ok(now) = now.format(TIMESTAMP) {
        head.put("@timestamp", now);
    }

    let left_out = fields.0.len();
    fields.0.extend(head.0.clone());
    let mut line = Value::Object(fields.0).to_string();
    if line.len() >= LONGEST_LINE {
        // The head fits, since every text in it is cut to a length.
        head.put("fields_left_out", left_out);
        line = Value::Object(head.0).to_string();
    }
    line.push('\n');
    line
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[cfg(test)]
mod tests {
    use super::fields::LONGEST_TEXT;
    use super::*;
    use std::sync::{Arc, Mutex};
    use time::macros::datetime;

    /// The lines that the host reads of these events.
    fn lines(level: LevelFilter, events: impl FnOnce()) -> Vec<String> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let write = move |line: &str| sink.lock().unwrap().push(line.to_owned());
        let subscriber = Registry::default().with(HostLog { level, write });
        tracing::subscriber::with_default(subscriber, events);
        let lines = lines.lock().unwrap();
        lines.clone()
    }

    /// The one line that `event` makes, parsed.
    fn logged(event: impl FnOnce()) -> Value {
        let lines = lines(LevelFilter::TRACE, event);
        let [line] = lines.as_slice() else {
            panic!("one line wanted: {lines:?}")
        };
        assert_eq!(line.find('\n'), Some(line.len() - 1));
        assert!(line.len() <= LONGEST_LINE);
        serde_json::from_str(line).unwrap()
    }

    fn level_of(provider: Option<&str>, all: Option<&str>) -> LevelFilter {
        level(|name| {
            let value = if name == "TF_LOG" { all } else { provider };
            value.map(str::to_owned)
        })
    }

    #[test]
    fn levels_are_read_as_terraform_reads_them() {
        assert_eq!(level_of(None, None), LevelFilter::OFF);
        assert_eq!(level_of(Some(""), Some("")), LevelFilter::OFF);
        assert_eq!(level_of(None, Some("debug")), LevelFilter::DEBUG);
        assert_eq!(level_of(Some(""), Some("Info")), LevelFilter::INFO);
        assert_eq!(level_of(Some("WARN"), Some("TRACE")), LevelFilter::WARN);
        assert_eq!(level_of(Some("off"), Some("TRACE")), LevelFilter::OFF);
        assert_eq!(level_of(Some("error"), None), LevelFilter::ERROR);
        assert_eq!(level_of(None, Some("json")), LevelFilter::TRACE);
        assert_eq!(level_of(None, Some("loud")), LevelFilter::TRACE);
    }

    #[test]
    fn only_this_crate_is_heard() {
        let heard = lines(LevelFilter::INFO, || {
            tracing::error!(target: "aws_smithy_runtime::client", "secret");
            tracing::error!(target: "terraform_provider_curated_extra", "stranger");
            tracing::debug!("too quiet");
            tracing::info!("ours");
        });
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert!(heard[0].contains("ours"));
        assert_eq!(
            module("terraform_provider_curated::ec2::client").as_deref(),
            Some("terraform-provider-curated.ec2.client")
        );
    }

    #[test]
    fn a_line_has_the_shape_that_hosts_parse() {
        let mut line = logged(|| {
            tracing::warn!(
                region = "eu-west-1",
                attempt = 2,
                took = 0.5,
                ok = true,
                odd = f64::NAN,
                who = ?Some("me"),
                "said \"so\"\nand so"
            );
        });
        let timestamp = line["@timestamp"].take();
        assert!(looks_like(timestamp.as_str().unwrap()), "{timestamp}");
        let want = serde_json::json!({
            "@level": "warn",
            "@message": "said \"so\"\nand so",
            "@module": concat!(env!("CARGO_PKG_NAME"), ".tf_provider.plugin.log.tests"),
            "@timestamp": null,
            "region": "eu-west-1",
            "attempt": 2,
            "took": 0.5,
            "ok": true,
            "odd": "NaN",
            "who": "Some(\"me\")",
        });
        assert_eq!(line, want);
    }

    /// Whether a timestamp has digits and separators at the same places as the pattern.
    fn looks_like(timestamp: &str) -> bool {
        let pattern = "0000-00-00T00:00:00.000000Z";
        let same = |(t, p): (char, char)| if p == '0' { t.is_ascii_digit() } else { t == p };
        timestamp.len() == pattern.len() && timestamp.chars().zip(pattern.chars()).all(same)
    }

    #[test]
    fn timestamps_have_six_digits_whatever_the_time() {
        for (time, want) in [
            (
                datetime!(2024-03-05 06:07:08 UTC),
                "2024-03-05T06:07:08.000000Z",
            ),
            (
                datetime!(2024-03-05 06:07:08.120_009_999 UTC),
                "2024-03-05T06:07:08.120009Z",
            ),
        ] {
            assert_eq!(time.format(TIMESTAMP).unwrap(), want);
        }
    }

    #[test]
    fn a_message_is_always_a_string() {
        assert_eq!(logged(|| tracing::info!(message = 7))["@message"], "7");
        assert_eq!(logged(|| tracing::info!(only = 7))["@message"], "");
    }

    #[test]
    fn spans_lend_their_fields_and_the_inner_one_counts() {
        let line = logged(|| {
            let _outer = tracing::info_span!("rpc", rpc = "Read", region = "outer").entered();
            let _inner = tracing::info_span!("call", region = "inner", attempt = 1).entered();
            tracing::info!(attempt = 2, "done");
        });
        assert_eq!(line["rpc"], "Read");
        assert_eq!(line["region"], "inner");
        assert_eq!(line["attempt"], 2);
    }

    #[test]
    fn long_texts_are_cut_and_long_lines_lose_their_fields() {
        let long = "é".repeat(LONGEST_TEXT);
        let cut = logged(|| tracing::info!(text = %long, "m"));
        let text = cut["text"].as_str().unwrap();
        assert!(text.starts_with("éé") && text.ends_with("… (16384 bytes)"));

        let worst = "\u{1}".repeat(LONGEST_TEXT * 2);
        let bare = logged(|| tracing::info!(a = %worst, b = %worst, "{worst}"));
        assert_eq!(bare["fields_left_out"], 2);
        assert_eq!(bare.get("a"), None);
        assert_eq!(bare["@level"], "info");
    }

    #[test]
    fn an_error_comes_with_its_causes() {
        let inner = std::io::Error::other("no route");
        let outer = std::io::Error::other(Outer(inner));
        let line = logged(|| tracing::error!(error = &outer as &dyn std::error::Error, "failed"));
        assert_eq!(line["error"], "call failed: no route");
    }

    #[derive(Debug)]
    struct Outer(std::io::Error);

    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("call failed")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
}

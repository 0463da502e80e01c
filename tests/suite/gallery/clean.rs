//! What Terraform prints, as the page shows it: without colours, without what is about the test
//! emulator rather than the plan, and without what differs from run to run.

/// Stands for the id that EC2 gives to a request.
const REQUEST: &str = "59dbff89-35bd-4eac-99ed-be587EXAMPLE";

/// A plan, from what it is going to do on.
pub(super) fn plan(printed: &str) -> String {
    let text = common(printed);
    let from = text.find("Terraform will perform the following actions:");
    tidy(&text[from.unwrap_or(0)..])
}

/// What an apply or a destroy prints after its plan.
pub(super) fn deed(printed: &str) -> String {
    let text = common(printed);
    let after = text
        .split_once("\nPlan: ")
        .and_then(|(_, rest)| rest.split_once('\n'));
    tidy(after.map_or(text.as_str(), |(_, rest)| rest))
}

fn common(printed: &str) -> String {
    let lines = without_colours(printed);
    let lines = without_overrides(&lines);
    let passing = [
        "Refreshing state...",
        "Still creating...",
        "Still destroying...",
    ];
    let lines = lines
        .lines()
        .filter(|line| !passing.iter().any(|p| line.contains(p)));
    let lines: Vec<String> = lines.map(|line| duration(line.trim_end())).collect();
    request(&lines.join("\n"))
}

/// Takes out what begins with ESC [ and ends with a letter.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |clean, part| {
        let end = part.find(|c: char| c.is_ascii_alphabetic());
        clean + end.map_or("", |end| &part[end + 1..])
    })
}

/// Takes out the frame that says that the provider isn't an installed one.
fn without_overrides(text: &str) -> String {
    let mut clean = String::new();
    let mut rest = text;
    while let Some((before, framed)) = rest.split_once("╷\n") {
        let (frame, after) = framed.split_once("╵\n").expect("a frame has an end");
        clean.push_str(before);
        if !frame.contains("Provider development overrides") {
            clean.push_str(&format!("╷\n{frame}╵\n"));
        }
        rest = after;
    }
    clean + rest
}

/// "after 0s" and "after 3s" are both "after 1s".
fn duration(line: &str) -> String {
    let Some((before, after)) = line.split_once(" complete after ") else {
        return line.to_owned();
    };
    let rest = after.find(' ').map_or("", |end| &after[end..]);
    format!("{before} complete after 1s{rest}")
}

/// The word after "(request", whether or not a line of a frame ends between them.
fn request(text: &str) -> String {
    let Some((before, after)) = text.split_once("(request") else {
        return text.to_owned();
    };
    let (id, rest) = after.split_once(')').expect("a bracket is closed");
    let begin = id.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    format!(
        "{before}(request{}{REQUEST}){}",
        &id[..begin],
        request(rest)
    )
}

/// Without empty lines at the ends.
fn tidy(text: &str) -> String {
    text.trim_matches('\n').to_owned()
}

#[test]
fn what_is_about_the_bench_is_left_out() {
    let printed = "\u{1b}[33m╷\u{1b}[0m\n│ Warning: Provider development overrides are in effect\n\
                   ╵\nx.y: Refreshing state... [id=1]\n\nTerraform used the selected …\n\n\
                   Terraform will perform the following actions:\n\n  \u{1b}[1m# x.y\u{1b}[0m\n\n\
                   Plan: 1 to add.\n╷\n│ Warning: mind\n╵\n";
    let shown = "Terraform will perform the following actions:\n\n  # x.y\n\nPlan: 1 to add.\n\
                 ╷\n│ Warning: mind\n╵";
    assert_eq!(plan(printed), shown);
}

#[test]
fn what_differs_from_run_to_run_is_fixed() {
    let printed = "Terraform will …\n\nPlan: 1 to add.\nx.y: Creating...\nx.y: Still creating... \
                   [10s elapsed]\nx.y: Creation complete after 12s [id=1]\n│ refused (request\n\
                   │ abcDEF).\n";
    let shown = format!(
        "x.y: Creating...\nx.y: Creation complete after 1s [id=1]\n│ refused (request\n\
         │ {REQUEST})."
    );
    assert_eq!(deed(printed), shown);
}

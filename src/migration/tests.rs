//! Tests of whole configurations: their texts after a migration, byte by byte, and the notes.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

mod bundles;
mod mixed;
mod mocks;
mod providers;
mod rule_lists;
mod undeclared;

/// Migrates files, given as path and text.
fn migrated(files: &[(&str, &str)]) -> Migration {
    let source = |(path, text): &(&str, &str)| Source {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
        links: Vec::new(),
    };
    migrate(
        &files.iter().map(source).collect::<Vec<_>>(),
        Options::default(),
        &[],
    )
}

/// The files after a migration, with those that stay as they are.
fn files_after(files: &[(&str, &str)], migration: &Migration) -> BTreeMap<String, String> {
    let mut after: BTreeMap<String, String> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    for change in &migration.changes {
        after.insert(change.path.clone(), change.after.clone());
    }
    after
}

/// Migrates twice, and asserts that the second run changes nothing. Returns files and notes of the
/// first.
fn settled(files: &[(&str, &str)]) -> (BTreeMap<String, String>, Vec<Note>) {
    let first = migrated(files);
    let after = files_after(files, &first);
    let again: Vec<(&str, &str)> = after
        .iter()
        .map(|(p, t)| (p.as_str(), t.as_str()))
        .collect();
    let second = migrated(&again);
    assert_eq!(second.changes, [], "the second run");
    (after, first.notes)
}

/// The one file `main.tf` after its migration.
fn main_after(text: &str) -> String {
    settled(&[("main.tf", text)]).0["main.tf"].clone()
}

/// Notes as lines.
fn lines(notes: &[Note]) -> Vec<String> {
    notes.iter().map(ToString::to_string).collect()
}

/// Pieces of configurations in all styles. `@` begins a word that is renamed.
const PIECES: [&str; 40] = [
    "resource \"@security_group\" \"app\" {\n  name = \"app\"\n}\n",
    "resource @security_group bare {\n}\n",
    "resource \"@default_security_group\" \"d\" {\n  vpc_id = aws_vpc.x.id # aws_default_security_group.d\n}\noutput \"d\" {\n  value = \"${@default_security_group.d.id}\"\n}\n",
    "resource \"@security_group\" \"one\" { name = \"one\" }\n",
    "resource \"@security_group\" \"this\" {\n\tvpc_id   =   var.vpc # aws_vpc\n}\n",
    "resource \"aws_lb\" \"in\" {\n  security_group_id = @security_group.app.id\n  type=\"ingress\"\n}\n",
    "resource \"aws_lb\" \"in\" {\n  security_group_id            = @security_group.app.id\n  referenced_security_group_id = @security_group.one.id\n}\n",
    "resource \"aws_lb\" \"out\" {\n  for_each = @security_group.many\n  security_group_id = each.value.id\n}\n",
    "resource \"@security_group\" \"many\" {\n  for_each = { a = 1, b = 2 }\n  name = each.key\n\n  lifecycle {\n    create_before_destroy = true\n    ignore_changes        = [description, tags[\"x\"]]\n    replace_triggered_by  = [@security_group.app, @security_group.bare.id]\n  }\n}\n",
    "# aws_security_group.app.id in a comment\n",
    "// aws_security_group.app\n/* resource \"aws_security_group\" \"app\" {} */\n",
    "data \"aws_security_group\" \"app\" {\n  id = @security_group.app.id\n}\n",
    "output \"data\" {\n  value = data.aws_security_group.app.id\n}\n",
    "output \"text\" {\n  value = \"aws_security_group.app.id\"\n}\n",
    "output \"template\" {\n  value = \"é ${@security_group.app.id}-$${aws_security_group.app.id} ${\"${@security_group.one.id}\"} %%{x}\"\n}\n",
    "output \"heredoc\" {\n  value = <<EOT\naws_security_group.app.id ${@security_group.app.id}\n%{ for g in @security_group.many ~}\n  ${g.id} %{ if @security_group.app.id != \"\" }x%{ else }${@security_group.one.id}%{ endif }\n%{ endfor ~}\nEOT\n}\n",
    "output \"indented\" {\n  value = <<-EOT\n      a ${ @security_group.app.id }\n    b ${~ @security_group.one.id ~}\n  EOT\n}\n",
    "locals {\n  ids = [for k, g in @security_group.many : g.id if g.id != @security_group.app.id]\n  map = { for g in [@security_group.app, @security_group.one] : g.name => g.id... }\n}\n",
    "locals {\n  splat  = @security_group.many[*].id\n  legacy = @security_group.app.*.id\n  index  = @security_group.many[\"a\"].id\n  spaced = @security_group . app . id\n}\n",
    "locals {\n  cond = (\n    var.x # aws_security_group.app\n    ? @security_group.app.id\n    : @security_group.many[\"b\"].id\n  )\n}\n",
    "locals {\n  call = concat([@security_group.app.id], try(@security_group.one[*].id, []), /* c */ [ -1, !true ])\n}\n",
    "locals {\n  aws_security_group = { aws_security_group = 1, \"aws_security_group.app\" = 2, (@security_group.app.id) = 3 }\n}\n",
    "locals {\n  other = aws_security_group_other.app.id\n  mine  = local.aws_security_group.app.id\n  named = module.x.aws_security_group.app\n  absent = aws_security_group.absent.id\n}\n",
    "locals {\n  long = resource.@security_group.app.id\n}\n",
    "resource \"aws_instance\" \"web\" {\n  vpc_security_group_ids = [ @security_group.app.id,@security_group.one.id ]\n  depends_on             = [@security_group.app, \"@security_group.one\", aws_vpc.x]\n}\n",
    "moved {\n  from = aws_security_group.old\n  to   = aws_security_group.app\n}\n",
    "removed {\n  from = aws_security_group.gone\n  lifecycle {\n    destroy = false\n  }\n}\n",
    "import {\n  to = @security_group.app\n  id = \"sg-12345678\"\n}\n",
    "import {\n  for_each = { a = \"sg-1\" }\n  to = @security_group.many[each.key]\n  id = each.value\n}\n",
    "check \"x\" {\n  assert {\n    condition     = @security_group.app.name == \"app\"\n    error_message = \"${@security_group.app.name} isn't aws_security_group.app\"\n  }\n}\n",
    "variable \"x\" {\n  type    = object({ a = optional(string, \"aws_security_group\") })\n  default = null\n}\n",
    "resource \"aws_vpc\" \"x\" {\n  dynamic \"tags\" {\n    for_each = @security_group.many\n    iterator = g\n    content {\n      a = g.value.id\n    }\n  }\n}\n",
    "resource \"null_resource\" \"x\" {\n  triggers = {\n    a = @security_group.app.id, # trailing\n    b : jsonencode({ c = [@security_group.one.arn] }),\n  }\n  provisioner \"local-exec\" {\n    command = \"echo ${@security_group.app.id}\"\n  }\n}\n",
    "\n\n\t  \n",
    "resource \"@security_group_rule\" \"r\" {\n  type=\"ingress\" # aws_security_group_rule\n  security_group_id = @security_group.app.id\n}\n",
    "resource \"@vpc_security_group_ingress_rule\" \"in\" {\n  security_group_id            = @security_group.app.id\n  referenced_security_group_id = @security_group.one.id\n\n  lifecycle {\n    ignore_changes       = [description]\n    replace_triggered_by = [@security_group.app.name]\n  }\n}\n",
    "resource @vpc_security_group_egress_rule out {\n  for_each = @security_group.many\n  security_group_id = each.value.id\n}\n",
    "resource \"@security_group_rule\" \"r2\" {\n}\noutput \"ids\" {\n  value = [@security_group_rule.r2[*].id, \"${@security_group_rule.r2.id}\"]\n}\n",
    "resource \"aws_instance\" \"late\" {\n  depends_on = [@security_group.app, \"@security_group_rule.late[0]\"]\n}\nresource \"@security_group_rule\" \"late\" {\n  count = 1\n}\n",
    "output \"unicode\" {\n  value = \"日本 ${@security_group.app.name} 🦀 ${@security_group.one.name}\"\n}\n",
];

/// A group to which most pieces refer.
const BASE: &str = "resource \"@security_group\" \"app\" {}\nresource \"@security_group\" \"bare\" {}\nresource \
                    \"@security_group\" \"one\" {}\nresource \"@security_group\" \"many\" {}\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn outside_of_the_renamed_words_no_byte_changes(
        picked in prop::collection::vec(0..PIECES.len(), 0..12),
        ends in prop::sample::select(vec!["\n", "\r\n"]),
        cut in any::<bool>(),
        marked in any::<bool>(),
    ) {
        let mut text: String = picked.iter().map(|index| PIECES[*index]).collect();
        if cut {
            text.truncate(text.trim_end().len());
        }
        let text = text.replace('\n', ends);
        let mark = if marked { "\u{feff}" } else { "" };
        let before = format!("{mark}{}", text.replace('@', "aws_"));
        let expected = format!("{mark}{}", text.replace('@', "curated_"));
        let base = BASE.replace('@', "aws_");
        // Declared once more in another file, as an override does.
        let files = [("main_override.tf", base.as_str()), ("main.tf", before.as_str())];
        let (after, _) = settled(&files);
        prop_assert_eq!(&after["main.tf"], &expected);
        prop_assert_eq!(&after["main_override.tf"], &BASE.replace('@', "curated_"));
    }
}

#[test]
fn each_piece_is_understood() {
    for piece in PIECES {
        for ends in ["\n", "\r\n"] {
            let text = piece.replace('\n', ends);
            let base = BASE.replace('@', "aws_");
            let before = text.replace('@', "aws_");
            let (after, notes) = settled(&[("base.tf", &base), ("main_override.tf", &before)]);
            assert_eq!(after["main_override.tf"], text.replace('@', "curated_"));
            assert_eq!(lines(&notes), [""; 0]);
        }
    }
}

#[test]
fn a_resource_gets_a_moved_block_in_its_own_module() {
    let files = [
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
        (
            "m/sg.tf",
            "resource \"aws_security_group\" \"a\" {\n  count = 1\n}\n",
        ),
    ];
    let (after, notes) = settled(&files);
    assert_eq!(
        after["m/curated.tf"],
        "terraform {\n  required_providers {\n    curated = {\n      source  = \"curated/curated\"\n      \
         version = \"~> 0.1\"\n    }\n  }\n}\n\nmoved {\n  from = aws_security_group.a\n  to   = \
         curated_security_group.a\n}\n"
    );
    assert_eq!(
        after["curated.tf"],
        "terraform {\n  required_providers {\n    curated = {\n      source  = \"curated/curated\"\n      \
         version = \"~> 0.1\"\n    }\n  }\n}\n"
    );
    assert_eq!(after["main.tf"], files[0].1);
    assert_eq!(lines(&notes), [""; 0]);
}

#[test]
fn moved_blocks_that_are_there_are_not_written_again() {
    let text = "resource \"aws_security_group\" \"a\" {}\nmoved {\n  from = aws_security_group.a\n  to = \
                curated_security_group.a\n}\n";
    let (after, _) = settled(&[("main.tf", text)]);
    assert!(
        !after["curated.tf"].contains("moved"),
        "{}",
        after["curated.tf"]
    );
}

#[test]
fn a_run_that_was_cut_short_can_be_repeated() {
    let files = [
        (
            "main.tf",
            "provider \"aws\" {}\nmodule \"m\" {\n  source = \"./m\"\n}\n",
        ),
        ("m/sg.tf", "resource \"aws_security_group\" \"a\" {}\n"),
        (
            "m/use.tf",
            "output \"a\" {\n  value = aws_security_group.a.id\n}\n",
        ),
        ("sg.tf", "resource \"aws_security_group\" \"b\" {}\n"),
    ];
    let whole = migrated(&files);
    let expected = files_after(&files, &whole);
    for written in 0..whole.changes.len() {
        let partly = Migration {
            changes: whole.changes[..written].to_vec(),
            ..Migration::default()
        };
        let partly = files_after(&files, &partly);
        let again: Vec<(&str, &str)> = partly
            .iter()
            .map(|(p, t)| (p.as_str(), t.as_str()))
            .collect();
        assert_eq!(
            files_after(&again, &migrated(&again)),
            expected,
            "after {written}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_edited_holds_its_module_and_what_that_calls() {
    let called = "resource \"aws_security_group\" \"a\" {}\n";
    let json = "{\n  \"resource\": {\n    \"aws_security_group\": {}\n  }\n}\n";
    let cases = [
        (
            "x.tf.json",
            json,
            "x.tf.json:3: This file is in JSON syntax",
        ),
        (
            "x.tf",
            "locals {\n  a = aws_security_group.a.id +\n}\n",
            "x.tf:2: This file can't be read as HCL",
        ),
    ];
    for (path, text, said) in cases {
        let main = "module \"m\" {\n  source = \"./m\"\n}\n";
        let migration = migrated(&[(path, text), ("main.tf", main), ("m/main.tf", called)]);
        assert_eq!(migration.changes, [], "{path}");
        let lines = lines(&migration.notes);
        assert!(lines.iter().any(|line| line.starts_with(said)), "{lines:?}");
        let held = "m/main.tf:1: aws_security_group.a stays as it is: ";
        assert!(lines.iter().any(|line| line.starts_with(held)), "{lines:?}");
        assert!(migration.leaves_something());
    }
    // A file without providers, modules or groups is left alone.
    let files = [("x.tf.json", "{\"variable\": {}}"), ("main.tf", called)];
    assert_eq!(
        settled(&files).0["main.tf"],
        called.replace("aws_", "curated_")
    );
}

#[test]
fn a_name_that_is_taken_is_not_given_twice() {
    let text =
        "resource \"aws_security_group\" \"a\" {}\nresource \"curated_security_group\" \"a\" {}\n";
    let (after, notes) = settled(&[("main.tf", text)]);
    assert_eq!(after["main.tf"], text);
    assert!(
        lines(&notes)[0].contains("Rename one of the two"),
        "{notes:?}"
    );
}

#[test]
fn credentials_are_copied_but_never_shown() {
    let text = "provider \"aws\" {\n  region     = \"us-east-1\"\n  access_key = \"AKIDSECRET\"\n  secret_key = \
                var.key\n  token      = <<EOT\nTOKENSECRET\nEOT\n}\nresource \"aws_security_group\" \"a\" {}\n";
    let migration = migrated(&[("main.tf", text)]);
    let change = migration
        .changes
        .iter()
        .find(|change| change.path == "main.tf");
    let change = change.expect("main.tf changes");
    assert_eq!(change.after.matches("AKIDSECRET").count(), 2);
    let (before, after) = change.shown();
    for shown in [&before, &after, &format!("{:?}", migration.notes)] {
        assert!(!shown.contains("SECRET"), "{shown}");
    }
    assert!(after.contains("secret_key = var.key"), "{after}");
    assert!(lines(&migration.notes)[0].contains("credentials written out"));
}

#[test]
fn a_credential_inside_of_an_expression_was_shown() {
    let text = "provider \"aws\" {\n  access_key = trimspace(\"AKIDSECRET\")\n  secret_key = var.x ? \"SECRET\" : \
                null\n  token = var.tokens[\"prod\"]\n}\nresource \"aws_security_group\" \"a\" {}\n";
    let migration = migrated(&[("main.tf", text)]);
    let mut changes = migration.changes.iter();
    let change = changes.find(|change| change.path == "main.tf");
    let (before, after) = change.expect("main.tf changes").shown();
    for shown in [&before, &after] {
        assert!(!shown.contains("SECRET"), "{shown}");
        assert!(shown.contains("var.tokens[\"prod\"]"), "{shown}");
    }
}

#[test]
fn what_keeps_a_group_as_a_whole_is_pointed_out() {
    let text = "resource \"aws_security_group\" \"a\" {\n  for_each = {}\n}\nresource \"terraform_data\" \"x\" \
                {\n  triggers_replace = [aws_security_group.a[\"k\"], { g = (aws_security_group.a) }]\n  input = \
                aws_security_group.a[\"k\"].id\n  depends_on = [aws_security_group.a]\n  for_each = \
                aws_security_group.a\n}\noutput \"o\" {\n  value = aws_security_group.a\n}\noutput \"p\" {\n  value = \
                values(aws_security_group.a)[*].id\n}\n";
    let (_, notes) = settled(&[("main.tf", text)]);
    let places: Vec<usize> = notes.iter().map(|note| note.line).collect();
    assert_eq!(places, [5, 11]);
    assert!(lines(&notes)[0].contains("keeps curated_security_group.a as a whole"));
    // A module's output may be used for its id alone.
    let main = "module \"m\" {\n  source = \"./m\"\n}\n";
    let (_, notes) = settled(&[("main.tf", main), ("m/main.tf", text)]);
    assert_eq!(notes.len(), 1);
}

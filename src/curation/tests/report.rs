//! Tests of the report's order, its fingerprints, and suppressed findings.

use std::collections::BTreeSet;

use super::Scene;
use crate::curation::report::{Report, SuppressedBy};
use crate::curation::{CHECKS, Ignore, Severity};
use crate::rules::Direction;
use crate::rules::guardrails::{Action, GuardedPeer, Guardrail};
use crate::snapshot::{Managed, SourceLine};

fn scene() -> Scene {
    let mut scene = Scene::new();
    scene.group("web", &["ingress tcp/22 from 0.0.0.0/0"]);
    scene.group("old", &["ingress tcp/22 from 0.0.0.0/0"]);
    scene.interface(&["web"], Some("3.3.3.3"));
    scene
}

#[test]
fn every_check_has_a_name_of_its_own() {
    let ids: BTreeSet<&str> = CHECKS.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), CHECKS.len());
    for check in CHECKS {
        let texts = [check.title, check.when, check.evidence, check.advice];
        assert!(texts.iter().all(|text| !text.is_empty()), "{}", check.id);
    }
}

#[test]
fn a_finding_changed_its_fingerprint_from_run_to_run() {
    let scene = scene();
    let fingerprints = |report: Report| -> Vec<String> {
        report
            .findings
            .into_iter()
            .map(|it| it.fingerprint)
            .collect()
    };
    let first = fingerprints(scene.audit());
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), first.len());
    let mut later = self::scene();
    later.inputs.generated_at = "2027-01-01T00:00:00Z".into();
    later.interface(&["web"], Some("4.4.4.4"));
    later.group("web", &[]).description = "changed".into();
    assert_eq!(fingerprints(later.audit()), first);
    let mut other = self::scene();
    let rules = super::rule_set(&["ingress tcp/22-23 from 0.0.0.0/0"]);
    other.group("web", &[]).rules = rules;
    assert_ne!(fingerprints(other.audit())[0], first[0]);
}

#[test]
fn the_worst_comes_first_and_everything_is_counted() {
    let report = scene().audit();
    let severities: Vec<_> = report.findings.iter().map(|it| it.severity).collect();
    assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
    assert_eq!(report.summary.findings, report.findings.len());
    assert_eq!(report.summary.by_severity["critical"], 1);
    assert_eq!(report.summary.by_severity["note"], 0);
    assert_eq!(report.summary.by_check["unused"], 1);
    assert_eq!(report.summary.by_use["attached"], 1);
    assert_eq!(report.summary.open_to_world, 2);
}

#[test]
fn what_the_baseline_has_or_the_user_ignores_does_not_count() {
    let mut scene = scene();
    let all = scene.audit();
    scene.inputs.baseline = all
        .findings
        .iter()
        .map(|it| it.fingerprint.clone())
        .collect();
    let report = scene.audit();
    assert_eq!(report.summary.findings, 0);
    assert_eq!(report.summary.in_baseline, all.findings.len());
    assert_eq!(
        report.findings.len(),
        all.findings.len(),
        "the next baseline has them too"
    );
    scene.inputs.baseline.clear();
    let ignore = |group: Option<&str>, until: Option<&str>| Ignore {
        finding: "open-admin".into(),
        group: group.map(str::to_owned),
        reason: "OPS-1".into(),
        until: until.map(str::to_owned),
    };
    for (ignores, expected) in [
        (vec![ignore(Some("web"), None)], 1),
        (vec![ignore(Some("sg-web"), Some("2026-11-29"))], 1),
        (vec![ignore(Some("sg-web"), Some("2026-11-28"))], 0),
        (vec![ignore(None, None)], 2),
        (vec![ignore(Some("we"), None)], 0),
    ] {
        scene.inputs.ignores = ignores;
        let report = scene.audit();
        assert_eq!(
            report.summary.ignored, expected,
            "{:?}",
            scene.inputs.ignores
        );
        assert_eq!(report.summary.findings, all.findings.len() - expected);
        let suppressed = report
            .findings
            .iter()
            .filter_map(|it| it.suppressed.as_ref());
        for one in suppressed {
            assert_eq!(
                (one.by, one.reason.as_deref()),
                (SuppressedBy::Ignore, Some("OPS-1"))
            );
        }
    }
    scene.inputs.ignores = vec![ignore(Some("sg-web"), Some("2026-11-28"))];
    let evidence = &scene.found("open-admin")[0].evidence;
    assert!(
        evidence.contains(&"It was ignored until 2026-11-28: OPS-1".into()),
        "{evidence:?}"
    );
}

#[test]
fn who_manages_a_group_is_told_the_change_and_no_command() {
    let mut scene = scene();
    let managed = Managed {
        address: "module.web.aws_security_group.web".into(),
        file: "terraform.tfstate".into(),
        declared_in: Some(SourceLine {
            file: "infra/web.tf".into(),
            line: 12,
        }),
    };
    scene
        .snapshot
        .managed
        .insert("sg-web".into(), vec![managed]);
    let report = scene.audit();
    assert_eq!(report.summary.managed, 1);
    let web = report
        .groups
        .iter()
        .find(|it| it.name == "web")
        .expect("it");
    assert_eq!(
        web.managed_by.as_deref(),
        Some("module.web.aws_security_group.web")
    );
    assert_eq!(
        scene.found("open-admin")[0].remediation,
        "In the configuration of module.web.aws_security_group.web (infra/web.tf, line 12), remove the rule \
         `ingress tcp/22 from 0.0.0.0/0`, and apply it."
    );
}

#[test]
fn what_a_guardrail_forbids_is_told_with_its_reason() {
    let mut scene = scene();
    let guardrail = |name: &str, action| Guardrail {
        name: name.into(),
        direction: Direction::Ingress,
        traffic: Vec::new(),
        peers: vec![GuardedPeer::World],
        action,
        reason: "Use the bastion".into(),
        exemptible: true,
    };
    scene.inputs.guardrails = vec![
        guardrail("no-world", Action::Error),
        guardrail("hint", Action::Warning),
    ];
    scene.group(
        "halves",
        &[
            "ingress tcp/1 from 0.0.0.0/1",
            "ingress tcp/1 from 128.0.0.0/1",
        ],
    );
    scene.group("private", &["ingress tcp/1 from 10.0.0.0/8"]);
    let found = scene.found("guardrail");
    let reported: Vec<(&str, Severity)> = found
        .iter()
        .map(|it| (it.group_name.as_deref().expect("a group"), it.severity))
        .collect();
    let both = |severity| ["halves", "old", "web"].map(|name| (name, severity));
    assert_eq!(
        reported,
        [both(Severity::High), both(Severity::Medium)].concat()
    );
    assert_eq!(found[0].rules.len(), 2);
    assert!(
        found[0].evidence.contains(&"Use the bastion".into()),
        "{:?}",
        found[0].evidence
    );
    assert_ne!(found[0].fingerprint, found[3].fingerprint);
}

#[test]
fn the_report_reads_back_as_it_was_written() {
    let report = scene().audit();
    let text = serde_json::to_string(&report).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Report>(&text).expect("a report"),
        report
    );
}

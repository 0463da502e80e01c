//! The data source `curated_audit`: the findings of `curated audit` for the security groups of one region,
//! for use in `check` blocks and outputs. Must not know any check: `curation` decides what is a finding.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::model;
use crate::curation::report::{Finding, Refusal, Report, Text};
use crate::curation::{self, CHECKS, Inputs, Severity};
use crate::rules::{nearest, one_of};
use crate::session::{Session, group_query};
use crate::snapshot::{Region, Snapshot};
use crate::tf_provider::data_source::{DataSource, Found};
use crate::tf_provider::diagnostics::{Diagnostic, Diagnostics};
use crate::tf_provider::path::Path;
use crate::tf_provider::problems;
use crate::tf_provider::resource::Call;
use crate::tf_provider::schema::{Attribute, Block, Schema};
use crate::tf_provider::value::{Attr, Type, Value};

/// The messages to wrong configurations, as the documentation lists them.
const PROBLEMS: &str = "\
ids\terror\t\"open-admn\" is not a finding of the audit
region\terror\t\"eu-wset-1\" is not a region
severity\terror\t\"urgent\" is not a severity
";

pub(super) struct Audit {
    schema: Schema,
    session: Arc<Session>,
}

impl Audit {
    pub(super) fn new(session: &Arc<Session>) -> Self {
        Self {
            schema: Schema::new(0, block()),
            session: Arc::clone(session),
        }
    }
}

fn block() -> Block {
    let texts = Type::list(Type::String);
    let finding = Type::object([
        ("id", Type::String),
        ("severity", Type::String),
        ("group_id", Type::String),
        ("group_name", Type::String),
        ("account", Type::String),
        ("region", Type::String),
        ("vpc_id", Type::String),
        ("rules", texts.clone()),
        ("message", Type::String),
        ("evidence", texts),
        ("remediation", Type::String),
        ("fingerprint", Type::String),
    ]);
    let refusal = Type::object([
        ("operation", Type::String),
        ("code", Type::String),
        ("consequence", Type::String),
    ]);
    Block {
        description: "Problems with the security groups of a region: the findings of `curated audit`, \
                      for `check` blocks and outputs. Every group is also checked against the \
                      guardrails of the provider block, even if Terraform doesn't manage it. The guide \
                      *Findings of the audit* describes each finding. All such data sources of a region \
                      share their calls until something changes there, and they read groups in pages, \
                      not one by one.",
        attributes: vec![
            Attribute::optional_computed(
                "region",
                Type::String,
                "The region. Default: the provider's.",
            ),
            Attribute::optional(
                "severity",
                Type::String,
                "Only findings of at least this severity: `\"critical\"`, `\"high\"`, `\"medium\"`, \
                 `\"low\"`, `\"info\"` or `\"note\"`. Default: all.",
            ),
            Attribute::optional(
                "ids",
                Type::set(Type::String),
                "Only findings with these ids, such as `\"open-admin\"`. Default: all.",
            ),
            Attribute::optional(
                "vpc_id",
                Type::String,
                "Only findings about groups in this VPC. Default: all VPCs.",
            ),
            Attribute::computed("id", Type::String, "The region."),
            Attribute::computed(
                "findings",
                Type::list(finding),
                "The findings, the most severe first: `id` (the type of finding, such as `open-admin`), \
                 `severity`, `group_id`, `group_name` and `vpc_id` (null if the finding isn't about one \
                 group), `account`, `region`, `rules` (keys as in the resource), `message`, `evidence`, \
                 `remediation` (a command, or a change of the configuration) and `fingerprint` (stays \
                 the same while the group and the rules do).",
            ),
            Attribute::computed(
                "summary",
                Type::map(Type::Number),
                "The number of these findings for each severity.",
            ),
            Attribute::computed(
                "group_count",
                Type::Number,
                "The number of groups in the region, including those without findings.",
            ),
            Attribute::computed(
                "not_looked_at",
                Type::list(refusal),
                "Calls that EC2 refused: `operation`, `code`, and the `consequence` for the findings. \
                 Empty if no call was refused.",
            ),
        ],
        ..Block::default()
    }
}

#[async_trait]
impl DataSource for Audit {
    fn type_name(&self) -> &'static str {
        "curated_audit"
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let query = model::AuditQuery(config);
        let mut found = Diagnostics::new();
        found.extend(self.session.check_region(query.region()));
        if let Attr::Known(text) = query.severity()
            && text.parse::<Severity>().is_err()
        {
            let names = Severity::ALL.map(Severity::name);
            let wrong = Diagnostic::error(
                format!("{text:?} is not a severity"),
                format!("Write {}.", one_of(&names)),
            );
            found.push(wrong.at(Path::root().attribute("severity")));
        }
        for id in query.ids().unwrap_or_default() {
            if CHECKS.iter().all(|check| check.id != id) {
                found.push(no_such_finding(id));
            }
        }
        found
    }

    fn refusals(&self) -> Diagnostics {
        problems::listed(PROBLEMS)
    }

    async fn read(&self, config: Value, call: &Call) -> Result<Found, Diagnostics> {
        let connection = self.session.connection()?;
        let ec2 = self.session.ec2(model::AuditQuery(&config).region())?;
        let account = connection.account_id().unwrap_or_default();
        let scope = group_query::scope(call);
        let read = Box::pin(ec2.shared_snapshot(account, &scope)).await;
        let region = read.map_err(|error| group_query::failed("list security groups", &error))?;
        let snapshot = Snapshot {
            regions: vec![Region::clone(&region)],
            ..Snapshot::default()
        };
        let provider = self.session.config();
        // The report has no date, so that an unchanged account gives the same state in every plan.
        let mut inputs = Inputs::with_catalog("", &provider.catalog);
        inputs.rules_per_direction = provider.max_rules_per_group;
        let report = curation::audit(&snapshot, &inputs);
        let mut warnings = Diagnostics::new();
        if !provider.guardrails_are_known {
            warnings.push(guardrails_left_out());
        }
        Ok(Found {
            state: state(config, ec2.region(), &report),
            warnings,
        })
    }
}

fn guardrails_left_out() -> Diagnostic {
    Diagnostic::warning(
        "Guardrails are left out of curated_audit",
        "Guardrails of the provider block aren't known yet, so that their findings are missing. Create \
         what they depend on first, or let the data source wait for it, with \"depends_on\".",
    )
}

fn no_such_finding(id: &str) -> Diagnostic {
    let near = nearest(id, CHECKS.iter().map(|check| check.id));
    let hint = if near.is_empty() {
        "The guide \"Findings of the audit\" lists all of them.".to_owned()
    } else {
        format!("Write {}.", one_of(&near))
    };
    let wrong = Diagnostic::error(format!("{id:?} is not a finding of the audit"), hint);
    wrong.at(Path::root().attribute("ids").element())
}

/// The state for a report, with only those of its findings that the configuration selects.
fn state(config: Value, region: &str, report: &Report) -> Value {
    let query = model::AuditQuery(&config);
    let severity = query.severity().known();
    let floor = severity.and_then(|text| text.parse::<Severity>().ok());
    let vpc_id = query.vpc_id().known();
    let ids = query.ids();
    let is_wanted = |finding: &&Finding| {
        let is_named = ids
            .as_ref()
            .is_none_or(|ids| ids.contains(&finding.id.as_str()));
        let is_there = vpc_id.is_none_or(|vpc| finding.vpc_id.as_deref() == Some(vpc));
        is_named && is_there && floor.is_none_or(|floor| finding.severity >= floor)
    };
    let findings: Vec<&Finding> = report.findings.iter().filter(is_wanted).collect();
    let mut summary: BTreeMap<&str, i64> = Severity::ALL.map(|it| (it.name(), 0)).into();
    for finding in &findings {
        *summary.entry(finding.severity.name()).or_default() += 1;
    }
    let findings = Value::list(findings.into_iter().map(value));
    let refusals = Value::list(report.not_looked_at.iter().map(refusal));
    let group_count = i64::try_from(report.groups.len()).unwrap_or(i64::MAX);
    config
        .with("region", region)
        .with("id", region)
        .with("findings", findings)
        .with("summary", Value::map(summary))
        .with("group_count", group_count)
        .with("not_looked_at", refusals)
}

fn value(finding: &Finding) -> Value {
    let optional = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let texts = |texts: &[Text]| Value::list(texts.iter().map(|text| &**text));
    let vpc_id = finding.vpc_id.as_deref();
    Value::object([
        ("id", Value::from(finding.id.as_str())),
        ("severity", finding.severity.name().into()),
        ("group_id", optional(&finding.group_id)),
        ("group_name", optional(&finding.group_name)),
        ("account", (*finding.account).into()),
        ("region", (*finding.region).into()),
        ("vpc_id", vpc_id.map_or(Value::Null, Value::from)),
        ("rules", texts(&finding.rules)),
        ("message", finding.message.as_str().into()),
        ("evidence", texts(&finding.evidence)),
        ("remediation", finding.remediation.as_str().into()),
        ("fingerprint", finding.fingerprint.as_str().into()),
    ])
}

fn refusal(refusal: &Refusal) -> Value {
    Value::object([
        ("operation", Value::from(refusal.operation.as_str())),
        ("code", refusal.code.as_str().into()),
        ("consequence", refusal.consequence.as_str().into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_problems_matches_the_checks() {
        let source = Audit::new(&Arc::new(Session::default()));
        let empty = || source.schema().block.empty();
        let mut found = Diagnostics::new();
        for wrong in [
            empty().with("region", "eu-wset-1"),
            empty().with("severity", "urgent"),
            empty().with("ids", Value::set(["open-admn"])),
        ] {
            found.extend(source.validate(&wrong));
        }
        assert_eq!(problems::table(found), PROBLEMS);
    }
}

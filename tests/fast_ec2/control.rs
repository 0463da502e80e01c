//! What a benchmark asks, under `/bench/`. Replies are JSON; a mistake is a 400 that says so.
//!
//!     GET  counts[?region=R]   calls by action: {"calls": {..}, "carried_out": .., "throttled": ..}
//!     GET  log[?region=R]      each call in order, for `replay` too
//!     POST config              {"latency_ms": N, "buckets": {"Describe": [100, 20], ..} | null}
//!     POST seed                {"region": R, "names": [..], "rules": {"ingress tcp/80 from ..": ""},
//!                               "description": D, "tags": {..}, "interfaces": N}: groups with just
//!                              these rules, made at once, and interfaces that have one of them each;
//!                              the groups' ids by name, and the VPC
//!     POST reset-counts        empties the log
//!     POST reset               empties everything

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};
use terraform_provider_curated::rules::Rule;

use super::Failure;
use super::server::{Ec2, Reply};
use super::state::Tags;
use super::throttle::Rates;

pub(crate) fn answer(
    ec2: &mut Ec2,
    method: &Method,
    asked: &str,
    query: Option<&str>,
    body: &str,
) -> Reply {
    let region = query.and_then(|query| query.strip_prefix("region="));
    let done = match (method.as_str(), asked) {
        ("GET", "counts") => Ok(ec2.ledger.counts(region)),
        ("GET", "log") => Ok(ec2.ledger.log(region)),
        ("POST", "config") => configure(ec2, body),
        ("POST", "seed") => seed(ec2, body),
        ("POST", "reset-counts") => {
            ec2.ledger.reset();
            Ok(json!({}))
        }
        ("POST", "reset") => {
            *ec2 = Ec2::default();
            Ok(json!({}))
        }
        _ => Err(format!("no such thing: {method} {asked}").into()),
    };
    let (status, found) = match done {
        Ok(found) => (200, found),
        Err(mistake) => (400, json!({ "error": mistake.to_string() })),
    };
    (status, "application/json", found.to_string())
}

fn configure(ec2: &mut Ec2, body: &str) -> Result<Value, Failure> {
    let asked: BTreeMap<String, Value> = serde_json::from_str(body)?;
    for (name, value) in asked {
        match name.as_str() {
            "latency_ms" => {
                let latency = value.as_u64().ok_or("latency_ms: not a number")?;
                ec2.latency = Duration::from_millis(latency);
            }
            "buckets" => ec2.throttle.set(rates(&value)?),
            _ => return Err(format!("unknown setting: {name}").into()),
        }
    }
    Ok(json!({}))
}

fn rates(value: &Value) -> Result<Option<Rates>, Failure> {
    if value.is_null() {
        return Ok(None);
    }
    let rates = value.as_object().ok_or("buckets: not an object")?;
    let read = |(name, rate): (&String, &Value)| {
        let rate = (rate[0].as_f64()?, rate[1].as_f64()?);
        Some((name.clone(), rate))
    };
    let rates: Option<Rates> = rates.iter().map(read).collect();
    Ok(Some(rates.ok_or("buckets: a rate is two numbers")?))
}

fn seed(ec2: &mut Ec2, body: &str) -> Result<Value, Failure> {
    let asked: Value = serde_json::from_str(body)?;
    let region = ec2
        .world
        .region(asked["region"].as_str().ok_or("no region")?);
    let tags: Tags = texts(&asked["tags"]).collect();
    let mut rules: Vec<(Rule, String)> = Vec::new();
    for (key, description) in texts(&asked["rules"]) {
        rules.push((key.parse().map_err(|_| key)?, description));
    }
    let description = asked["description"].as_str().unwrap_or("seeded");
    let mut ids = BTreeMap::new();
    for name in asked["names"].as_array().into_iter().flatten() {
        let name = name.as_str().ok_or("a name is a text")?;
        let refused = |refusal: super::state::Refusal| refusal.1;
        let group = region.create(name, description, tags.clone());
        let id = group.map_err(refused)?.id.clone();
        let own: Vec<Rule> = region
            .group(&id)
            .map_err(refused)?
            .rules
            .keys()
            .cloned()
            .collect();
        for rule in own {
            region.revoke(&id, &rule).map_err(refused)?;
        }
        for (rule, text) in &rules {
            let added = region.authorize(&id, rule.clone(), text, Tags::new());
            added.map_err(refused)?;
        }
        ids.insert(name.to_owned(), id);
    }
    let count = asked["interfaces"].as_u64().unwrap_or(0);
    let group_ids: Vec<String> = ids.values().cloned().collect();
    region.attach(usize::try_from(count)?, &group_ids);
    Ok(json!({ "ids": ids, "vpc_id": region.vpc_id }))
}

fn texts(value: &Value) -> impl Iterator<Item = (String, String)> {
    let entries = value.as_object().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
}

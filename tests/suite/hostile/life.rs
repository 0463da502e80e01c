//! Every kind of reply in place of every call's: once, which nobody notices; and always, which is
//! said, and leaves a state that is true.

use serde_json::{Value as Json, json};
use terraform_provider_curated::tf_provider::value::Value;

use super::kinds::{self, Kind};
use super::{REGION, after, before, from_list, list};
use crate::faults::scenario::UPDATE;
use crate::support::emulator::{Emulator, element};
use crate::support::host::{Host, provider_config};

const CREATE: &[&str] = &[
    "DescribeSecurityGroups",
    "DescribeVpcs",
    "CreateSecurityGroup",
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupEgress",
];
const MODIFY: &[&str] = &[
    "DescribeManagedPrefixLists",
    "DescribeSecurityGroupRules",
    "ModifySecurityGroupRules",
];
const HOLDERS: &[&str] = &["DescribeNetworkInterfaces", "DescribeSecurityGroups"];
const DELETE: &[&str] = &["DeleteSecurityGroup"];

/// An EC2 that sends something else in place of a reply.
struct Scene {
    emulator: Emulator,
    kind: Kind,
    old_list: String,
    new_list: String,
}

impl Scene {
    fn new(kind: Kind) -> Self {
        let emulator = Emulator::start();
        let [old_list, new_list] =
            [("old", "40"), ("new", "50")].map(|(name, entries)| list(&emulator, name, entries));
        Self {
            emulator,
            kind,
            old_list,
            new_list,
        }
    }

    fn is_for(&self, action: &str) -> bool {
        (self.kind.fits)(action)
    }

    /// From now on, each of these actions is hit once.
    fn spoil(&self, actions: &[&str], when: &str) {
        let hit = actions.iter().filter(|action| self.is_for(action));
        let faults: Vec<Json> = hit.map(|a| self.kind.fault(a, when, 1)).collect();
        self.emulator.reset_counts();
        self.emulator.config(&json!({ "faults": faults }));
    }

    /// Proves that each of these actions was hit.
    #[track_caller]
    fn assert_spoilt(&self, actions: &[&str], when: &str) {
        let kind = if when == "before" { "refused" } else { "lost" };
        let hit = self.emulator.counts_of(kind);
        for action in actions.iter().filter(|action| self.is_for(action)) {
            assert_eq!(hit.get(*action), Some(&1), "{action} {when}: {hit:?}");
        }
        self.calm();
    }

    fn calm(&self) {
        self.emulator.config(&json!({ "faults": [] }));
    }

    async fn host(&self, arguments: &[(&str, Value)]) -> Host {
        let host = Host::start();
        let config = provider_config(self.emulator.endpoint(), REGION);
        let config = arguments.iter().fold(config, |config, (name, value)| {
            config.with(*name, value.clone())
        });
        assert_eq!(host.configure(&config).await, []);
        host
    }

    /// Makes a group with a rule that names another one.
    fn hold(&self, id: &str, vpc_id: &str) -> String {
        let new = [
            ("GroupName", "holder"),
            ("GroupDescription", "holder"),
            ("VpcId", vpc_id),
        ];
        let reply = self.emulator.call(REGION, "CreateSecurityGroup", &new);
        let holder = element(&reply, "groupId").to_owned();
        let rule = [
            ("GroupId", holder.as_str()),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.Groups.1.GroupId", id),
        ];
        self.emulator
            .call(REGION, "AuthorizeSecurityGroupIngress", &rule);
        holder
    }

    /// A whole life, in which each call has the reply once.
    async fn once(&self, when: &str) {
        let host = self.host(&[]).await;
        self.spoil(CREATE, when);
        let state = host.settle(&Value::Null, &before()).await;
        self.assert_spoilt(CREATE, when);

        self.spoil(&UPDATE, when);
        let state = host.settle(&state, &after()).await;
        self.assert_spoilt(&UPDATE, when);

        let list = host.settle(&Value::Null, &from_list(&self.old_list)).await;
        self.spoil(MODIFY, when);
        let list = host.settle(&list, &from_list(&self.new_list)).await;
        self.assert_spoilt(&MODIFY[1..], when);

        let text = |name: &str| state.get(name).as_str().expect("made").to_owned();
        let holder = self.hold(&text("id"), &text("vpc_id"));
        self.spoil(HOLDERS, when);
        let refused = host.apply(&state, &Value::Null, &Value::Null).await;
        let said = refused.error();
        assert!(said.summary.ends_with("it is in use"), "{said:?}");
        assert!(said.detail.contains(&holder), "{said:?}");
        self.assert_spoilt(HOLDERS, when);
        self.emulator
            .call(REGION, "DeleteSecurityGroup", &[("GroupId", &holder)]);

        for state in [&state, &list] {
            self.spoil(DELETE, when);
            let gone = host.apply(state, &Value::Null, &Value::Null).await;
            assert_eq!(gone.clean(), Value::Null);
            self.assert_spoilt(DELETE, when);
        }
        assert!(self.emulator.group(REGION, "web").is_null());
        assert!(self.emulator.group(REGION, "lists").is_null());
    }

    /// Has an action replied to so, whatever is asked, while `go` is under way: what the user is told
    /// has the words of the kind.
    async fn always(
        &self,
        action: &str,
        go: impl Future<Output = crate::support::host::Answer>,
    ) -> Value {
        let when = *self.kind.times().first().expect("there is one");
        let fault = self.kind.fault(action, when, 1000);
        self.emulator.config(&json!({ "faults": [fault] }));
        let answer = go.await;
        self.calm();
        let said = &answer.error().detail;
        assert!(said.contains(self.kind.words), "{action}: {said}");
        assert!(
            said.contains("between this machine and AWS"),
            "{action}: {said}"
        );
        answer.state
    }

    /// Each call has the reply always.
    async fn persistently(&self) {
        // Any number of attempts ends in the same words.
        let host = self.host(&[("max_retries", 1.into())]).await;
        let changes = self.kind.times().contains(&"before");
        let state = host.settle(&Value::Null, &before()).await;
        if self.is_for("DescribeSecurityGroups") {
            let read = self
                .always("DescribeSecurityGroups", host.read(&state))
                .await;
            assert!(read == state || read == Value::Null, "{read:?}");
        }
        if !changes {
            host.apply(&state, &Value::Null, &Value::Null).await.clean();
            return;
        }
        let (old, new) = (before(), after());
        let mut state = state;
        for action in UPDATE.iter().filter(|action| self.is_for(action)) {
            let planned = host.plan(&state, &new).await.clean();
            let go = host.apply(&state, &planned, &new);
            let left = self.always(action, go).await;
            assert_eq!(host.read(&left).await.clean(), left, "{action}");
            state = host.settle(&left, &old).await;
        }
        let go = host.apply(&state, &Value::Null, &Value::Null);
        let left = self.always("DeleteSecurityGroup", go).await;
        assert_eq!(host.read(&left).await.clean(), state);
        assert_eq!(
            host.apply(&state, &Value::Null, &Value::Null).await.clean(),
            Value::Null
        );

        let planned = host.plan(&Value::Null, &old).await.clean();
        let go = host.apply(&Value::Null, &planned, &old);
        assert_eq!(self.always("CreateSecurityGroup", go).await, Value::Null);
        assert!(self.emulator.group(REGION, "web").is_null());

        let new = from_list(&self.new_list);
        let old = from_list(&self.old_list);
        let mut list = host.settle(&Value::Null, &old).await;
        for action in &MODIFY[1..] {
            if self.is_for(action) {
                let planned = host.plan(&list, &new).await.clean();
                let go = host.apply(&list, &planned, &new);
                let left = self.always(action, go).await;
                assert_eq!(left.get("rules"), list.get("rules"), "{action}");
                list = host.settle(&left, &old).await;
            }
        }
        host.apply(&list, &Value::Null, &Value::Null).await.clean();
    }

    /// What is only asked to know more never fails anything.
    async fn persistently_for_what_is_optional(&self) {
        let host = self.host(&[("max_retries", 1.into())]).await;
        let when = *self.kind.times().first().expect("there is one");
        let optional = ["DescribeVpcs", "DescribeManagedPrefixLists"];
        let hit = optional.iter().filter(|action| self.is_for(action));
        let faults: Vec<Json> = hit.map(|a| self.kind.fault(a, when, 1000)).collect();
        self.emulator.config(&json!({ "faults": faults }));
        for config in [before(), from_list(&self.old_list)] {
            let state = host.settle(&Value::Null, &config).await;
            host.apply(&state, &Value::Null, &Value::Null).await.clean();
        }
        self.calm();
    }

    async fn assert_not_believed(self) {
        for when in self.kind.times() {
            self.once(when).await;
        }
        self.persistently().await;
        self.persistently_for_what_is_optional().await;
    }
}

/// A test for each kind.
macro_rules! not_believed {
    ($($name:ident: $kind:expr;)*) => { $(
        #[tokio::test]
        async fn $name() {
            Scene::new($kind).assert_not_believed().await;
        }
    )* };
}

not_believed! {
    a_login_page_is_not_believed: kinds::login_page();
    a_page_that_forbids_is_not_believed: kinds::forbidden_page();
    a_gateways_page_is_not_believed: kinds::gateway_page();
    a_gateway_without_words_is_not_believed: kinds::gateway_without_words();
    a_redirection_is_not_believed: kinds::redirection();
    json_is_not_believed: kinds::json();
    nothing_at_all_is_not_believed: kinds::nothing();
    a_reply_of_another_action_is_not_believed: kinds::of_another_action();
    a_reply_without_content_is_not_believed: kinds::without_content();
    a_refusal_that_is_cut_short_is_not_believed: kinds::refusal_cut_short();
    a_no_without_a_reason_is_not_believed: kinds::no_without_a_reason();
    a_reply_without_end_is_not_believed: kinds::endless();
    a_refusal_without_end_is_not_believed: kinds::endless_refusal();
    half_a_reply_is_not_believed: kinds::cut(0.5);
    a_reply_without_its_last_byte_is_not_believed: kinds::cut(1.0);
    a_group_id_that_is_cut_short_is_not_believed: kinds::group_id_cut_short();
    a_vpc_id_that_is_cut_short_is_not_believed: kinds::vpc_id_cut_short();
}

#[tokio::test]
async fn a_login_page_that_stays_ends_a_plan_soon_and_is_said() {
    let scene = Scene::new(kinds::login_page());
    let host = scene.host(&[]).await;
    let state = host.settle(&Value::Null, &before()).await;
    scene.emulator.reset_counts();
    let started = std::time::Instant::now();
    scene
        .always("DescribeSecurityGroups", host.read(&state))
        .await;
    assert_eq!(scene.emulator.counts()["DescribeSecurityGroups"], 5);
    assert!(started.elapsed().as_secs() < 30);
    let new = after();
    let planned = host.plan(&state, &new).await.clean();
    scene.emulator.reset_counts();
    let go = host.apply(&state, &planned, &new);
    scene.always("AuthorizeSecurityGroupIngress", go).await;
    assert_eq!(scene.emulator.counts()["AuthorizeSecurityGroupIngress"], 5);
}

/// Each was asked for anew until the time of the operation was up.
#[tokio::test]
async fn a_gateway_that_stays_in_trouble_ends_a_plan_soon_and_is_said() {
    let scene = Scene::new(kinds::gateway_page());
    let host = scene.host(&[]).await;
    let state = host.settle(&Value::Null, &before()).await;
    scene.emulator.reset_counts();
    scene
        .always("DescribeSecurityGroups", host.read(&state))
        .await;
    assert_eq!(scene.emulator.counts()["DescribeSecurityGroups"], 8);
}

/// The group that was asked for counted as deleted, and left the state.
#[tokio::test]
async fn a_reply_about_another_group_is_not_believed() {
    let scene = Scene::new(kinds::of_another_group());
    let host = scene.host(&[]).await;
    let state = host.settle(&Value::Null, &before()).await;
    scene.spoil(&["DescribeSecurityGroups"], "after");
    assert_eq!(host.read(&state).await.clean(), state);
    scene.assert_spoilt(&["DescribeSecurityGroups"], "after");
    let left = scene
        .always("DescribeSecurityGroups", host.read(&state))
        .await;
    assert_eq!(left, state);
}

/// Replies of any length are read in bounded memory.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn replies_without_end_do_not_fill_the_memory() {
    for kind in [kinds::endless(), kinds::endless_refusal()] {
        let scene = Scene::new(kind);
        let host = scene.host(&[("max_retries", 1.into())]).await;
        let state = host.settle(&Value::Null, &before()).await;
        scene
            .always("DescribeSecurityGroups", host.read(&state))
            .await;
        let status = std::fs::read_to_string(format!("/proc/{}/status", host.process.id()));
        let status = status.expect("the process runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|text| text.split_whitespace().next());
        let kib: u64 = peak.and_then(|kib| kib.parse().ok()).expect("a number");
        assert!(kib < 400 * 1024, "{kib} KiB");
    }
}
